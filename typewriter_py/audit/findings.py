"""A report as diagnostics, and as a list for people of what is sent where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from ..diagnostics import Diagnostic, Span
from ..names import words
from . import codes
from .report import Planned, Raw, Report, Unknown

FAILURES: Final = ("unused", "raw", "deprecated", "unknown")
"""What ``--fail-on`` may name."""

_SHOWN: Final = 5
_CLOSE: Final = 0.85


def diagnose(report: Report, planned: Sequence[Planned]) -> Iterator[Diagnostic]:
    """All findings of a report; ``planned`` may be empty where the plan is not known."""
    yield from _unused(report, planned)
    yield from _deprecated(report, planned)
    names = {each.event: each.function for each in planned}
    names = names or dict(report.sent)
    near = Near(names)
    for raw in report.raw:
        yield _raw(raw, near)
    functions = list(names.values())
    for unknown in report.unknown:
        yield _unknown(unknown, functions)
    for place, pattern in report.anywhere:
        yield _anywhere(place, pattern)


def failing(report: Report, planned: Sequence[Planned], kinds: Sequence[str]) -> bool:
    """Whether there is something of one of ``kinds`` (of ``FAILURES``) in the report."""
    there = {
        "unused": bool(report.unused()),
        "raw": bool(report.raw),
        "deprecated": any(_deprecated(report, planned)),
        "unknown": bool(report.unknown),
    }
    return any(there[kind] for kind in kinds)


def listing(report: Report) -> str:
    """One line an event: where it is sent."""
    lines = []
    for (event, function), places in report.sent.items():
        shown = ", ".join(str(place) for place in places[:_SHOWN])
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        lines.append(f"{event} ({function}): {shown or 'nowhere'}{more}\n")
    return "".join(lines)


class Near:
    """The planned events, to find the one that a raw call means."""

    def __init__(self, functions: dict[str, str]) -> None:
        self.functions = functions
        self._keys: dict[str, str] = {}
        for event in functions:
            self._keys.setdefault(_key(event), event)

    def find(self, event: str) -> str | None:
        """The event of that name, or of nearly that name."""
        if event in self.functions:
            return event
        key = _key(event)
        close = [key] if key in self._keys else get_close_matches(key, self._keys, 1, _CLOSE)
        return self._keys[close[0]] if close else None


def _key(event: str) -> str:
    return " ".join(words(event)).casefold() or event


def _unused(report: Report, planned: Sequence[Planned]) -> Iterator[Diagnostic]:
    places = {each.event: each for each in reversed(planned)}
    dynamic = [
        raw.place
        for raw in report.raw
        if raw.call == "track" and raw.event is None and not raw.passed
    ]
    for event in report.unused():
        plan = places.get(event)
        message = f'"{event}" is never sent'
        help = None
        if plan and plan.deprecated:
            help = "it is deprecated: the plan can do without it now"
        related = tuple((place, "sends an event that is not known here") for place in dynamic[:3])
        yield codes.NEVER_SENT.at(plan.span if plan else None, message, help=help, related=related)


def _deprecated(report: Report, planned: Sequence[Planned]) -> Iterator[Diagnostic]:
    for each in planned:
        if each.deprecated is None:
            continue
        instead = each.deprecated.replaced_by
        reason = each.deprecated.reason
        help = f'send "{instead}" instead' if instead else reason
        for place in report.sent.get((each.event, each.function), ()):
            related = ((each.span, "deprecated here"),) if each.span else ()
            message = f'"{each.event}" is deprecated'
            yield codes.STILL_SENT.at(place, message, help=help, related=related)


def _raw(raw: Raw, near: Near) -> Diagnostic:
    if not raw.call:
        return codes.RAW_CALL.at(raw.place, "a raw call goes round the plan")
    if raw.call != "track":
        message = f"a raw `{raw.call}` goes round the plan"
        help = f"call `{raw.call}` of the generated package"
        return codes.RAW_CALL.at(raw.place, message, help=help)
    if raw.passed:
        message = "a raw `track` goes round the plan with the events that callers give it"
        return codes.RAW_CALL.at(raw.place, message)
    if raw.event is None:
        message = "a raw `track` goes round the plan with an event that is not known here"
        return codes.RAW_CALL.at(raw.place, message)
    found = near.find(raw.event)
    message = f'a raw `track` sends "{raw.event}" round the plan'
    if found is None:
        return codes.RAW_CALL.at(raw.place, message, help="the plan has no such event: add it")
    function = near.functions[found]
    if found == raw.event:
        return codes.RAW_CALL.at(raw.place, message, help=f"call `{function}`")
    help = f'the plan has "{found}": call `{function}`'
    return codes.RAW_CALL.at(raw.place, message, help=help)


def _unknown(unknown: Unknown, functions: Sequence[str]) -> Diagnostic:
    message = f"the plan has no event for `{unknown.function}`"
    close = get_close_matches(unknown.function, functions, 1, 0.75)
    help = f"did you mean `{close[0]}`?" if close else None
    return codes.UNKNOWN_FUNCTION.at(unknown.place, message, help=help)


def _anywhere(place: Span, pattern: str) -> Diagnostic:
    which = "any function of the plan" if pattern == "*" else f"any function like `{pattern}`"
    return codes.ANY_SENT.at(place, f"{which} may be called here")
