"""The examples in the docstrings of the room are true."""

import doctest
import importlib
import pkgutil

import pytest

import tuppence.money

MODULES = [module.name for module in pkgutil.iter_modules(tuppence.money.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"tuppence.money.{name}"))
    assert outcome.failed == 0


def test_there_are_examples() -> None:
    assert {"currency", "rounding", "splitting", "months", "rates", "xirr"} <= set(MODULES)
