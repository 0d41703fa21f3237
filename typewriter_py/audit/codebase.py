"""A whole code base: find its files, read them, report what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Diagnostic, Span, in_order
from ..plan.model import Plan
from . import codes
from .discover import Modules, find, identify
from .gather import Gathered
from .report import Planned, Report
from .resolve import Resolver
from .result import Analysis
from .sdks import CALLS
from .summary import Interest

SERVER: Final = "server"
"""The platform of a Python code base."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to audit.

    ``packages`` are dotted names of the generated packages, ``folders`` those of the configured
    ones, ``source`` is the plan's name in generated files.  ``functions`` are all functions of
    the plan, ``planned`` the events to report on.
    """

    sources: Sequence[str]
    planned: Sequence[Planned]
    functions: frozenset[str]
    source: str = ""
    packages: Sequence[str] = ()
    folders: Sequence[str] = ()
    excluded: Sequence[str] = ()
    workers: int | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """The result; no ``report`` if there was nothing to read.

    ``known`` is what to keep for the next run with this ``interest``, None if nothing is new.
    """

    report: Report | None
    diagnostics: tuple[Diagnostic, ...] = ()
    files: int = 0
    interest: Interest | None = None
    known: Mapping[str, list[Any] | None] | None = field(default=None, repr=False)


def planned(plan: Plan) -> tuple[Planned, ...]:
    """The events of a plan with the functions that send them."""
    from ..targets.python.names import assign

    names = assign(plan)
    return tuple(
        Planned(
            event.name,
            names.function(event),
            event.deprecated,
            not event.platforms or SERVER in {each.casefold() for each in event.platforms},
            event.span,
        )
        for event in plan.events
    )


def audit(
    request: Request, remembered: Callable[[Interest], dict[str, list[Any] | None]] = lambda _: {}
) -> Audited:
    """Reads the code base and reports on it; ``remembered`` gives what an earlier run has kept."""
    from ..targets.python.names import CLIENT_FUNCTIONS

    found = find(request.sources, request.excluded)
    problems = list(found.diagnostics)
    if not found.files:
        if not problems:
            span = Span(request.sources[0]) if request.sources else None
            problems.append(codes.NO_SOURCE.at(span, "there is no Python file here"))
        return Audited(None, in_order(problems))
    shown = {file.path: file.shown for file in found.files}
    modules = Modules(shown)
    packages = identify(modules, request.packages, request.folders, request.source)
    if not packages.dotted and request.functions:
        message = "the generated package is not known, so functions are recognised by name alone"
        help = "name it: --package myapp.analytics"
        problems.append(codes.NO_PACKAGE.at(None, message, help=help))
    interest = Interest(request.functions, packages.dotted)
    gathered = Gathered(interest, remembered(interest), workers=request.workers)
    gathered.add(found.files)
    always = frozenset(CLIENT_FUNCTIONS) | CALLS - {"track"}  # whatever the plan
    resolver = Resolver(modules, packages, request.functions, gathered.facts, always)
    by_name = not packages.dotted
    report = Analysis(gathered, resolver, request.planned, shown, by_name=by_name).report()
    problems += gathered.diagnostics
    problems += (
        codes.UNPARSED.at(
            Span(shown.get(path, path), facts.problem.line, facts.problem.column),
            f"only partly read: {facts.problem.message}",
        )
        for path, facts in gathered.parsed()
        if facts.problem is not None
    )
    known = gathered.kept() if gathered.changed else None
    return Audited(report, in_order(problems), len(found.files), interest, known)
