"""A comparison as Markdown: a comment on a pull request, or a changelog for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...markup import code, escaped
from ...plan.model import ABSENT
from ..model import Change
from . import events, payload, reached, summary

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
