"""Pure ground for every figure: currencies, rounding, splitting, rates, days and returns.

Nothing here knows Django, a clock or a database.
"""
