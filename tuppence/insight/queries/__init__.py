"""Reads of the published figures."""
