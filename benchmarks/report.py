"""The results as Markdown: tables of figures and ratios, and the targets."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence

from . import aims, runtime
from .growth.measure import LIMIT, TIMES, Grown
from .ours import Pair
from .process import Cost
from .results import Figure, Results
from .size import Size


def markdown(results: Results) -> str:
    """The whole report."""
    version, cores = platform.python_version(), os.cpu_count()
    blocks = [
        "# What typewriter-py costs, compared with its peers",
        "Written by `make bench`: every figure is from one run on one machine "
        f"({cores} cores, {platform.system()}, Python {version}), which may be doing other "
        "work, too; the ratios are what counts. An event has 8 properties, including nested "
        "objects, an array of objects, an enum, a date and formats.",
        *_generate(results),
        *_kinds(results),
        *_generated(results),
        *_start(results),
        *_checkers(results),
        *_calls(results),
        *_recursion(results),
        *_runtime(results),
        *_bundles(results),
        *growth(results.growth),
        "## Targets",
        _table(["", "target", "measured", "met"], aims.rows(results)),
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
        "CPU seconds of the whole process, user and system (relative to typewriter-py).",
        _table(head, rows),
        "Wall-clock seconds, and peak memory in MB.",
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


_KINDS = {
    "different": "all first words different",
    "equal": "all first words equal",
    "flat": "flat, a description on every property, all first words different",
}


def _kinds(results: Results) -> list[str]:
    if not results.kinds:
        return []
    rows = [
        [name, *(_seconds(costs.get(kind), None) for kind in _KINDS)]
        for name, costs in results.kinds.items()
    ]
    return [
        f"CPU seconds for other plans with {results.package_of:,} events. Two are the plan above "
        "with other first words in the events' names.",
        _table(["", *_KINDS.values()], rows),
    ]


def _generated(results: Results) -> list[str]:
    rows = [
        [what, *_size(each.now), *_size(each.before)] for what, each in results.generated.items()
    ]
    head = ["files", "lines", "of `_rules.py`", "kB"]
    blocks = [
        "## What is generated",
        "Files besides `py.typed`. *Before* is the last commit before the client became a library.",
        _table(["", *head, *(f"before: {each}" for each in (head[0], head[1], head[3]))], rows),
    ]
    if results.code:
        now, before = results.code.now, results.code.before
        compared = f", {before:,} before" if before else ""
        blocks.append(f"Lines of `typewriter_py`, `templates` and `client`: {now:,}{compared}.")
    return blocks


def _size(size: Size | None) -> list[str]:
    if size is None:
        return ["–"] * 3
    shown = [f"{size.files:,}", f"{size.lines:,}", f"{size.bytes / 1000:,.0f}"]
    return [*shown[:2], f"{size.rules:,}", shown[2]] if size.rules else shown


def _start(results: Results) -> list[str]:
    rows = []
    if results.help_page:
        rows.append(_pair("`typewriter --help`", results.help_page, None))
    rows += [_pair(label, each.now, each.before) for label, each in results.starts.items()]
    return [
        "## Starting, importing",
        f"CPU milliseconds of a process and of one that does nothing, in turn; the generated "
        f"package is that of {results.package_of:,} events, compiled. *Before* is the package "
        "of the earlier commit.",
        _table(
            ["", "ms", "bare interpreter", "above it", "MB above it", "before: ms above", "MB"],
            rows,
        ),
    ]


def _pair(label: str, pair: Pair, before: Pair | None) -> list[str]:
    ms = [pair.cpu * 1000, pair.bare * 1000, pair.above]
    compared = [f"{before.above:.1f}", _above(before)] if before else ["–", "–"]
    return [label, *(f"{each:.1f}" for each in ms), _above(pair), *compared]


def _above(pair: Pair) -> str:
    return f"{pair.memory_above:.1f}" if pair.memory else "–"


def _checkers(results: Results) -> list[str]:
    rows = [
        [each.label, *(f"{cpu:.2f}" if cpu else each.trouble for cpu in (each.cpu, each.empty))]
        for each in results.checked
    ]
    return [
        "## Type checking",
        "CPU seconds for a file with 50 calls of the package generated for "
        f"{results.package_of:,} events.",
        _table(["", "50 calls", "an empty file"], rows),
    ]


_CALLS = {
    "validated": "generated function, validated, to a stub transport",
    "not validated": 'the same, `on_violation="ignore"`',
    "validated, raise": 'the same, `on_violation="raise"`',
    "segment": "`segment-analytics-python`: `track()`, not validated, with its thread sending",
    "segment, unsent": "the same, `send=False`: not even queued",
    "validated, with the worker": "generated function, validated, including the worker's part",
    "check": "validation alone: the plan's rules",
    "jsonschema-rs": "validation alone: jsonschema-rs, compiled in advance",
    "jsonschema": "validation alone: jsonschema, created in advance",
}


def _calls(results: Results) -> list[str]:
    if not results.calls:
        return []
    base = results.calls["validated"]
    rows = [
        [label, f"{results.calls[key]:,.0f}", f"{results.calls[key] / base:.2g} ×"]
        for key, label in _CALLS.items()
    ]
    if results.call_before:
        share = results.call_before / base
        label = f"{_CALLS['validated']}, earlier commit"
        rows.insert(1, [label, f"{results.call_before:,.0f}", f"{share:.2g} ×"])
    return [
        "## One call",
        "CPU nanoseconds of the calling thread, with the same properties: 8, with 2 nested "
        "objects and an array of 2. Formats are checked.",
        _table(["", "ns", "vs. ours, validated"], rows),
    ]


def _recursion(results: Results) -> list[str]:
    if not results.recursion:
        return []
    rows = [[label, f"{ms:.2f}"] for label, ms in results.recursion.items()]
    return [
        "CPU milliseconds of a call whose value is 40 levels deep, each level being one of two "
        "objects (`oneOf`) that no property distinguishes.",
        _table(["", "ms"], rows),
    ]


def _runtime(results: Results) -> list[str]:
    if not results.runtime:
        return []
    return [
        "## The client at work",
        "Compared with `segment-analytics-python`, both with default settings; our calls are "
        "validated, the SDK's are not. The server is a separate process. Medians, in turn.",
        _table(["", "ours", "the SDK", "ours vs. the SDK"], runtime.rows(results.runtime)),
    ]


def _bundles(results: Results) -> list[str]:
    if not results.bundles:
        return []
    rows = [[name, f"{size:,}"] for name, size in results.bundles.items()]
    return [
        "## In a bundle",
        f"Bytes of a Node application that sends three of {results.package_of:,} events, "
        "bundled and minified by esbuild, without Segment's SDK.",
        _table(["", "bytes"], rows),
    ]


def growth(grown: Sequence[Grown]) -> list[str]:
    """What each command costs with inputs of two sizes."""
    if not grown:
        return []
    rows = [
        [
            f"`{each.command}`, {each.dimension}",
            *(f"{each.size:,}", _cpu(each.small), f"{each.size * TIMES:,}", _cpu(each.large)),
            f"{each.exponent:.2f}" if each.large < LIMIT else "–",
        ]
        for each in grown
    ]
    return [
        "## How costs grow",
        f"CPU seconds of each command with an input of n and of {TIMES}n, in each dimension; the "
        "exponent is 1 where the cost grows as the input does, 2 where it grows as its square.",
        _table(["", "n", "seconds", f"{TIMES}n", "seconds", "exponent"], rows),
    ]


def _cpu(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < LIMIT else f"stopped after {LIMIT} s"
