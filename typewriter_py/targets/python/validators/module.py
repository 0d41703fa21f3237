"""What a module of validators is made of, as it comes together."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

from ....names import snake, words
from ..layout import settled
from ..literals import WIDTH, docstring, exploded, safe
from .lines import Call, Line, laid_out

_SOURCES: Final = {
    "collections.abc": ("Mapping",),
    "datetime": ("date",),
    "decimal": ("Decimal",),
    "uuid": ("UUID",),
    "._client.checks": ("MessageCheck", "Path", "Report"),
    "._client.formats": (
        "Pattern",
        "date_time",
        "email",
        "full_date",
        "full_time",
        "hostname",
        "ipv4",
        "ipv6",
        "is_moment",
        "uri",
        "uuid",
    ),
    "._client.json_types": (
        "integer",
        "is_array",
        "is_object",
        "matches_any",
        "matches_one",
        "multiple_of",
        "number",
        "one_of",
        "unique",
    ),
}
"""Where what validators call comes from, in the order of import statements."""

ANY_VALUE: Final = ("given: object", "path: Path", "report: Report")
"""The parameters of a check of a value, wherever it stands."""


@dataclass(slots=True)
class Module:
    """A module in the making.

    Names of functions grow from where their values stand in the plan, so that adding or
    moving events changes no other's; whatever grows them first keeps the plain name.
    """

    blocks: list[str] = field(default_factory=list)
    imports: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    _constants: list[list[str]] = field(default_factory=list)

    def uses(self, *names: str) -> None:
        """The module calls these."""
        self.imports.update(names)

    def name(self, stem: str) -> str:
        """A name that nothing else in the module has."""
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}_{number}", number + 1
        self.taken.add(name)
        return name

    def constant(self, stem: str, value: str, annotation: str = "") -> str:
        """A constant of the function that is begun."""
        name = self.name(stem.upper())
        declared = f"{name}: {annotation}" if annotation else name
        self._constants[-1].append(f"{declared} = {value}")
        return name

    def begin(self) -> None:
        """A function begins: the next constants are its own, and stand before it."""
        self._constants.append([])

    def end(self, name: str, parameters: tuple[str, ...], title: str, body: list[Line]) -> None:
        """The function that was begun last: it returns nothing, as all of them."""
        head = Call(f"def {name}", parameters).text(0, ") -> None:")
        # Python 3.13 does not compile a docstring with a lone surrogate, escaped or not.
        doc = docstring([safe(title.encode("utf-8", "replace").decode())], 4)
        function = "\n".join([head, f"    {doc}", *([laid_out(body, 1)] if body else [])])
        constants = [f"{settled(constant)}\n" for constant in self._constants.pop()]
        space = "\n\n" if constants else ""
        self.blocks.append(f"{''.join(constants)}{space}{settled(function)}")

    def imports_of(self, ours: bool) -> str:
        """The import statements: of the generated package's own modules, or of others."""
        lines = []
        for source, names in _SOURCES.items():
            used = [name for name in names if name in self.imports]
            if used and source.startswith(".") == ours:
                lines.append(_from(source, used))
        return "\n".join(lines)


def _from(source: str, names: list[str]) -> str:
    line = f"from {source} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return exploded(f"from {source} import (", names, ")")


def words_of(name: str) -> str:
    """A plan's name as part of an identifier; what holds no letter gets a number that stays."""
    return snake(words(name)) or f"x{zlib.crc32(name.encode('utf-8', 'replace')):08x}"
