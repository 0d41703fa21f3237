"""The results as Markdown: tables of figures and ratios, and what was to be reached."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from . import runtime
from .checkers import Checked
from .ours import NAME, TYPESCRIPT, Pair
from .process import Cost

Figure = Cost | str
"""What a run took, or why there is no figure."""


@dataclass(slots=True)
class Results:
    """All that was measured.  ``generate`` has a row for each generator, by events."""

    sizes: Sequence[int]
    generate: dict[str, dict[int, Figure]] = field(default_factory=dict)
    check: dict[int, Cost] = field(default_factory=dict)
    help_page: Pair | None = None
    imports: dict[str, Pair] = field(default_factory=dict)
    checked: list[Checked] = field(default_factory=list)
    calls: Mapping[str, float] = field(default_factory=dict)
    runtime: runtime.Measured = field(default_factory=dict)
    bundles: Mapping[str, int] = field(default_factory=dict)
    package_of: int = 0
    notes: list[str] = field(default_factory=list)

    def ours(self, events: int) -> Cost | None:
        """What ``typewriter generate`` took."""
        found = self.generate.get(NAME, {}).get(events)
        return found if isinstance(found, Cost) else None


def markdown(results: Results) -> str:
    """The whole report."""
    version, cores = platform.python_version(), os.cpu_count()
    blocks = [
        "# What typewriter-py costs, beside its peers",
        "Written by `make bench`: every figure is from one run on one machine "
        f"({cores} cores, {platform.system()}, Python {version}), where other work may go on; "
        "the ratios are what counts. An event has 8 properties, with nested objects, an array "
        "of objects, an enum, a date and formats among them.",
        *_generate(results),
        *_start(results),
        *_checkers(results),
        *_calls(results),
        *_runtime(results),
        *_bundles(results),
        *_targets(results),
        *(f"- {note}" for note in results.notes),
    ]
    return "\n\n".join(blocks) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---", *("--:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _generate(results: Results) -> list[str]:
    head = ["", *(f"{size:,} events" for size in results.sizes)]
    rows = [
        [name, *(_seconds(costs.get(n), results.ours(n)) for n in results.sizes)]
        for name, costs in results.generate.items()
    ]
    checks = [_seconds(results.check.get(n), results.ours(n)) for n in results.sizes]
    rows.insert(1, ["the same, `--check`, nothing changed", *checks])
    memory = [
        [name, *(_memory(costs.get(n)) for n in results.sizes)]
        for name, costs in results.generate.items()
    ]
    return [
        "## Generating",
        "CPU seconds of the whole process, user and system (times that of typewriter-py).",
        _table(head, rows),
        "Seconds on the clock, and peak memory in MB.",
        _table(head, memory),
    ]


def _seconds(figure: Figure | None, ours: Cost | None) -> str:
    if not isinstance(figure, Cost):
        return figure or "–"
    ratio = f" ({figure.cpu / ours.cpu:.2g} ×)" if ours and figure is not ours else ""
    return f"{figure.cpu:.2f}{ratio}"


def _memory(figure: Figure | None) -> str:
    if not isinstance(figure, Cost):
        return figure or "–"
    return f"{figure.wall:.1f} s, {figure.memory:.0f} MB"


def _start(results: Results) -> list[str]:
    rows = []
    if results.help_page:
        rows.append(_pair("`typewriter --help`", results.help_page))
    rows += [_pair(label, pair) for label, pair in results.imports.items()]
    return [
        "## Starting, importing",
        f"CPU milliseconds of a process beside one that does nothing, in turn; the generated "
        f"package is that of {results.package_of:,} events, and compiled.",
        _table(["", "ms", "bare interpreter", "above it", "MB above it"], rows),
    ]


def _pair(label: str, pair: Pair) -> list[str]:
    memory = f"{pair.memory - pair.bare_memory:.1f}" if pair.memory else "–"
    ms = [pair.cpu * 1000, pair.bare * 1000, pair.above]
    return [label, *(f"{each:.1f}" for each in ms), memory]


def _checkers(results: Results) -> list[str]:
    rows = [
        [each.label, *(f"{cpu:.2f}" if cpu else each.trouble for cpu in (each.cpu, each.empty))]
        for each in results.checked
    ]
    return [
        "## Type checking",
        f"CPU seconds for a file with 50 calls of the package of {results.package_of:,} events.",
        _table(["", "50 calls", "an empty file"], rows),
    ]


_CALLS = {
    "validated": "generated function, validated, to a stub transport",
    "not validated": 'the same, `on_violation="ignore"`',
    "validated, raise": 'the same, `on_violation="raise"`',
    "segment": "`segment-analytics-python`: `track()`, not validated, its thread posting",
    "segment, unsent": "the same, `send=False`: not even queued",
    "validated, with the worker": "generated function, validated, and all that the worker does",
    "check": "validation alone: generated",
    "jsonschema-rs": "validation alone: jsonschema-rs, compiled before",
    "jsonschema": "validation alone: jsonschema, made before",
}


def _calls(results: Results) -> list[str]:
    if not results.calls:
        return []
    base = results.calls["validated"]
    rows = [
        [label, f"{results.calls[key]:,.0f}", f"{results.calls[key] / base:.2g} ×"]
        for key, label in _CALLS.items()
    ]
    return [
        "## One call",
        "Nanoseconds of CPU of the calling thread; the same properties, 8 with 2 nested objects "
        "and an array of 2. Formats are checked.",
        _table(["", "ns", "of ours, validated"], rows),
    ]


def _runtime(results: Results) -> list[str]:
    if not results.runtime:
        return []
    return [
        "## The client at work",
        "Beside `segment-analytics-python`, default settings, validated calls against calls that "
        "are not; the server is a process of its own. Medians, both in turn.",
        _table(["", "ours", "the SDK", "ours, of the SDK's"], runtime.rows(results.runtime)),
    ]


def _bundles(results: Results) -> list[str]:
    if not results.bundles:
        return []
    rows = [[name, f"{size:,}"] for name, size in results.bundles.items()]
    return [
        "## In a bundle",
        f"Bytes of an application for Node that sends three of {results.package_of:,} events, "
        "bundled and minified by esbuild, without Segment's SDK.",
        _table(["", "bytes"], rows),
    ]


def _targets(results: Results) -> list[str]:
    rows: list[list[str]] = []

    def say(what: str, wanted: float, value: float, unit: str, *, least: bool = False) -> None:
        met = value >= wanted if least else value <= wanted
        sign = "≥" if least else "≤"
        figures = [f"{sign} {wanted:g} {unit}", f"{value:.3g} {unit}"]
        rows.append([what, *figures, "yes" if met else "**no**"])

    ours, large = results.ours(1000), results.ours(5000)
    if ours:
        say("generate, 1,000 events, CPU", 1.5, ours.cpu, "s")
        for part, times in (("builtin", 6), ("Segment Typewriter", 10)):
            for name, costs in results.generate.items():
                cost = costs.get(1000)
                if part in name and isinstance(cost, Cost):
                    what = f"the same, faster than {name.partition(' → ')[0]} by"
                    say(what, times, cost.cpu / ours.cpu, "×", least=True)
        typescript = results.generate.get(TYPESCRIPT, {}).get(1000)
        if isinstance(typescript, Cost):
            say("TypeScript, 1,000 events, of Python's", 1.5, typescript.cpu / ours.cpu, "×")
    if ours and large:
        say("5,000 events, of 1,000", 6, large.cpu / ours.cpu, "×")
        say("5,000 events, memory", 600, large.memory, "MB")
    for events in results.sizes[-1:]:
        base = results.ours(events)
        if base and events in results.check:
            share = results.check[events].cpu / base.cpu
            say(f"`--check`, {events:,} events, of `generate` (3 % for noise)", 1.03, share, "×")
    if results.help_page:
        share = results.help_page.cpu / results.help_page.bare
        say("`--help`, of the bare interpreter", 5, share, "×")
    for label, pair in list(results.imports.items())[:1]:
        say(f"{label}, above the interpreter", 30, pair.above, "ms")
        say(f"{label}, memory above it", 15, pair.memory - pair.bare_memory, "MB")
    if TYPESCRIPT in results.bundles:
        say("a bundle that sends three events", 4096, results.bundles[TYPESCRIPT], "bytes")
    if results.calls:
        share = results.calls["validated"] / results.calls["segment"]
        say("a validated call, of the SDK's unvalidated `track()`", 0.25, share, "×")
    if results.runtime:
        theirs, own = results.runtime["official"], results.runtime["ours"]
        rate = own["delivery rate"] / theirs["delivery rate"]
        say("delivered a second, of the SDK's", 3, rate, "×", least=True)
        share = own["outbox cpu"] / theirs["outbox cpu"]
        say("a call with an outbox, of the SDK's `track()` (10 % for noise)", 1.1, share, "×")
    return ["## What it must reach", _table(["", "wanted", "measured", "met"], rows)]
