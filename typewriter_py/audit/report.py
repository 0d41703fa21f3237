"""What an audit found, as values, and as the JSON that other programs and ``--merge`` read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..diagnostics import Span
from ..plan.model import Deprecation


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
    event = _event(each["event"])
    return Raw(_line(each), event, "track" if event is not None else "")


def _line(each: Mapping[str, Any]) -> Span:
    return Span(_text(each["file"]), _number(each["line"]))


def _event(value: object) -> str | None:
    return None if value is None else _text(value)


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
