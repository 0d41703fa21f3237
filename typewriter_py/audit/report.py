"""What an audit found: as values, as JSON for other programs and ``--merge``, as diagnostics."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from ..diagnostics import Diagnostic, Span
from ..names import words
from ..plan.model import Deprecation
from ..spellings import Spellings
from ..text import few, printable
from . import codes


@dataclass(frozen=True, slots=True)
class Planned:
    """An event to report on, and the generated function that sends it.

    ``server`` is whether Python code should send it.
    """

    event: str
    function: str
    deprecated: Deprecation | None = None
    server: bool = True
    span: Span | None = None


class Raw(NamedTuple):
    """A call that bypasses the plan; ``event`` is None if its name is not a constant.

    ``call`` is the SDK's function, "" if it is not known.
    ``passed``: the event is a parameter of the function around it, whose callers are raw calls
    too.
    """

    span: Span
    event: str | None
    call: str = "track"
    passed: bool = False


class Unknown(NamedTuple):
    """A use of a function that the plan does not have."""

    span: Span
    function: str


@dataclass(frozen=True, slots=True)
class Report:
    """Where every event is sent; ``sent`` maps ``(event, function)`` to locations.

    It has all events to report on, even those that are never sent; ``anywhere`` has the locations
    where any function may be called, each with the pattern of its name.
    """

    sent: Mapping[tuple[str, str], Sequence[Span]] = field(default_factory=dict)
    raw: Sequence[Raw] = ()
    unknown: Sequence[Unknown] = ()
    anywhere: Sequence[tuple[Span, str]] = ()

    def unused(self) -> list[str]:
        """The events that no function of any version sends, in order."""
        used = {event for (event, _), spans in self.sent.items() if spans}
        return list(dict.fromkeys(event for event, _ in self.sent if event not in used))

    def data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "events": [
                {"event": event, "function": function, "calls": [_location(each) for each in spans]}
                for (event, function), spans in self.sent.items()
            ],
            "unused": self.unused(),
            "raw": [
                {"file": raw.span.file, "line": raw.span.line, "event": raw.event}
                for raw in self.raw
            ],
            "unknown": [
                {"file": each.span.file, "line": each.span.line, "function": each.function}
                for each in self.unknown
            ],
        }


def _location(span: Span) -> dict[str, Any]:
    return {"file": span.file, "line": span.line, "column": span.column}


def of_data(data: Any) -> Report:
    """A report from its JSON.  Raises ValueError, which says what is wrong, for anything else."""
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
        raise ValueError("it does not have the structure of a report") from None


def _raw(each: Mapping[str, Any]) -> Raw:
    """If a report has no event, it does not say which call it was."""
    event = None if each["event"] is None else _text(each["event"])
    return Raw(_line(each), event, "track" if event is not None else "")


_MOST: Final = 1 << 31


def _line(each: Mapping[str, Any]) -> Span:
    return Span(_text(each["file"]), _number(each["line"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is not a string")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _MOST:
        raise ValueError(f"{_shown(value)} is not a line or column")
    return value


def _shown(value: object) -> str:
    """A value of a report in a message, whatever its size."""
    if isinstance(value, str | list | dict):
        return {str: "a string", list: "a list", dict: "an object"}[type(value)]
    return json.dumps(value)[:20]


def merged(reports: Iterable[Report]) -> Report:
    """All reports as one: an event is sent if it is in any of them."""
    every = list(reports)
    sent: dict[tuple[str, str], dict[Span, None]] = {}
    for key, spans in (item for report in every for item in report.sent.items()):
        sent.setdefault(key, {}).update(dict.fromkeys(spans))
    raw = dict.fromkeys(each for report in every for each in report.raw)
    unknown = dict.fromkeys(each for report in every for each in report.unknown)
    return Report({key: tuple(spans) for key, spans in sent.items()}, tuple(raw), tuple(unknown))


FAILURES: Final = ("unused", "raw", "deprecated", "unknown")
"""What ``--fail-on`` can name."""

_SHOWN: Final = 5
_CLOSE: Final = 0.85


def diagnose(report: Report, planned: Sequence[Planned]) -> Iterator[Diagnostic]:
    """All findings of a report; ``planned`` may be empty if the plan is not known."""
    yield from _unused(report, planned)
    yield from _deprecated(report, planned)
    names = {each.event: each.function for each in planned} or dict(report.sent.keys())
    keys = {_key(event): event for event in reversed(names)}
    like, functions = Spellings(keys), Spellings(names.values())
    for raw in report.raw:
        yield _raw_call(raw, names, keys, like)
    for unknown in report.unknown:
        message = f"the plan has no event for `{unknown.function}`"
        close = functions.closest(unknown.function, 0.75)
        help = f"did you mean `{close}`?" if close else None
        yield codes.UNKNOWN_FUNCTION.at(unknown.span, message, help=help)
    for span, pattern in report.anywhere:
        which = "any function of the plan" if pattern == "*" else f"any function like `{pattern}`"
        yield codes.ANY_SENT.at(span, f"{which} may be called here")


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
    """One line for each event: where it is sent."""
    return "".join(
        printable(f"{event} ({function}): {few(spans, _SHOWN) or 'nowhere'}") + "\n"
        for (event, function), spans in report.sent.items()
    )


def _key(event: str) -> str:
    return " ".join(words(event)).casefold() or event


def _unused(report: Report, planned: Sequence[Planned]) -> Iterator[Diagnostic]:
    by_name = {each.event: each for each in reversed(planned)}
    dynamic = [
        (raw.span, "sends an event whose name is not known here")
        for raw in report.raw
        if raw.call == "track" and raw.event is None and not raw.passed
    ]
    for event in report.unused():
        plan = by_name.get(event)
        deprecated = plan and plan.deprecated
        help = "it is deprecated, so it can be removed from the plan" if deprecated else None
        span, related = plan.span if plan else None, tuple(dynamic[:3])
        yield codes.NEVER_SENT.at(span, f'"{event}" is never sent', help=help, related=related)


def _deprecated(report: Report, planned: Sequence[Planned]) -> Iterator[Diagnostic]:
    for each in planned:
        if each.deprecated is None:
            continue
        instead = each.deprecated.replaced_by
        help = f'send "{instead}" instead' if instead else each.deprecated.reason
        related = ((each.span, "deprecated here"),) if each.span else ()
        for span in report.sent.get((each.event, each.function), ()):
            message = f'"{each.event}" is deprecated'
            yield codes.STILL_SENT.at(span, message, help=help, related=related)


def _raw_call(
    raw: Raw, names: Mapping[str, str], keys: Mapping[str, str], like: Spellings
) -> Diagnostic:
    """``names`` are the functions of planned events, ``keys`` the events by their words, which
    ``like`` finds by similar ones."""
    help = None
    if not raw.call:
        message = "a raw call bypasses the plan"
    elif raw.call != "track":
        message = f"a raw `{raw.call}` bypasses the plan"
        help = f"call `{raw.call}` of the generated package"
    elif raw.passed:
        message = "a raw `track` bypasses the plan with the events that callers pass to it"
    elif raw.event is None:
        message = "a raw `track` bypasses the plan with an event whose name is not known here"
    else:
        message = f'a raw `track` of "{raw.event}" bypasses the plan'
        help, key = "the plan has no such event: add it", _key(raw.event)
        if raw.event in names:
            help = f"call `{names[raw.event]}`"
        elif close := key if key in keys else like.closest(key, _CLOSE):
            found = keys[close]
            help = f'the plan has "{found}": call `{names[found]}`'
    return codes.RAW_CALL.at(raw.span, message, help=help)
