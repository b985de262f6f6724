"""Rulebooks of jurisdictions as dated data, and the pure checks that enforce them.

A book is chosen per platform and loaded for a day (`rulebook.RuleBook.load`). Nothing here knows
Django, a clock or a database; amounts are minor units, rates exact fractions.
"""
