"""The Python target: a plan into a typed package (PEP 561) that sends what the plan allows.

Names first (``names``), then types and functions as view models (``types``, ``functions``),
then the templates, which only print.
"""

from __future__ import annotations

from keyword import iskeyword
from typing import Final
from unicodedata import normalize

from ...diagnostics import Diagnostic, has_errors, in_order
from ...output import File
from ...plan.model import Plan
from .. import Generated, Request
from ..naming import Names
from ..overrides import OverrideError
from . import client as clients
from . import functions, imports, leftovers, literals, names, rendering, rules, types
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
    found = in_order(leftovers.problems(files, templates, client, request.package))
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
    type_names = imports.in_order(block.name for block in typed.blocks)
    deprecated = any(one.deprecated for one in sending)
    everything = [*CLIENT_CLASSES, *CLIENT_FUNCTIONS, *CLIENT_TYPES, *shown, *type_names]
    return [
        templates.render(
            "__init__.py",
            about=_about(f"{plan.name}: functions and types for what the plan lets be sent."),
            client=client,
            library=client.library,
            client_types=CLIENT_TYPES,
            functions=imports.in_order(shown),
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
            types=imports.in_order(typed.arguments),
            deprecated=deprecated,
        ),
        templates.render(
            "_types.py",
            imports=imports.for_types(typed.used, client.library),
            blocks=typed.blocks,
        ),
        rules.render(plan, templates, client.library),
        templates.render("testing.py", client=client, library=client.library),
    ]


def _about(text: str) -> str:
    return literals.docstring(literals.prose(text))
