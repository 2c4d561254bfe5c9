"""TOML that strangers wrote, parsed such that every input is either a table or one error.

`tomllib` recurses on nested arrays, leaves integers to `int`, which refuses thousands of digits,
and takes quadratic time for a key of many parts: 200 KB of `a.a.a.…` occupy it for minutes. A text
with such an integer may be a version, which packaging reads late, and fails in the same way.
"""

import re
import tomllib
from typing import Any

_ENDLESS = re.compile(r"\d{1001}")

_MOST_KEY_PARTS = 100
# Possessive, and begun only where a word begins, so that the search takes linear time.
_LONG_KEY = re.compile(
    r"(?<![\w-])(?:(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+\.[ \t]*+)"
    rf"{{{_MOST_KEY_PARTS}}}"
)


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a document.

    Raises:
        tomllib.TOMLDecodeError: It is not TOML, or is nested too deeply.
    """
    if text.count(".") >= _MOST_KEY_PARTS and _LONG_KEY.search(text):
        reason = f"a key has more than {_MOST_KEY_PARTS} parts"
        raise tomllib.TOMLDecodeError(reason)
    if _ENDLESS.search(text):
        raise tomllib.TOMLDecodeError("it has a number of more than 1,000 digits")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError as error:
        raise tomllib.TOMLDecodeError("it is nested too deeply") from error
    except ValueError as error:  # an integer of too many digits
        raise tomllib.TOMLDecodeError(str(error)) from error
