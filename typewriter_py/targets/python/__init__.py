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
from . import functions, imports, literals, names, rendering, shared_client, types
from .reserved import CLIENT_CLASSES, CLIENT_FUNCTIONS, CLIENT_TYPES
from .validators import render_validators

SETTINGS: Final = ("client",)


def generate(request: Request) -> Generated:
    """The package's files, or what is wrong with the plan's names.

    Settings: ``client``, a module to send with (``acme.tracking._client``) in place of a
    copy of the client in the package.
    """
    problem = shared_client.problem(request)
    if problem:
        return Generated(diagnostics=(problem,))
    templates = rendering.Templates(request.overrides)
    named = names.assign(request.plan)
    typed = types.build(request.plan, named)
    found = in_order([*named.diagnostics, *templates.problems()])
    if has_errors(found):
        return Generated(diagnostics=found)
    try:
        files = [*_planned(request.plan, templates, named, typed), *templates.plain_files()]
    except OverrideError as error:
        return Generated(diagnostics=(error.diagnostic,))
    client = request.settings.get("client")
    if client is not None:
        kept = [file for file in files if "_client/" not in file.path]
        files = [shared_client.sending_with(client, file) for file in kept]
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
    plan: Plan, templates: rendering.Templates, named: Names, typed: types.Types
) -> list[File]:
    """The files that depend on the plan."""
    sending = [*functions.calls(plan, typed), *functions.events(plan, named, typed)]
    shown = sorted([*(one.name for one in sending), "alias", "track"])
    type_names = imports.in_order(block.name for block in typed.blocks)
    client = [*CLIENT_CLASSES, *CLIENT_FUNCTIONS]
    deprecated = any(one.deprecated for one in sending)
    everything = [*client, *CLIENT_TYPES, *shown, *type_names]
    return [
        templates.render(
            "__init__.py",
            about=_about(f"{plan.name}: functions and types for what the plan lets be sent."),
            client=client,
            client_types=CLIENT_TYPES,
            functions=imports.in_order(shown),
            deprecated=deprecated,
            types=type_names,
            exported=[literals.text(name) for name in sorted(everything)],
        ),
        templates.render(
            "events.py",
            about=_about(f"{plan.name}: one function for each event, and Segment's other calls."),
            functions=sending,
            types=imports.in_order(typed.arguments),
            deprecated=deprecated,
        ),
        templates.render("_types.py", imports=imports.for_types(typed.used), blocks=typed.blocks),
        *render_validators(plan, named, templates),
    ]


def _about(text: str) -> str:
    return literals.docstring(literals.prose(text))
