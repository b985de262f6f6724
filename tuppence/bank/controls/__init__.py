"""The client bank's own proof: what the bank said with what the books say."""
