"""Checks of the firm's bank and of what partners are owed."""
