"""The examples in the docstrings of the published figures are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import tuppence.insight

FILES = sorted(Path(tuppence.insight.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", [file.stem for file in FILES])
def test_the_examples_hold(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"tuppence.insight.{name}"))
    assert outcome.failed == 0
