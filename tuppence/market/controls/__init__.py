"""The market's own proof: listings, the money promised to them, purses and events."""
