"""A comparison told: as diagnostics (for text, GitHub and SARIF), as JSON, as Markdown."""

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
from .model import BOTH, Breaks, Change

_SHOWN_EVENTS: Final = 8
_SHOWN_PAYLOAD: Final = 300  # characters


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Sorted by place, as findings are everywhere."""
    nowhere = Span("")
    return sorted(changes, key=lambda each: (each.span or nowhere, each.kind.number))


def fails(change: Change, breaking: Breaks) -> bool:
    """Whether it breaks one of ``breaking`` without leave."""
    return not change.allowed and any(each in breaking for each in change.breaks)


def diagnostics(
    changes: Iterable[Change], breaking: Breaks, root: Path | None = None
) -> list[Diagnostic]:
    """The changes as findings: errors are those that fail a run, warnings the others that
    break somebody, notes the rest.

    ``root``, for machines, is the repository in which a file of the new plan is shown, though
    read from a revision; of the old plan, which has no place there, nothing is shown.
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
    was = change.place.was
    related = ((was, "it was here"),) if was else ()
    return change.kind.graded(severity).at(
        change.span,
        f"{change.message} ({verdict(change)})",
        help=_help(change),
        related=related,
    )


def verdict(change: Change) -> str:
    """``breaks callers and data``, ``safe`` …"""
    if not change.breaks:
        return "safe"
    said = f"breaks {' and '.join(change.breaks)}"
    if change.allowed:
        versions = sorted({each.owner.versions[1] or 1 for each in change.reached})
        said += f", allowed by version {' and '.join(map(str, versions))}"
    return said


def _help(change: Change) -> str | None:
    lines = []
    if change.place.owner.kind == "definition" and change.reached:
        lines.append(f"used by {reached(change)}")
    if change.witness is not ABSENT:
        lines.append(f"this was valid: {payload(change.witness)}")
    return "\n".join(lines) or None


def payload(witness: Json | Absent) -> str:
    """A witness on one line, cut where it is long."""
    return describe(witness, _SHOWN_PAYLOAD)


def reached(change: Change) -> str:
    """The events and calls that it touches, cut where there are many."""
    return few(events(change), _SHOWN_EVENTS)


def events(change: Change) -> list[str]:
    """The names of the events and calls that it touches."""
    return list(dict.fromkeys(str(each.owner) for each in change.reached))


def json(changes: Iterable[Change]) -> dict[str, Any]:
    """``{"changes": […]}``, see the README for the keys."""
    return {"changes": [_object(each) for each in changes]}


def _object(change: Change) -> dict[str, Any]:
    owner, span = change.place.owner, change.span
    names = events(change) if owner.kind != "plan" else []
    first = change.reached[0] if change.reached else change.place
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


def summary(changes: Sequence[Change]) -> str:
    """How many there are of each verdict: ``2 break callers and data, 1 is safe``."""
    if not changes:
        return "no changes"
    kinds = {"callers and data": BOTH, "callers": ("callers",), "data": ("data",)}
    counts = []
    for words, breaks in kinds.items():
        count = sum(each.breaks == breaks and not each.allowed for each in changes)
        if count:
            counts.append(f"{count} {'breaks' if count == 1 else 'break'} {words}")
    allowed = sum(each.allowed for each in changes)
    safe = sum(not each.breaks for each in changes)
    if allowed:
        counts.append(f"{allowed} {'is' if allowed == 1 else 'are'} allowed by a higher version")
    if safe:
        counts.append(f"{safe} {'is' if safe == 1 else 'are'} safe")
    total = len(changes)
    return f"{total} change{'s' * (total != 1)}: {', '.join(counts)}"


# --- Markdown: a comment on a pull request, or a changelog for people ------------------------

_GROUPS: Final = (
    ("Breaks callers and data", ("callers", "data")),
    ("Breaks callers", ("callers",)),
    ("Breaks data", ("data",)),
)


def markdown(changes: Sequence[Change]) -> str:
    """The whole comment: what breaks first, then what is safe, event by event."""
    lines = ["### Changes of the tracking plan", "", f"{summary(changes).capitalize()}.", ""]
    for title, breaks in _GROUPS:
        found = [each for each in changes if each.breaks == breaks and not each.allowed]
        lines += _section(f"#### {title}", found)
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
        if change.place.owner.kind == "definition" and events(change):
            yield f"  used by {escaped(reached(change))}"
        if change.witness is not ABSENT:
            yield f"  <br>was valid: {code(payload(change.witness))}"


def _sentence(change: Change) -> str:
    owner = str(change.place.owner)
    said = change.message.removeprefix(owner)
    place = f" ({code(change.kind.number)})"
    return f"**{escaped(owner)}**{escaped(said)}{place}"
