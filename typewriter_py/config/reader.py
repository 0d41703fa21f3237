"""From the parsed TOML to a ``Config``, in one walk that collects all mistakes."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import combinations
from pathlib import Path
from typing import Any, Final, TypeGuard

from .. import __version__
from ..casing import STYLES, Naming
from ..diagnostics import Code, Diagnostic, Severity, Span
from ..util import did_you_mean, native
from . import codes
from .model import Config, Lint, PlanSource, SegmentConfig, TargetConfig, Word, locate
from .toml_spans import KeyPath, Place, places

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
        self.spans: dict[KeyPath, Place] | None = None
        self._words: list[Word] = []
        nested = isinstance(data.get("tool"), dict) and "typewriter" in data["tool"]
        self.base: KeyPath = ("tool", "typewriter") if nested else ()
        self.root: Any = data["tool"]["typewriter"] if nested else data
        if not nested and os.path.basename(file) == "pyproject.toml":
            self.root = {}
            self._report(codes.MISSING_KEY, Span(file), "there is no [tool.typewriter] table")

    def config(self) -> Config:
        """The configuration, usable only if there are no errors."""
        root, base = self._table(self.root, self.base), self.base
        self._known(root, base, ROOT_KEYS)
        self._required_version(root, base)
        plan = self._plan(root, base)
        entries = root.get("targets", [])
        if not isinstance(entries, list):
            self._wrong((*base, "targets"), "must be an array of tables", "[[…targets]]")
            entries = []
        targets = [
            self._target(entry, (*base, "targets", index), plan)
            for index, entry in enumerate(entries)
            if self._is_table(entry, (*base, "targets", index))
        ]
        self._check_overlaps(targets)
        return Config(
            file=self.file,
            plan=plan,
            targets=tuple(targets),
            lint=self._lint(root, base),
            segment=self._segment(root, base),
        )

    def _segment(self, root: Mapping[str, Any], base: KeyPath) -> SegmentConfig:
        table, path = self._sub(root, base, "segment")
        self._known(table, path, SEGMENT_KEYS)
        region = self._text(table, path, "region")
        if region is not None and region not in REGIONS:
            self._wrong((*path, "region"), f"`{region}` is not a Segment region", '"eu"')
        return SegmentConfig(region=region, token_command=self._text(table, path, "token-command"))

    def _target(
        self, table: Mapping[str, Any], path: KeyPath, plan: PlanSource | None
    ) -> TargetConfig:
        language = self._text(table, path, "language", needed=True) or ""
        if language and language not in self.languages:
            known = ", ".join(f"`{name}`" for name in self.languages)
            self._wrong((*path, "language"), f"`{language}` is not a target: there is {known}")
        out = self._text(table, path, "out", needed=True)
        if not ("plan" in table or "plan" in self.root or self.plan_given):
            self._missing(path, "plan", "here, or once at the top for all targets")
        templates = self._text(table, path, "templates")
        if templates is not None and not (self.folder / native(templates)).is_dir():
            self._wrong((*path, "templates"), f"there is no folder `{templates}`")
        return TargetConfig(
            language=language,
            out=self._joined(out) if out else "",
            plan=self._plan(table, path) or plan,
            tags=self._selection(table, path, "tags", '"checkout"'),
            events=self._selection(table, path, "events", '"Order *"'),
            templates=Path(self._joined(templates)) if templates else None,
            settings=self._settings(table, path),
            places={key: self._key_or_value((*path, key)) for key in table},
            span=self._place(path).value,
        )

    def _settings(self, table: Mapping[str, Any], path: KeyPath) -> dict[str, str]:
        settings = {}
        for key, value in table.items():
            if key in TARGET_KEYS:
                continue
            if isinstance(value, bool):
                settings[key] = str(value).lower()
            elif isinstance(value, str | int | float):
                settings[key] = str(value)
            elif did_you_mean(key, TARGET_KEYS):
                place = self._place((*path, key)).key
                self.diagnostics.append(unknown_key(key, place, TARGET_KEYS))
            else:
                self._wrong((*path, key), "a target's setting must be a string, number or boolean")
        return settings

    def _check_overlaps(self, targets: Sequence[TargetConfig]) -> None:
        """Two packages in one folder, or one within the other, would remove each other's files."""
        located = [(Path(os.path.realpath(each.out)), each) for each in targets if each.out]
        for (there, other), (here, target) in combinations(located, 2):
            if here.is_relative_to(there) or there.is_relative_to(here):
                related = ((other.places["out"], "the other target"),)
                message = f"`{target.out}` and `{other.out}` share a folder"
                self._report(codes.OVERLAP, target.places["out"], message, related=related)

    def _plan(self, table: Mapping[str, Any], path: KeyPath) -> PlanSource | None:
        text = self._text(table, path, "plan")
        if text is None:
            return None
        found = locate(native(text), self.folder, self._place((*path, "plan")).value)
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
            return None
        return found

    def _required_version(self, root: Mapping[str, Any], path: KeyPath) -> None:
        text = self._text(root, path, "required-version")
        if text is None:
            return
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            fits = SpecifierSet(text).contains(__version__, prereleases=True)
        except InvalidSpecifier:
            message = f"`{text}` is not a version specifier"
            self._wrong((*path, "required-version"), message, '">=0.1"')
            return
        if not fits:
            span = self._place((*path, "required-version")).value
            message = f"this project requires typewriter-py {text}, but this is {__version__}"
            self._report(codes.VERSION, span, message, help=f"pip install 'typewriter-py{text}'")

    # --- the table `lint`: which rules run, with which severity, and where not ---

    def _lint(self, root: Mapping[str, Any], base: KeyPath) -> Lint:
        table, path = self._sub(root, base, "lint")
        self._known(table, path, LINT_KEYS)
        files, place = self._sub(table, path, "per-file-ignores")
        return Lint(
            select=self._rules(table, path, "select") if "select" in table else None,
            ignore=self._rules(table, path, "ignore"),
            severity=dict(self._severity(*self._sub(table, path, "severity"))),
            naming=self._naming(*self._sub(table, path, "naming")),
            max_properties=self._max_properties(table, path),
            per_file_ignores={pattern: self._rules(files, place, pattern) for pattern in files},
            folder=self.folder,
            words=tuple(self._words),  # evaluated last, after the rules above
        )

    def _rules(self, table: Mapping[str, Any], path: KeyPath, key: str) -> tuple[str, ...]:
        """A list of rules; the names are kept with their locations, for lint to check them."""
        found = self._texts(table, path, key)
        for index, word in enumerate(found):
            self._words.append(Word(word, key, self._place((*path, key, index)).value))
        return found

    def _severity(self, table: Mapping[str, Any], path: KeyPath) -> Iterator[tuple[str, Severity]]:
        for word, value in table.items():
            place = (*path, word)
            self._words.append(Word(word, "severity", self._place(place).key))
            if value in _SEVERITIES:
                yield word, Severity(value)
            else:
                known = " or ".join(f'"{each}"' for each in _SEVERITIES)
                self._wrong(place, f"must be {known} (`ignore` switches a rule off)")

    def _naming(self, table: Mapping[str, Any], path: KeyPath) -> Naming:
        known = tuple(each.name for each in fields(Naming))
        self._known(table, path, known)
        return Naming(**{
            key: self._styles(table, path, key) for key in known if key in table
        })  # fmt: skip

    def _styles(self, table: Mapping[str, Any], path: KeyPath, key: str) -> tuple[str, ...]:
        value = table[key]
        styles = [value] if isinstance(value, str) else value
        known = ", ".join(f'"{name}"' for name in STYLES)
        if not isinstance(styles, list) or not styles:
            self._wrong((*path, key), "must be a style, or a list of styles", known)
            return ()
        for style in styles:
            if style not in STYLES:
                help = did_you_mean(style, STYLES) if isinstance(style, str) else None
                message = f"{style!r} is not a style: {help or f'there is {known}'}"
                self._wrong((*path, key), message)
        return tuple(style for style in styles if style in STYLES)

    def _max_properties(self, table: Mapping[str, Any], path: KeyPath) -> int | None:
        value = table.get("max-properties")
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
            return value
        message, example = "must be a whole number greater than 0", "max-properties = 40"
        self._wrong((*path, "max-properties"), message, example)
        return None

    # --- values of one shape ---

    def _table(self, value: object, path: KeyPath) -> Mapping[str, Any]:
        return value if self._is_table(value, path) else {}

    def _sub(
        self, table: Mapping[str, Any], path: KeyPath, key: str
    ) -> tuple[Mapping[str, Any], KeyPath]:
        return self._table(table.get(key, {}), (*path, key)), (*path, key)

    def _is_table(self, value: object, path: KeyPath) -> TypeGuard[dict[str, Any]]:
        if not isinstance(value, dict):
            self._wrong(path, "must be a table")
        return isinstance(value, dict)

    def _text(
        self, table: Mapping[str, Any], path: KeyPath, key: str, *, needed: bool = False
    ) -> str | None:
        value = table.get(key)
        if isinstance(value, str) and value.strip() and "\0" not in value:
            return value
        if key in table:
            self._wrong((*path, key), "must be a string that is not empty")
        elif needed:
            self._missing(path, key)
        return None

    def _texts(self, table: Mapping[str, Any], path: KeyPath, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        self._wrong((*path, key), "must be a list of strings", f'{key} = ["one", "two"]')
        return ()

    def _selection(
        self, table: Mapping[str, Any], path: KeyPath, key: str, example: str
    ) -> tuple[str, ...]:
        """At least one string: an empty list looks like nothing, but would select everything."""
        if table.get(key) == []:
            message = "is empty: remove it to select everything, or list what you want"
            self._wrong((*path, key), message, f"{key} = [{example}]")
            return ()
        return self._texts(table, path, key)

    def _known(self, table: Mapping[str, Any], path: KeyPath, known: Sequence[str]) -> None:
        for key in table:
            if key not in known:
                self.diagnostics.append(unknown_key(key, self._place((*path, key)).key, known))

    # --- diagnostics ---

    def _wrong(self, path: KeyPath, message: str, example: str | None = None) -> None:
        name = next((str(part) for part in reversed(path) if isinstance(part, str)), self.file)
        help = f"for example: {example}" if example else None
        self._report(codes.INVALID, self._place(path).value, f"`{name}`: {message}", help=help)

    def _missing(self, path: KeyPath, key: str, where: str = "") -> None:
        help = f"add `{key} = …` {where}".rstrip()
        self._report(codes.MISSING_KEY, self._place(path).key, f"`{key}` is missing", help=help)

    def _report(self, code: Code, span: Span, message: str, **more: Any) -> None:
        self.diagnostics.append(code.at(span, message, **more))

    def _place(self, path: KeyPath) -> Place:
        if self.spans is None:
            self.spans = places(self.text, self.file)
        while path and path not in self.spans:
            path = path[:-1]
        start = Span(self.file)
        return self.spans.get(path, Place(start, start))

    def _key_or_value(self, path: KeyPath) -> Span:
        """The likely location of a mistake: in the key of a setting, in the value of the others."""
        place = self._place(path)
        return place.value if path[-1] in TARGET_KEYS else place.key

    def _joined(self, path: str) -> str:
        return os.path.normpath(self.folder / native(path))


def unknown_key(key: str, span: Span | None, known: Sequence[str]) -> Diagnostic:
    """The diagnostic of an unknown key, with the one that was probably meant."""
    help = did_you_mean(key, known) or f"known keys: {', '.join(known)}"
    return codes.UNKNOWN_KEY.at(span, f"unknown key `{key}`", help=help)
