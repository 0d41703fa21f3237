"""What plain scalars mean: the YAML 1.2 core schema, as editors have it.

https://yaml.org/spec/1.2.2/#103-core-schema, less its leading zeros: ``no``, ``12:30``,
``010``, ``1_000`` and dates stay text, ``1e3`` is a number.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

MERGE: Final = object()
"""What ``<<`` means where a key stands."""

_INT: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_RADIX: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    "<<": MERGE,
}


def resolve(text: str) -> Any:
    """What a plain scalar means, by the YAML 1.2 core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "0123456789+-.":
        return text
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _RADIX.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            return float(text)
    except ValueError:  # more digits than Python reads as a number
        return math.inf
    return float(text.replace(".", "", 1)) if _SPECIAL.fullmatch(text) else text
