"""TOML files: their data, and the locations of their keys and values.

``tomllib`` parses a file, but gives no locations.  This scanner does the other half, for text
that ``tomllib`` has accepted: it follows the grammar (https://toml.io/en/v1.0.0) far enough to
locate every key and value, and assumes that the text is valid.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, TypeAlias

from ..diagnostics import Span

KeyPath: TypeAlias = tuple[str | int, ...]
"""Keys and array indices from the root of the parsed data."""

_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR: Final = re.compile(r"[^,\]}#\r\n]+")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE: Final = re.compile(r"[ \t]*")


class KeyValue(NamedTuple):
    """The spans of a key and its value (for an item of an array, the item twice)."""

    key: Span
    value: Span


_LONG_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[+-]?(?:0x)?[0-9A-Fa-f_]{3000,}")


DEEPEST: Final = 64
"""Tables and arrays within each other; no configuration has a tenth of that."""

_DOTTED: Final = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]{{1,100}}+[ \t]*+\.[ \t]*+){{{DEEPEST}}}")


def parse_toml(text: str) -> dict[str, Any]:
    """The data of a TOML file.

    Raises ``tomllib.TOMLDecodeError``, also for what ``tomllib`` itself raises other errors for,
    or takes minutes for: numbers of thousands of digits, and values within hundreds of others.
    """
    deep = _DOTTED.search(text)
    if deep:
        line = text.count("\n", 0, deep.start()) + 1
        raise tomllib.TOMLDecodeError(f"Nested too deeply (at line {line}, column 1)")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("Nested too deeply (at line 1, column 1)") from None
    except ValueError:
        found = _LONG_NUMBER.search(text)
        start = found.start() if found else 0
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        message = f"Number with too many digits (at line {line}, column {column})"
        raise tomllib.TOMLDecodeError(message) from None
    layer: list[Any] = [data]
    for _ in range(DEEPEST):
        layer = [each for value in layer for each in _within(value)]
    if layer:
        raise tomllib.TOMLDecodeError("Nested too deeply (at line 1, column 1)")
    return data


def _within(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def locate_keys(text: str, file: str) -> dict[KeyPath, KeyValue]:
    """The location of every table, key and array item in ``text``, which must be valid TOML."""
    scanner = _Scanner(text, file)
    scanner.document()
    return scanner.found


class _Scanner:
    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.at = 0
        self.found: dict[KeyPath, KeyValue] = {}
        self.tables: dict[KeyPath, int] = {}  # arrays of tables: how many so far
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> None:
        here: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                here = self._header()
            else:
                self._pair(here)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        start = self.at
        repeated = self.text.startswith("[[", self.at)
        self.at += 2 if repeated else 1
        keys = self._keys()
        self.at += 2 if repeated else 1
        path: KeyPath = ()
        for part, span in keys:
            path = (*path, part)
            self.found.setdefault(path, KeyValue(span, self._span(start, self.at)))
            last = repeated and (part, span) == keys[-1]
            if last:
                self.tables[path] = self.tables.get(path, 0) + 1
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
                self.found.setdefault(path, KeyValue(span, self._span(start, self.at)))
        return path

    def _pair(self, here: KeyPath) -> None:
        keys = self._keys()
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        start, names = self.at, [name for name, _ in keys]
        self._value((*here, *names))
        value = self._span(start, self.at)
        for count, (_, span) in enumerate(keys, 1):
            self.found.setdefault((*here, *names[:count]), KeyValue(span, value))

    def _keys(self) -> list[tuple[str, Span]]:
        keys = []
        while True:
            self._skip(_SPACE)
            start = self.at
            match = _BARE.match(self.text, start) or _STRING.match(self.text, start)
            assert match, "tomllib has accepted this key"
            self.at = match.end()
            word = match[0]
            key = str(tomllib.loads(f"k = {word}")["k"]) if word[0] in "\"'" else word
            keys.append((key, self._span(start, self.at)))
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self.at += 1
            index = 0
            while not self._closed("]"):
                start = self.at
                self._value((*path, index))
                span = self._span(start, self.at)
                self.found[(*path, index)] = KeyValue(span, span)
                index += 1
        elif opening == "{":
            self.at += 1
            while not self._closed("}"):
                self._pair(path)
        else:
            match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            assert match, "tomllib has accepted this value"
            self.at += len(match[0].rstrip())

    def _closed(self, bracket: str) -> bool:
        """Move to the next item; at the closing bracket, move past it and return True."""
        self._skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self._skip(_BLANK)
        if self.text[self.at] != bracket:
            return False
        self.at += 1
        return True

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()

    def _span(self, start: int, end: int) -> Span:
        line = bisect_right(self.lines, start)
        stop = self.text.find("\n", start)
        end = min(end, stop if stop >= 0 else end)
        return Span(self.file, line, start - self.lines[line - 1] + 1, max(1, end - start))
