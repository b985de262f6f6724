"""The people of the pages' tests."""

from tests.web.conftest import member, staff

__all__ = ["member", "staff"]
