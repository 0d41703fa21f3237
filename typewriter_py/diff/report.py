"""A comparison as diagnostics (for text, GitHub and SARIF), as JSON, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ..diagnostics import Diagnostic, Severity, Span
from ..plan.model import ABSENT, Absent, Json
from ..plan.values import describe
from ..text import code, escaped, few
from .git import PREFIX
from .model import BOTH, CALLERS, DATA, Breaks, Change

_SHOWN_EVENTS: Final = 8
_SHOWN_PAYLOAD: Final = 300  # characters


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Sorted by location, as findings are everywhere."""
    nowhere = Span("")
    return sorted(changes, key=lambda each: (each.span or nowhere, each.kind.number))


def fails(change: Change, breaking: Breaks) -> bool:
    """Whether it breaks one of ``breaking`` without being allowed to."""
    return not change.allowed and any(each in breaking for each in change.breaks)


def diagnostics(
    changes: Iterable[Change], breaking: Breaks, root: Path | None = None
) -> list[Diagnostic]:
    """The changes as findings: those that fail a run are errors, the others that break somebody
    are warnings, the rest are notes.

    ``root``, for machines, is the repository in which a file of the new plan is shown even if it
    was read from a revision; locations in the old plan, which are not there, are left out.
    """
    found = [_diagnostic(each, breaking) for each in changes]
    return found if root is None else [_in_repository(each, root) for each in found]


def _in_repository(found: Diagnostic, root: Path) -> Diagnostic:
    span = found.span
    if span and span.file.startswith(PREFIX):
        *_, path = span.file.split(":", 2)
        span = span._replace(file=str(root / path))
    return replace(found, span=span, related=())


def _diagnostic(change: Change, breaking: Breaks) -> Diagnostic:
    severity = Severity.INFO
    if change.breaks and not change.allowed:
        severity = Severity.ERROR if fails(change, breaking) else Severity.WARNING
    was = change.location.was
    related = ((was, "it was here"),) if was else ()
    return change.kind.graded(severity).at(
        change.span,
        f"{change.message} ({effect(change)})",
        help=_help(change),
        related=related,
    )


def effect(change: Change) -> str:
    """``breaks callers and data``, ``safe`` …"""
    if not change.breaks:
        return "safe"
    breaks = f"breaks {' and '.join(change.breaks)}"
    if not change.allowed:
        return breaks
    versions = sorted({each.owner.versions[1] or 1 for each in change.reached})
    return f"{breaks}, allowed by version {' and '.join(map(str, versions))}"


def _help(change: Change) -> str | None:
    lines = []
    if change.location.owner.kind == "definition" and change.reached:
        lines.append(f"used by {reached(change)}")
    if change.witness is not ABSENT:
        lines.append(f"this was valid: {payload(change.witness)}")
    return "\n".join(lines) or None


def payload(witness: Json | Absent) -> str:
    """A witness on one line, cut if it is long."""
    return describe(witness, _SHOWN_PAYLOAD)


def reached(change: Change) -> str:
    """The events and calls that it affects, cut if there are many."""
    return few(events(change), _SHOWN_EVENTS)


def events(change: Change) -> list[str]:
    """The names of the events and calls that it affects."""
    return list(dict.fromkeys(str(each.owner) for each in change.reached))


def json(changes: Iterable[Change]) -> dict[str, Any]:
    """``{"changes": […]}``, see the README for the keys."""
    return {"changes": [_object(each) for each in changes]}


def _object(change: Change) -> dict[str, Any]:
    owner, span = change.location.owner, change.span
    names = events(change) if owner.kind != "plan" else []
    first = change.reached[0] if change.reached else change.location
    found: dict[str, Any] = {
        "code": change.kind.number,
        "name": change.kind.name,
        "event": names[0] if names else None,
        "path": first.path,
        "breaks": list(change.breaks),
        "allowed": change.allowed,
        "message": change.message,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "events": names,
        "definition": owner.name if owner.kind == "definition" else None,
    }
    if change.witness is not ABSENT:
        found["witness"] = change.witness
    return found


_EFFECTS: Final = {"callers and data": BOTH, "callers": CALLERS, "data": DATA}


def summary(changes: Sequence[Change]) -> str:
    """How many there are with each effect: ``2 break callers and data, 1 is safe``."""
    if not changes:
        return "no changes"
    counts = [
        (len(_breaking(changes, breaks)), "breaks", "break", whom)
        for whom, breaks in _EFFECTS.items()
    ]
    counts.append((sum(e.allowed for e in changes), "is", "are", "allowed by a higher version"))
    counts.append((sum(not each.breaks for each in changes), "is", "are", "safe"))
    parts = [f"{n} {one if n == 1 else many} {what}" for n, one, many, what in counts if n]
    return f"{len(changes)} change{'s' * (len(changes) != 1)}: {', '.join(parts)}"


def _breaking(changes: Sequence[Change], breaks: Breaks) -> list[Change]:
    return [each for each in changes if each.breaks == breaks and not each.allowed]


# --- Markdown: a comment on a pull request, or a changelog for people ------------------------


def markdown(changes: Sequence[Change]) -> str:
    """The whole comment: what breaks first, then what is safe, event by event."""
    lines = ["### Changes to the tracking plan", "", f"{summary(changes).capitalize()}.", ""]
    for whom, breaks in _EFFECTS.items():
        lines += _section(f"#### Breaks {whom}", _breaking(changes, breaks))
    lines += _section("#### Allowed by a higher version", [e for e in changes if e.allowed])
    safe = [each for each in changes if not each.breaks]
    if safe and len(safe) < len(changes):
        lines += ["<details><summary>Safe</summary>", "", *_listed(safe), "", "</details>", ""]
    else:
        lines += _section("#### Safe", safe)
    return "\n".join(lines).rstrip() + "\n"


def _section(title: str, changes: Sequence[Change]) -> list[str]:
    return [title, "", *_listed(changes), ""] if changes else []


def _listed(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        yield f"- {_sentence(change)}"
        if change.location.owner.kind == "definition" and events(change):
            yield f"  used by {escaped(reached(change))}"
        if change.witness is not ABSENT:
            yield f"  <br>was valid: {code(payload(change.witness))}"


def _sentence(change: Change) -> str:
    owner = str(change.location.owner)
    said = escaped(change.message.removeprefix(owner))
    return f"**{escaped(owner)}**{said} ({code(change.kind.number)})"
