"""The Python target: turns a plan into a typed package (PEP 561) that sends its events.

Names come first (``names``), then what templates print of types and functions (``types``,
``functions``), then the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import Final
from unicodedata import normalize

from ...diagnostics import Diagnostic, in_order
from ...output import File
from ...plan.model import Plan
from .. import Generated, Request
from ..naming import Names
from ..rendering import OverrideError, generated
from . import client as clients
from . import functions, literals, names, rendering, rules, types
from .names import CLIENT_CLASSES, CLIENT_FUNCTIONS, CLIENT_TYPES

SETTINGS: Final = ("client",)


def generate(request: Request) -> Generated:
    """The package's files, or the errors in the plan's names.

    Settings: ``client``, another package whose client is used (``acme.tracking``), or
    ``vendored`` for a copy of the library in the package.
    """
    client = clients.resolve(request)
    if isinstance(client, Diagnostic):
        return Generated(diagnostics=(client,))
    templates = rendering.Templates(request.overrides)
    named = names.assign(request.plan)
    typed = types.build(request.plan, named)

    def files() -> list[File]:
        made = _planned(request.plan, templates, named, typed, client)
        if found := in_order(rendering.leftovers(made, templates, client, request.package)):
            raise OverrideError(*found)
        made += clients.library_files() if client.vendored else []
        head = rendering.header(request.source)
        return [*(File(file.path, head + file.text) for file in made), File("py.typed", "")]

    return generated(templates, named.diagnostics, files)


def package_problem(name: str) -> str:
    """Why no package can be called ``name``; "" if one can."""
    if iskeyword(name):
        return "a Python keyword"
    fits = name.isidentifier() and normalize("NFKC", name) == name
    return "" if fits else "not an identifier"


def check(plan: Plan) -> tuple[Diagnostic, ...]:
    """The errors in the plan's names in Python."""
    named = names.assign(plan)
    types.build(plan, named)
    return in_order(named.diagnostics)


def _planned(
    plan: Plan,
    templates: rendering.Templates,
    named: Names,
    typed: types.Types,
    client: clients.Client,
) -> list[File]:
    """The files that depend on the plan."""
    sending = [*functions.calls(plan, typed), *functions.events(plan, named, typed)]
    shown = sorted([*(one.name for one in sending), "alias", "track"])
    type_names = import_order(block.name for block in typed.blocks)
    deprecated = any(one.deprecated for one in sending)
    everything = [*CLIENT_CLASSES, *CLIENT_FUNCTIONS, *CLIENT_TYPES, *shown, *type_names]
    return [
        templates.render(
            "__init__.py",
            about=_about(f"{plan.name}: functions and types for the events and calls of the plan."),
            client=client,
            library=client.library,
            client_types=CLIENT_TYPES,
            functions=import_order(shown),
            deprecated=deprecated,
            types=type_names,
            exported=[literals.text(name) for name in sorted(everything)],
        ),
        templates.render(
            "events.py",
            about=_about(f"{plan.name}: one function for each event, and Segment's other calls."),
            client=client,
            library=client.library,
            functions=sending,
            types=import_order(typed.arguments),
            deprecated=deprecated,
        ),
        templates.render(
            "_types.py",
            imports=_imports_of_types(typed.used, client.library),
            blocks=typed.blocks,
        ),
        rules.render(plan, templates, client.library),
        templates.render("testing.py", client=client, library=client.library),
    ]


def _about(text: str) -> str:
    return literals.docstring(literals.prose(text))


_ALWAYS: Final = {
    "collections.abc": ("Mapping", "Sequence"),
    "datetime": ("date", "datetime"),
    "decimal": ("Decimal",),
    "typing": ("TYPE_CHECKING", "Literal", "NoReturn", "Union"),
    "uuid": ("UUID",),
}
_NUMBERS: Final = re.compile(r"([0-9]+)")
_NEWER: Final = ("NotRequired", "TypedDict")

# pydantic accepts typing's own TypedDict from Python 3.12 on.  typing_extensions is needed only
# to evaluate annotations.
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


def _imports_of_types(used: Iterable[str], library: str) -> str:
    """The imports of ``_types.py`` for the names that are ``used``, with a final line break.

    They also run at run time, so that ``typing.get_type_hints`` and pydantic can evaluate the
    annotations.  ``library`` is the name that the library is imported by.
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
    for module, known in _ALWAYS.items():
        wanted = ", ".join(name for name in known if name in needed)
        if wanted:
            lines.append(f"from {module} import {wanted}\n")
    if "Context" in needed:
        lines += ["\n" if lines else "", f"from {library} import Context\n"]
    return "".join(lines) + blocks


def import_order(names: Iterable[str]) -> list[str]:
    """Names as isort and ruff sort them in an import: constants, classes, then others, ignoring
    case and comparing numbers in names by value.
    """

    def order(name: str) -> tuple[bool, bool, list[str | int], str]:
        constant = len(name) > 1 and name.isupper()
        parts: list[str | int] = [*_NUMBERS.split(name.lower())]
        parts[1::2] = map(int, parts[1::2])
        return not constant, not name[0].isupper(), parts, name

    return sorted(names, key=order)
