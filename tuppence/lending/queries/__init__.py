"""Reads of the lending room."""
