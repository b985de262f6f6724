"""The loan calculators: plain JSON values in, plain JSON values out.

`calculate` is what the command line, the pages and the API call. Nothing here imports Django.
"""

from tuppence.lending.calculators.calls import CALLS, UnknownCallError, calculate

__all__ = ["CALLS", "UnknownCallError", "calculate"]
