"""How one scalar is written in YAML so that every reader reads it back.

Readers of YAML 1.1 and 1.2 differ in what a plain scalar means (``no``, ``12:30``, ``010``);
what either of them takes for anything but that text is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

LONGEST_KEY: Final = 1000
"""Characters of a key before its ``:``; YAML allows 1024 (https://yaml.org/spec/1.2.2/#742)."""

_WORDS: Final = frozenset("y n yes no on off true false null ~ = <<".split())
_NUMERIC: Final = re.compile(r"[-+.0-9][-+.,:_0-9a-fA-FoOxXtTzZ\s]*")
_SPECIAL: Final = re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE)
_OPENERS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_FLOW: Final = re.compile(r"[\[\]{},:?#]")
_BREAK: Final = re.compile(r"(?<=\S) (?=\S)")


def scalar(value: Any, *, flow: bool = False) -> str:
    """``value`` on one line; ``flow``: inside ``[…]`` or ``{…}``, where commas end it."""
    if isinstance(value, str):
        return _text(value, flow)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value)


def flow(value: Any) -> str:
    """``value`` in one line of flow."""
    if isinstance(value, Mapping):
        inner = (f"{scalar(key, flow=True)}: {flow(each)}" for key, each in value.items())
        return f"{{{', '.join(inner)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(flow, value))}]"
    return scalar(value, flow=True)


def json_flow(value: Any) -> str:
    """``value`` as JSON in one line; escaped where some of it could not be seen."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def is_json(text: str) -> bool:
    """Whether a text that is YAML is JSON, and so is to stay it."""
    if not text.lstrip().startswith("{"):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _number(value: int | float) -> str:
    """A number; YAML 1.1 knows none with an exponent but without a point."""
    text = repr(value)
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


@lru_cache(maxsize=1 << 14)
def _text(text: str, flow: bool) -> str:
    if _is_plain(text, flow):
        return text
    if text.isprintable():
        if '"' in text or "\\" in text:
            return "'" + text.replace("'", "''") + "'"
        return f'"{text}"'
    return _escaped(text)


def _is_plain(text: str, flow: bool) -> bool:
    if not text or not text.isprintable() or text != text.strip():
        return False
    if text[0] in _OPENERS or text.lower() in _WORDS:
        return False
    if _NUMERIC.fullmatch(text) or _SPECIAL.fullmatch(text):
        return False
    if text.startswith("...") or ": " in text or " #" in text or text.endswith(":"):
        return False
    return not (flow and _FLOW.search(text))


def _escaped(text: str) -> str:
    """In double quotes, with an escape for all that is not printed."""
    return "".join(
        c if c.isprintable() else _escape(ord(c)) for c in json.dumps(text, ensure_ascii=False)
    )


def _escape(code: int) -> str:
    return f"\\U{code:08X}" if code > 0xFFFF else f"\\u{code:04X}"


def block(text: str, indent: int, width: int) -> list[str] | None:
    """``text`` as a block scalar: its header, then its lines without their indentation.

    None where one line is as good, or where a block cannot hold the text: then it is quoted.
    """
    if "\n" in text:
        return _literal(text)
    room = width - indent
    if len(text) <= room or not text.isprintable() or text != text.strip():
        return None
    lines = _folded(text, max(room, 40))
    return [">-", *lines] if len(lines) > 1 else None


def _literal(text: str) -> list[str] | None:
    """``|`` keeps line ends; a line of blanks, or blanks in front, it would not keep."""
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if lines[0][:1] in ("", " ") or not lines[-1]:
        return None
    if any(not line.isprintable() or (line and not line.strip()) for line in lines):
        return None
    return ["|" if body != text else "|-", *lines]


def _folded(text: str, room: int) -> list[str]:
    """Lines that fold back to ``text``: cut at single spaces only."""
    lines, line = [], ""
    for word in _BREAK.split(text):
        if line and len(line) + 1 + len(word) > room:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]
