"""Buying traffic and users: channels, spend, campaigns and their budgets."""
