"""Reads: what operations decide on, and what pages show."""
