"""A comparison, told: as findings for ``--check``, as a patch for ``--diff``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from ..diagnostics import Diagnostic, Span
from . import Change, Comparison, Kind, codes

_WHY = {
    Kind.CHANGED: "changed: not what the plan gives",
    Kind.MISSING: "missing: the plan gives it, and it is not there",
    Kind.EXTRA: "extra: the plan no longer gives it",
}
_NO_NEWLINE = "\\ No newline at end of file\n"


def stale(comparison: Comparison, command: str) -> Iterator[Diagnostic]:
    """A finding for each file that is not current; ``command`` would mend it."""
    for change in comparison.changes:
        span = Span((comparison.folder / change.path).as_posix(), _first_difference(change))
        help = f"run `{command}` and commit the result"
        yield codes.STALE.at(span, f"stale, {_WHY[change.kind]}", help=help)


def unified(comparison: Comparison) -> str:
    """The changes as a patch that ``patch -p0`` takes."""
    from difflib import unified_diff

    lines: list[str] = []
    for change in comparison.changes:
        place = (comparison.folder / change.path).as_posix()
        old = _lines(change.old)
        new = _lines(change.new)
        before = "/dev/null" if change.old is None else place
        after = "/dev/null" if change.new is None else place
        if old or new:
            patch = unified_diff(old, new, before, after)
            lines += [line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in patch]
        else:  # an empty file comes or goes: a patch without lines
            lines.append(f"--- {before}\n+++ {after}\n")
    return "".join(lines)


def _lines(text: str | None) -> list[str]:
    """Lines as ``patch`` counts them: ``splitlines`` would break at form feeds too."""
    if not text:
        return []
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _first_difference(change: Change) -> int:
    """The number of the first line of the file that is not as it should be."""
    if change.old is None or change.new is None:
        return 1
    old, new = change.old.split("\n"), change.new.split("\n")
    pairs = enumerate(zip_longest(old, new), 1)
    number = next((number for number, (before, after) in pairs if before != after), 1)
    return min(number, len(old))
