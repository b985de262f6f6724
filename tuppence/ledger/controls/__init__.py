"""The money book's own proof: everything it keeps, computed again from the transfers."""
