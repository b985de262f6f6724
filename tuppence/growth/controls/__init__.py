"""Checks of the growth room."""
