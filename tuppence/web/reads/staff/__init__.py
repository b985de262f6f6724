"""What staff pages read beside the rooms' own queries."""
