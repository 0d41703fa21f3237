"""What an audit found: as values, as JSON for other programs and ``--merge``, as diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from ..names import words
from ..plan.model import Deprecation
from ..text import few
from . import codes


@dataclass(frozen=True, slots=True)
class Planned:
    """An event that is judged, and the generated function that sends it.

    ``server`` is whether Python code is to send it; ``ours`` whether the generated packages
    have it (a target may take a part of the plan).
    """

    event: str
    function: str
    deprecated: Deprecation | None = None
    server: bool = True
    span: Span | None = None


class Raw(NamedTuple):
    """A call that goes round the plan; ``event`` is None where its name is no constant.

    ``call`` is the SDK's function, "" where that is not known.
    ``passed``: it is a parameter of the function around, so its callers are raw calls, too.
    """

    place: Span
    event: str | None
    call: str = "track"
    passed: bool = False


class Unknown(NamedTuple):
    """A use of a function that the plan does not give."""

    place: Span
    function: str


@dataclass(frozen=True, slots=True)
class Report:
    """Where every event is sent; ``sent`` maps ``(event, function)`` to its places.

    It has all events that are judged, those without places too; ``anywhere`` are the places
    where any function may be called, each with the pattern of its name.
    """

    sent: Mapping[tuple[str, str], Sequence[Span]] = field(default_factory=dict)
    raw: Sequence[Raw] = ()
    unknown: Sequence[Unknown] = ()
    anywhere: Sequence[tuple[Span, str]] = ()

    def unused(self) -> list[str]:
        """The events that no function of any version sends, in order."""
        used = {event for (event, _), places in self.sent.items() if places}
        return list(dict.fromkeys(event for event, _ in self.sent if event not in used))

    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "events": [
                {"event": event, "function": function, "calls": [_place(each) for each in places]}
                for (event, function), places in self.sent.items()
            ],
            "unused": self.unused(),
            "raw": [
                {"file": raw.place.file, "line": raw.place.line, "event": raw.event}
                for raw in self.raw
            ],
            "unknown": [
                {"file": each.place.file, "line": each.place.line, "function": each.function}
                for each in self.unknown
            ],
        }


def _place(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line, "column": span.column}


def of_data(data: Any) -> Report:
    """A report from its JSON.  Raises ValueError, with what is wrong, for anything else."""
    try:
        return Report(
            {
                (_text(each["event"]), _text(each["function"])): tuple(
                    Span(_text(call["file"]), _number(call["line"]), _number(call["column"]))
                    for call in each["calls"]
                )
                for each in data["events"]
            },
            tuple(_raw(each) for each in data["raw"]),
            tuple(Unknown(_line(each), _text(each["function"])) for each in data["unknown"]),
        )
    except KeyError as error:
        raise ValueError(f"{error} is missing") from None
    except (TypeError, AttributeError):
        raise ValueError("its shape is another") from None


def _raw(each: Mapping[str, Any]) -> Raw:
    """Where a report has no event, it does not say which call it was."""
    event = None if each["event"] is None else _text(each["event"])
    return Raw(_line(each), event, "track" if event is not None else "")


def _line(each: Mapping[str, Any]) -> Span:
    return Span(_text(each["file"]), _number(each["line"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{value!r} is no line or column")
    return value


def merged(reports: Iterable[Report]) -> Report:
    """One report over all: an event is sent if any of them sends it."""
    sent: dict[tuple[str, str], dict[Span, None]] = {}
    raw: dict[Raw, None] = {}
    unknown: dict[Unknown, None] = {}
    for report in reports:
        for key, places in report.sent.items():
            sent.setdefault(key, {}).update(dict.fromkeys(places))
        raw.update(dict.fromkeys(report.raw))
        unknown.update(dict.fromkeys(report.unknown))
    return Report({key: tuple(places) for key, places in sent.items()}, tuple(raw), tuple(unknown))


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
        yield _raw_call(raw, near)
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
        lines.append(f"{event} ({function}): {few(places, _SHOWN) or 'nowhere'}\n")
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


def _raw_call(raw: Raw, near: Near) -> Diagnostic:
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
