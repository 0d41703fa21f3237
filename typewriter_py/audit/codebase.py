"""A code base whole: found, read, judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ..diagnostics import Diagnostic, Span, in_order
from ..plan.model import Plan
from . import codes
from .discover import Modules, Packages, find, identify
from .gather import Gathered
from .report import Planned, Report
from .resolve import Resolver
from .result import Judge
from .sdks import CALLS
from .summary import Interest

SERVER: Final = "server"
"""The platform that a Python code base is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to audit.

    ``packages`` are dotted names of the generated packages, ``folders`` where the configured
    ones stand, ``source`` is the plan's name as generated files have it.  ``functions`` are
    all that the plan gives, ``planned`` the events to judge.
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
    """What came of it; no ``report`` where nothing could be looked at.

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
    """Reads the code base and judges it; ``remembered`` gives what an earlier run has kept."""
    found = find(request.sources, request.excluded)
    problems = list(found.diagnostics)
    if not found.files:
        if not problems:
            place = Span(request.sources[0]) if request.sources else None
            problems.append(codes.NO_SOURCE.at(place, "there is no Python file here"))
        return Audited(None, in_order(problems))
    shown = {file.path: file.shown for file in found.files}
    modules = Modules(shown)
    packages = identify(modules, request.packages, request.folders, request.source)
    if not packages.dotted and request.functions:
        message = "which package is the generated one is not known: functions go by their names"
        help = "name it: --package myapp.analytics"
        problems.append(codes.NO_PACKAGE.at(None, message, help=help))
    interest = Interest(request.functions, packages.dotted)
    gathered = Gathered(interest, remembered(interest), workers=request.workers)
    gathered.add(found.files)
    report = _judged(request, gathered, modules, packages, shown)
    problems += gathered.diagnostics
    problems += _unparsed(gathered, shown)
    known = gathered.kept() if gathered.changed else None
    return Audited(report, in_order(problems), len(found.files), interest, known)


def _judged(
    request: Request,
    gathered: Gathered,
    modules: Modules,
    packages: Packages,
    shown: Mapping[str, str],
) -> Report:
    from ..targets.python.names import CLIENT_FUNCTIONS

    always = frozenset(CLIENT_FUNCTIONS) | CALLS - {"track"}  # whatever the plan
    resolver = Resolver(modules, packages, request.functions, gathered.facts, always)
    return Judge(gathered, resolver, request.planned, shown, not packages.dotted).report()


def _unparsed(gathered: Gathered, shown: Mapping[str, str]) -> list[Diagnostic]:
    found = []
    for path, facts in gathered.parsed():
        if facts.problem is not None:
            line, column, message = facts.problem
            place = Span(shown.get(path, path), line, column)
            found.append(codes.UNPARSED.at(place, f"not read as a whole: {message}"))
    return found
