"""The examples in the docstrings of the calculators' modules are true."""

import doctest
import importlib

import pytest

MODULES = ["allocation", "apr", "schedule", "schedule_columns"]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    outcome = doctest.testmod(importlib.import_module(f"tuppence.lending.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
