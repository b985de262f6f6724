"""JSON text in and out, with every number read for exactly what it says."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tuppence.lending.calculators.fields import ItemError
from tuppence.money.refusals import sentence

TEXT_BYTES_MAX: Final = 64 * 1024 * 1024


class JsonObject(dict[str, Any]):
    """A JSON object that remembers a key it was given twice."""

    repeated_key: str | None = None


def read_json(raw: bytes) -> Any:
    """Read UTF-8 JSON; numbers become Decimal, NaN and Infinity stay text and are refused later.

    Raises ItemError where the text is no JSON at all.
    """
    if len(raw) > TEXT_BYTES_MAX:
        raise ItemError(sentence("The input is too large: split it into files of at most 64 MB."))
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_float=_number,
            parse_int=_number,
            parse_constant=str,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise ItemError(sentence("The input is not UTF-8 text: save it as UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise ItemError(
            sentence("The input is not JSON: look at line %(line)s, column %(column)s."),
            {"line": error.lineno, "column": error.colno},
        ) from error
    except RecursionError as error:
        raise ItemError(
            sentence("The input is nested too deeply: give a list of items.")
        ) from error


def write_json(answer: Any) -> str:
    """Write an answer as indented JSON, non-ASCII letters as they are."""
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False)


def _number(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _object(pairs: list[tuple[str, Any]]) -> JsonObject:
    result = JsonObject()
    for key, value in pairs:
        if key in result:
            result.repeated_key = key
        result[key] = value
    return result
