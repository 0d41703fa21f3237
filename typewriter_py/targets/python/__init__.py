"""The Python target: a plan into a typed package (PEP 561) that sends what the plan allows.

Names first (``names``), then types and functions as view models (``types``, ``functions``),
then the templates, which only print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from keyword import iskeyword
from typing import Final
from unicodedata import normalize

from ...diagnostics import Diagnostic, has_errors, in_order
from ...output import File
from ...plan.model import Plan
from .. import Generated, Request
from ..naming import Names
from ..rendering import OverrideError
from . import client as clients
from . import functions, literals, names, rendering, rules, types
from .names import CLIENT_CLASSES, CLIENT_FUNCTIONS, CLIENT_TYPES

SETTINGS: Final = ("client",)


def generate(request: Request) -> Generated:
    """The package's files, or what is wrong with the plan's names.

    Settings: ``client``, another package whose client this one sends with
    (``acme.tracking``), or ``vendored`` for a copy of the library in the package.
    """
    client = clients.resolve(request)
    if isinstance(client, Diagnostic):
        return Generated(diagnostics=(client,))
    templates = rendering.Templates(request.overrides)
    named = names.assign(request.plan)
    typed = types.build(request.plan, named)
    found = in_order([*named.diagnostics, *templates.problems()])
    if has_errors(found):
        return Generated(diagnostics=found)
    try:
        files = _planned(request.plan, templates, named, typed, client)
    except OverrideError as error:
        return Generated(diagnostics=(error.diagnostic,))
    found = in_order(rendering.leftovers(files, templates, client, request.package))
    if found:
        return Generated(diagnostics=found)
    if client.vendored:
        files += clients.library_files()
    head = rendering.header(request.source)
    headed = [File(file.path, head + file.text) for file in files]
    return Generated((*headed, File("py.typed", "")))


def package_problem(name: str) -> str:
    """Why no package can be called ``name``; "" if one can."""
    if iskeyword(name):
        return "a keyword of Python"
    fits = name.isidentifier() and normalize("NFKC", name) == name
    return "" if fits else "no identifier"


def check(plan: Plan) -> tuple[Diagnostic, ...]:
    """What is wrong with the plan's names, as Python's."""
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
            about=_about(f"{plan.name}: functions and types for what the plan lets be sent."),
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


def _imports_of_types(used: Iterable[str], library: str) -> str:
    """The head of ``_types.py``: imports of the names that are ``used``, and ends in a line break.

    The names are there when the module runs, so that ``typing.get_type_hints`` and pydantic can
    evaluate the annotations.

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
    for module, known in _ALWAYS.items():
        wanted = ", ".join(name for name in known if name in needed)
        if wanted:
            lines.append(f"from {module} import {wanted}\n")
    if "Context" in needed:
        lines += ["\n" if lines else "", f"from {library} import Context\n"]
    return "".join(lines) + blocks


def import_order(names: Iterable[str]) -> list[str]:
    """Names as isort and ruff have them in an import: constants, classes, then the rest,
    whatever their case, and numbers in names by their value.
    """

    def key(name: str) -> tuple[bool, bool, list[str | int], str]:
        constant = len(name) > 1 and name.isupper()
        parts: list[str | int] = [*_NUMBERS.split(name.lower())]
        parts[1::2] = map(int, parts[1::2])
        return not constant, not name[0].isupper(), parts, name

    return sorted(names, key=key)
