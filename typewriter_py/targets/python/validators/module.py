"""What a module of validators is made of, as it comes together."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

from ....names import snake, words
from ...digests import digest
from ..layout import settled
from ..literals import WIDTH, docstring, safe
from .lines import Call, Line, collected, laid_out

_SOURCES: Final = {
    "collections.abc": ("Mapping",),
    "decimal": ("Decimal",),
    ".._client.checks": ("Path", "Report"),
    ".._client.formats": (
        "Pattern",
        "date_time",
        "email",
        "full_date",
        "full_time",
        "hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uuid",
    ),
    ".._client.json_types": (
        "BoolOrNull",
        "StrOrNull",
        "each_item",
        "integer",
        "is_array",
        "is_object",
        "is_object_of",
        "listed",
        "matches_any",
        "matches_one",
        "multiple_of",
        "number",
        "one_of",
        "unique",
    ),
}
"""Where what validators call comes from, in the order of import statements."""

IMPORTED: Final = frozenset(name for names in _SOURCES.values() for name in names)
"""No check may be called so, whether its module imports that or not."""

ANY_VALUE: Final = ("given: object", "path: Path", "report: Report")
"""The parameters of a check of a value, wherever it stands."""

_LONGEST: Final = 24  # of a plan's name in one of ours, which has a digest too


@dataclass(slots=True)
class Module:
    """A module in the making: constants, then checks of shapes, then those that it is for.

    A shape's or constant's name is a word of the plan and the digest of what it is, so that
    what several events have alike is there once, and no event's checks depend on another's.
    """

    functions: list[str] = field(default_factory=list)
    definitions: set[str] = field(default_factory=set)
    _constants: dict[str, str] = field(default_factory=dict)
    _shapes: dict[str, str] = field(default_factory=dict)
    _imports: set[str] = field(default_factory=set)
    _known: dict[tuple[str, str], str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def uses(self, *names: str) -> None:
        """The module calls these."""
        self._imports.update(names)

    def name(self, stem: str) -> str:
        """A name that nothing else in the module has."""
        name, number = stem, 2
        while name in self._taken:
            name, number = f"{stem}_{number}", number + 1
        self._taken.add(name)
        return name

    def constant(self, word: str, value: str, annotation: str = "") -> str:
        """The name of a constant with this value."""
        name = self._known.get((word, value))
        if name is None:
            name = self.name(upper(f"_{word[:_LONGEST]}_{digest(value)}"))
            self._known[word, value] = name
            declared = f"{name}: {annotation}" if annotation else name
            self._constants[name] = settled(f"{declared} = {value}")
        return name

    def shape(self, word: str, identity: str) -> tuple[str, bool]:
        """The name of the check of a shape, and whether it is still to be written."""
        known = self._known.get((word, identity))
        if known is not None:
            return known, False
        name = self.name(f"_{word[:_LONGEST]}_{digest(identity)}")
        self._known[word, identity] = name
        return name, True

    def add_shape(self, name: str, text: str) -> None:
        """The check of a shape."""
        self._shapes[name] = text

    def blocks(self) -> list[str]:
        """Everything after the imports, in order."""
        constants = "\n".join(self._constants[name] for name in sorted(self._constants))
        shapes = (self._shapes[name] for name in sorted(self._shapes))
        return [*filter(None, [constants]), *shapes, *self.functions]

    def imports(self) -> str:
        """The import statements."""
        groups: dict[bool, list[str]] = {False: [], True: []}
        sources = {**_SOURCES, "._definitions": tuple(sorted(self.definitions))}
        used = self._imports | self.definitions
        for source, names in sources.items():
            wanted = [name for name in names if name in used]
            if wanted:
                groups[source.startswith(".")].append(_from(source, wanted))
        return "\n\n".join("\n".join(lines) for lines in groups.values() if lines)


def function(
    name: str, parameters: tuple[str, ...], body: list[Line], title: str = "", constant: str = ""
) -> str:
    """A function that returns nothing, with a constant of its own before it."""
    lines = [Call(f"def {name}", parameters).text(0, ") -> None:")]
    if title:
        # Python 3.13 does not compile a docstring with a lone surrogate, escaped or not.
        doc = docstring([safe(title.encode("utf-8", "replace").decode())], 4)
        lines.append(f"    {doc}")
    if body or not title:
        lines.append(laid_out(body, 1) if body else "    pass")
    text = settled("\n".join(lines))
    return f"{settled(constant)}\n\n\n{text}" if constant else text


def upper(name: str) -> str:
    """``name`` for a constant; a script whose capitals may be ambiguous keeps its own."""
    return name.upper() if name.isascii() else f"{name}_"


def _from(source: str, names: list[str]) -> str:
    line = f"from {source} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return collected(f"from {source} import (", names, ")")


def words_of(name: str) -> str:
    """A plan's name as part of an identifier; what holds no letter gets a number that stays."""
    return snake(words(name)) or f"x{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
