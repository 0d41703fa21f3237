"""Logs → the draft of a plan."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ...diagnostics import Diagnostic, has_errors
from ..draft import Draft
from . import codes
from .counts import times
from .logs import Log, Reading, read
from .plan import SAMPLES, draft_of, unplanned


@dataclass(frozen=True, slots=True)
class Inferred:
    """What came of it: no ``draft`` if there is an error, such as a log without messages."""

    draft: Draft | None
    diagnostics: tuple[Diagnostic, ...]
    messages: int = 0


def infer(
    logs: Sequence[Log],
    name: str,
    samples: int = SAMPLES,
    progress: Callable[[int], None] = lambda _: None,
) -> Inferred:
    """A first plan, called ``name``, from what stands in ``logs``, all of them together.

    Memory is bounded whatever they hold.  ``samples``: see ``draft_of``; ``progress`` is
    called with the bytes read since the last call.  Reads files; raises nothing.
    """
    reading = read(logs, progress)
    observed = reading.observed
    found = [*reading.diagnostics, *unplanned(observed)]
    if not observed.events.seen and not observed.calls and not has_errors(found):
        lines = times(reading.lines, "line", "lines")
        message = f"no plan can be inferred: no message that counts in {_names(logs)} ({lines})"
        help = 'a log has one message a line: {"type": "track", "event": …}'
        found.append(codes.NO_MESSAGES.at(None, message, help=help))
    if has_errors(found):
        return Inferred(None, tuple(found))
    draft = draft_of(observed, name, samples)
    draft.head += _head(reading, logs)
    return Inferred(draft, tuple(found), observed.kinds.total())


def _head(reading: Reading, logs: Sequence[Log]) -> list[str]:
    """Comments at the top of the file: from what it was inferred."""
    kinds = reading.observed.kinds
    counted = ", ".join(f"{kind} {kinds[kind]:,}" for kind in sorted(kinds))
    names = _names([replace(log, name=os.path.basename(log.name)) for log in logs])
    lines = [f"Inferred from {times(kinds.total(), 'message', 'messages')} of {names} ({counted})."]
    if reading.broken:
        lines.append(f"{reading.broken:,} of {reading.lines:,} lines could not be read.")
    lines += [each.message for each in unplanned(reading.observed)]
    return [*lines, "It says what was sent, which need not be what was meant: go through it."]


def _names(logs: Sequence[Log]) -> str:
    names = ["standard input" if log.stream else log.name for log in logs]
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} logs"
