"""Servicing: what a loan's dated facts make of its contract. Pure; `fold` is the way in."""
