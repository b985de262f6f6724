"""Rows for the pages, shaped as the pages show them."""
