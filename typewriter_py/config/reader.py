"""From the parsed TOML to a ``Config``, in one walk that collects all mistakes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any, Final, NamedTuple

from .. import __version__
from ..casing import STYLES, Naming
from ..diagnostics import Code, Diagnostic, Severity, Span
from ..util import did_you_mean, native
from . import codes
from .model import Config, Lint, PlanSource, SegmentConfig, TargetConfig, Word, locate
from .toml_spans import KeyPath, KeyValue, locate_keys


class Table(NamedTuple):
    """A table of the file, and the path to it."""

    data: Mapping[str, Any]
    path: KeyPath
    is_valid: bool = True


ROOT_KEYS: Final = ("plan", "required-version", "targets", "lint", "segment")
SEGMENT_KEYS: Final = ("region", "token-command")
REGIONS: Final = ("us", "eu")
LINT_KEYS: Final = tuple("select ignore severity naming max-properties per-file-ignores".split())
_SEVERITIES: Final = tuple(each.value for each in Severity)
TARGET_KEYS: Final = ("language", "out", "plan", "tags", "events", "templates")


class Reader:
    """Reads the data of one file; ``diagnostics`` has everything wrong with it."""

    def __init__(
        self,
        file: str,
        data: Mapping[str, Any],
        text: str,
        languages: Collection[str],
        *,
        plan_given: bool,
    ) -> None:
        """``languages`` are the names of the targets."""
        self.file = file
        self.languages = languages
        self.text = text
        self.plan_given = plan_given
        self.folder = Path(os.path.dirname(file))
        self.diagnostics: list[Diagnostic] = []
        self.spans: dict[KeyPath, KeyValue] | None = None
        self._words: list[Word] = []
        nested = isinstance(data.get("tool"), dict) and "typewriter" in data["tool"]
        root = data["tool"]["typewriter"] if nested else data
        if not nested and os.path.basename(file) == "pyproject.toml":
            root = {}
            self._report(codes.MISSING_KEY, Span(file), "there is no [tool.typewriter] table")
        self.root = self._table(root, ("tool", "typewriter") if nested else ())

    def config(self) -> Config:
        """The configuration, usable only if there are no errors."""
        root = self.root
        self._known(root, ROOT_KEYS)
        self._required_version(root)
        plan = self._plan(root)
        entries, path = root.data.get("targets", []), (*root.path, "targets")
        if not isinstance(entries, list):
            self._wrong(path, "must be an array of tables", "[[…targets]]")
            entries = []
        tables = [self._table(entry, (*path, index)) for index, entry in enumerate(entries)]
        targets = [self._target(each, plan) for each in tables if each.is_valid]
        self._check_overlaps(targets)
        return Config(
            file=self.file,
            plan=plan,
            targets=tuple(targets),
            lint=self._lint(self._sub(root, "lint")),
            segment=self._segment(self._sub(root, "segment")),
        )

    def _segment(self, table: Table) -> SegmentConfig:
        self._known(table, SEGMENT_KEYS)
        region = self._text(table, "region")
        if region is not None and region not in REGIONS:
            self._wrong((*table.path, "region"), f"`{region}` is not a Segment region", '"eu"')
        return SegmentConfig(region=region, token_command=self._text(table, "token-command"))

    def _target(self, table: Table, plan: PlanSource | None) -> TargetConfig:
        data, path = table.data, table.path
        language = self._text(table, "language", needed=True) or ""
        if language and language not in self.languages:
            known = ", ".join(f"`{name}`" for name in self.languages)
            self._wrong((*path, "language"), f"`{language}` is not a target: there is {known}")
        out = self._text(table, "out", needed=True)
        if not ("plan" in data or "plan" in self.root.data or self.plan_given):
            self._missing(path, "plan", "here, or once at the top for all targets")
        templates = self._text(table, "templates")
        if templates is not None and not os.path.isdir(self.folder / native(templates)):
            self._wrong((*path, "templates"), f"there is no folder `{templates}`")
        return TargetConfig(
            language=language,
            out=self._joined(out) if out else "",
            plan=self._plan(table) or plan,
            tags=self._selection(table, "tags", '"checkout"'),
            events=self._selection(table, "events", '"Order *"'),
            templates=Path(self._joined(templates)) if templates else None,
            settings=self._settings(table),
            spans={key: self._key_or_value((*path, key)) for key in data},
            span=self._located(path).value,
        )

    def _settings(self, table: Table) -> dict[str, str]:
        settings = {}
        for key, value in table.data.items():
            if key in TARGET_KEYS:
                continue
            if isinstance(value, str | int | float):
                settings[key] = str(value).lower() if isinstance(value, bool) else str(value)
            elif did_you_mean(key, TARGET_KEYS):
                span = self._located((*table.path, key)).key
                self.diagnostics.append(unknown_key(key, span, TARGET_KEYS))
            else:
                message = "a target's setting must be a string, number or boolean"
                self._wrong((*table.path, key), message)
        return settings

    def _check_overlaps(self, targets: Sequence[TargetConfig]) -> None:
        """Two packages in one folder, or one within the other, would remove each other's files."""
        located = [(Path(os.path.realpath(each.out)), each) for each in targets if each.out]
        for (there, other), (here, target) in combinations(located, 2):
            if here.is_relative_to(there) or there.is_relative_to(here):
                related = ((other.spans["out"], "the other target"),)
                message = f"`{target.out}` and `{other.out}` share a folder"
                self._report(codes.OVERLAP, target.spans["out"], message, related=related)

    def _plan(self, table: Table) -> PlanSource | None:
        text = self._text(table, "plan")
        if text is None:
            return None
        found = locate(native(text), self.folder, self._located((*table.path, "plan")).value)
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
            return None
        return found

    def _required_version(self, table: Table) -> None:
        text, path = self._text(table, "required-version"), (*table.path, "required-version")
        if text is None:
            return
        from packaging.specifiers import SpecifierSet

        try:
            fits = SpecifierSet(text).contains(__version__, prereleases=True)
        except ValueError:  # InvalidSpecifier, or a number of thousands of digits
            self._wrong(path, f"`{text}` is not a version specifier", '">=0.1"')
            return
        if not fits:
            message = f"this project requires typewriter-py {text}, but this is {__version__}"
            help = f"pip install 'typewriter-py{text}'"
            self._report(codes.VERSION, self._located(path).value, message, help=help)

    # --- the table `lint`: which rules run, with which severity, and where not ---

    def _lint(self, table: Table) -> Lint:
        self._known(table, LINT_KEYS)
        files = self._sub(table, "per-file-ignores")
        return Lint(
            select=self._rules(table, "select") if "select" in table.data else None,
            ignore=self._rules(table, "ignore"),
            severity=dict(self._severity(self._sub(table, "severity"))),
            naming=self._naming(self._sub(table, "naming")),
            max_properties=self._max_properties(table),
            per_file_ignores={pattern: self._rules(files, pattern) for pattern in files.data},
            folder=self.folder,
            words=tuple(self._words),  # evaluated last, after the rules above
        )

    def _rules(self, table: Table, key: str) -> tuple[str, ...]:
        """A list of rules; the names are kept with their locations, for lint to check them."""
        found = self._texts(table, key)
        for index, word in enumerate(found):
            self._words.append(Word(word, key, self._located((*table.path, key, index)).value))
        return found

    def _severity(self, table: Table) -> Iterator[tuple[str, Severity]]:
        for word, value in table.data.items():
            path = (*table.path, word)
            self._words.append(Word(word, "severity", self._located(path).key))
            if value in _SEVERITIES:
                yield word, Severity(value)
            else:
                known = " or ".join(f'"{each}"' for each in _SEVERITIES)
                self._wrong(path, f"must be {known} (`ignore` switches a rule off)")

    def _naming(self, table: Table) -> Naming:
        known = tuple(each.name for each in fields(Naming))
        self._known(table, known)
        return Naming(**{key: self._styles(table, key) for key in known if key in table.data})

    def _styles(self, table: Table, key: str) -> tuple[str, ...]:
        value, path = table.data[key], (*table.path, key)
        styles = [value] if isinstance(value, str) else value
        known = ", ".join(f'"{name}"' for name in STYLES)
        if not isinstance(styles, list) or not styles:
            self._wrong(path, "must be a style, or a list of styles", known)
            return ()
        if not all(isinstance(style, str) for style in styles):
            self._wrong(path, "must be a style, or a list of styles", known)
            return ()
        for style in styles:
            if style not in STYLES:
                help = did_you_mean(style, STYLES) or f"there is {known}"
                self._wrong(path, f"{style!r} is not a style: {help}")
        return tuple(style for style in styles if style in STYLES)

    def _max_properties(self, table: Table) -> int | None:
        value = table.data.get("max-properties")
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        message, example = "must be a whole number greater than 0", "max-properties = 40"
        self._wrong((*table.path, "max-properties"), message, example)
        return None

    # --- values of one type ---

    def _table(self, value: object, path: KeyPath) -> Table:
        if isinstance(value, dict):
            return Table(value, path)
        self._wrong(path, "must be a table")
        return Table({}, path, is_valid=False)

    def _sub(self, table: Table, key: str) -> Table:
        return self._table(table.data.get(key, {}), (*table.path, key))

    def _text(self, table: Table, key: str, *, needed: bool = False) -> str | None:
        value = table.data.get(key)
        if isinstance(value, str) and value.strip() and "\0" not in value:
            return value
        if key in table.data:
            self._wrong((*table.path, key), "must be a string that is not empty")
        elif needed:
            self._missing(table.path, key)
        return None

    def _texts(self, table: Table, key: str) -> tuple[str, ...]:
        value = table.data.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        self._wrong((*table.path, key), "must be a list of strings", f'{key} = ["one", "two"]')
        return ()

    def _selection(self, table: Table, key: str, example: str) -> tuple[str, ...]:
        """At least one string: an empty list looks like nothing, but would select everything."""
        if table.data.get(key) == []:
            message = "is empty: remove it to select everything, or list what you want"
            self._wrong((*table.path, key), message, f"{key} = [{example}]")
            return ()
        return self._texts(table, key)

    def _known(self, table: Table, known: Sequence[str]) -> None:
        for key in table.data:
            if key not in known:
                span = self._located((*table.path, key)).key
                self.diagnostics.append(unknown_key(key, span, known))

    # --- diagnostics ---

    def _wrong(self, path: KeyPath, message: str, example: str | None = None) -> None:
        name = next((str(part) for part in reversed(path) if isinstance(part, str)), self.file)
        help = f"for example: {example}" if example else None
        self._report(codes.INVALID, self._located(path).value, f"`{name}`: {message}", help=help)

    def _missing(self, path: KeyPath, key: str, where: str = "") -> None:
        help = f"add `{key} = …` {where}".rstrip()
        self._report(codes.MISSING_KEY, self._located(path).key, f"`{key}` is missing", help=help)

    def _report(self, code: Code, span: Span, message: str, **more: Any) -> None:
        self.diagnostics.append(code.at(span, message, **more))

    def _located(self, path: KeyPath) -> KeyValue:
        if self.spans is None:
            self.spans = locate_keys(self.text, self.file)
        while path and path not in self.spans:
            path = path[:-1]
        start = Span(self.file)
        return self.spans.get(path, KeyValue(start, start))

    def _key_or_value(self, path: KeyPath) -> Span:
        """The likely location of a mistake: in the key of a setting, in the value of the others."""
        found = self._located(path)
        return found.value if path[-1] in TARGET_KEYS else found.key

    def _joined(self, path: str) -> str:
        return os.path.normpath(self.folder / native(path))


def unknown_key(key: str, span: Span | None, known: Sequence[str]) -> Diagnostic:
    """The diagnostic of an unknown key, with the one that was probably meant."""
    help = did_you_mean(key, known) or f"known keys: {', '.join(known)}"
    return codes.UNKNOWN_KEY.at(span, f"unknown key `{key}`", help=help)
