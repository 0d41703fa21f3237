"""The table ``lint`` of the configuration: which rules run, how severe, where not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from ..diagnostics import Severity
from ..rules.casing import STYLES, Naming
from ..suggest import did_you_mean
from .model import Lint, Word

if TYPE_CHECKING:
    from .reader import Reader
    from .toml_spans import KeyPath

LINT_KEYS: Final = (
    "select",
    "ignore",
    "severity",
    "naming",
    "max-properties",
    "per-file-ignores",
)
_SEVERITIES: Final = tuple(each.value for each in Severity)


class LintReader:
    """Reads the table at ``path``; what is wrong with it goes to the reader of the file."""

    def __init__(self, reader: Reader, table: Mapping[str, Any], path: KeyPath) -> None:
        self.reader = reader
        self.table = table
        self.path = path
        self.words: list[Word] = []

    def lint(self) -> Lint:
        """What the table says, worth using only if there are no errors."""
        self.reader._known(self.table, self.path, LINT_KEYS)
        select = self._rules(self.table, self.path, "select") if "select" in self.table else None
        return Lint(
            select=select,
            ignore=self._rules(self.table, self.path, "ignore"),
            severity=dict(self._severity()),
            naming=self._naming(),
            max_properties=self._max_properties(),
            per_file_ignores=self._per_file(),
            folder=self.reader.folder,
            words=tuple(self.words),
        )

    def _sub(self, key: str) -> tuple[Mapping[str, Any], KeyPath]:
        path = (*self.path, key)
        return self.reader._table(self.table.get(key, {}), path), path

    def _rules(self, table: Mapping[str, Any], path: KeyPath, key: str) -> tuple[str, ...]:
        """A list of rules; the words are kept with their places, for those who know them all."""
        found = self.reader._texts(table, path, key)
        for index, word in enumerate(found):
            self.words.append(Word(word, key, self.reader._place((*path, key, index)).value))
        return found

    def _severity(self) -> Iterator[tuple[str, Severity]]:
        table, path = self._sub("severity")
        for word, value in table.items():
            place = (*path, word)
            self.words.append(Word(word, "severity", self.reader._place(place).key))
            if value in _SEVERITIES:
                yield word, Severity(value)
            else:
                said = "must be " + " or ".join(f'"{each}"' for each in _SEVERITIES)
                self.reader._wrong(place, f"{said} (`ignore` switches a rule off)")

    def _naming(self) -> Naming:
        table, path = self._sub("naming")
        known = tuple(each.name for each in fields(Naming))
        self.reader._known(table, path, known)
        return Naming(**{
            key: self._styles(table, path, key) for key in known if key in table
        })  # fmt: skip

    def _styles(self, table: Mapping[str, Any], path: KeyPath, key: str) -> tuple[str, ...]:
        value = table[key]
        styles = [value] if isinstance(value, str) else value
        known = ", ".join(f'"{name}"' for name in STYLES)
        if not isinstance(styles, list) or not styles:
            self.reader._wrong((*path, key), "must be a style, or a list of them", known)
            return ()
        for style in styles:
            if style not in STYLES:
                help = did_you_mean(style, STYLES) if isinstance(style, str) else None
                place = (*path, key)
                self.reader._wrong(place, f"{style!r} is no style: {help or f'there is {known}'}")
        return tuple(style for style in styles if style in STYLES)

    def _max_properties(self) -> int | None:
        value = self.table.get("max-properties")
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        path = (*self.path, "max-properties")
        self.reader._wrong(path, "must be a whole number above 0", "max-properties = 40")
        return None

    def _per_file(self) -> dict[str, tuple[str, ...]]:
        table, path = self._sub("per-file-ignores")
        return {pattern: self._rules(table, path, pattern) for pattern in table}
