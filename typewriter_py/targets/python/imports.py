"""What the head of ``_types.py`` imports: all that its annotations name, and no more.

The names are there when the module runs, so that ``typing.get_type_hints`` and pydantic can
evaluate the annotations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_ALWAYS: Final = {
    "collections.abc": ("Mapping", "Sequence"),
    "datetime": ("date", "datetime"),
    "decimal": ("Decimal",),
    "typing": ("TYPE_CHECKING", "Literal", "NoReturn", "Union"),
    "uuid": ("UUID",),
}
_NUMBERS: Final = re.compile(r"([0-9]+)")
_NEWER: Final = ("NotRequired", "TypedDict")

# pydantic takes typing's own TypedDict from Python 3.12 on.  typing_extensions need not be
# installed where nobody evaluates annotations.
_CHOICE: Final = """
if sys.version_info >= (3, 12):
    from typing import {names}
elif TYPE_CHECKING:
    from typing_extensions import {names}
else:
    try:
        from typing_extensions import {names}
    except ImportError:  # annotations cannot be evaluated then; everything else works
        from typing import TypedDict
"""
_RECURSION: Final = """
if TYPE_CHECKING:
    if sys.version_info >= (3, 10):
        from typing import TypeAlias
    else:
        from typing_extensions import TypeAlias
elif sys.version_info >= (3, 12):
    from typing import TypeAliasType
else:
    try:
        from typing_extensions import TypeAliasType
    except ImportError:

        def TypeAliasType(name, value):
            return object
"""


def for_types(used: Iterable[str], library: str) -> str:
    """The import statements for the names that are ``used``; ends in one line break.

    ``library`` is what the library is imported as.
    """
    needed = set(used)
    newer = [name for name in _NEWER if name in needed]
    blocks = _CHOICE.format(names=", ".join(newer)) if newer else ""
    if "TypeAlias" in needed:
        blocks += _RECURSION
    lines = []
    if blocks:
        needed.add("TYPE_CHECKING")
        lines.append("import sys\n")
    for module, names in _ALWAYS.items():
        wanted = ", ".join(name for name in names if name in needed)
        if wanted:
            lines.append(f"from {module} import {wanted}\n")
    if "Context" in needed:
        lines += ["\n" if lines else "", f"from {library} import Context\n"]
    return "".join(lines) + blocks


def in_order(names: Iterable[str]) -> list[str]:
    """Names as isort and ruff have them in an import: constants, classes, then the rest,
    whatever their case, and numbers in names by their value.
    """

    def key(name: str) -> tuple[bool, bool, list[str | int], str]:
        constant = len(name) > 1 and name.isupper()
        parts: list[str | int] = [*_NUMBERS.split(name.lower())]
        parts[1::2] = map(int, parts[1::2])
        return not constant, not name[0].isupper(), parts, name

    return sorted(names, key=key)
