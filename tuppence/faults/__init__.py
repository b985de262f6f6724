"""Errors of our own that nobody handled: counted, dated and without a word of what was said."""
