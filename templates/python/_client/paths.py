"""How violations say where a value stands, and of which JSON type it is."""

from __future__ import annotations

import json

Path = tuple["str | int", ...]
"""Where a value stands in a message: ``("properties", "products", 2, "price")``."""

_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    tuple: "array",
    dict: "object",
}


def dotted(path: Path) -> str:
    """``properties.products[2].price``; a key that would be unclear so is quoted."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif not _is_plain(step):
            text += f"[{json.dumps(str(step))}]"
        else:
            text += f".{step}" if text else step
    return text


def _is_plain(key: object) -> bool:
    if not isinstance(key, str) or not key.isprintable():
        return False
    return bool(key) and not any(sign in key for sign in ".[]")


def kind(value: object) -> str:
    """The JSON type of ``value`` as Segment names it, else its Python type's name."""
    for known, name in _KINDS.items():
        if type(value) is known:
            return name
    for known, name in _KINDS.items():
        if isinstance(value, known):
            return name
    return type(value).__name__
