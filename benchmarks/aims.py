"""The targets, compared with what was measured: yes or no for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from .ours import BEFORE, NAME, TYPESCRIPT, Pair
from .process import Cost
from .results import Compared, Results

NOISE = 1.03
"""The ratio that counts as noise, for what must not be slower."""


@dataclass(frozen=True, slots=True)
class Aim:
    """One row; ``measured`` may be the reason why there is no figure."""

    what: str
    wanted: float
    measured: float | str
    unit: str
    least: bool = False

    def row(self) -> list[str]:
        """The row of the table."""
        sign = "≥" if self.least else "≤"
        wanted = f"{sign} {self.wanted:g} {self.unit}"
        if isinstance(self.measured, str):
            return [self.what, wanted, self.measured, "–"]
        met = self.measured >= self.wanted if self.least else self.measured <= self.wanted
        return [self.what, wanted, f"{_shown(self.measured)} {self.unit}", _answer(met)]


def _shown(figure: float) -> str:
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:.3g}"


def _answer(met: bool) -> str:
    return "yes" if met else "**no**"


def rows(results: Results) -> list[list[str]]:
    """The rows of all targets."""
    parts = (_generate, _growth, _kinds, _generated, _starts, _sending)
    return [aim.row() for aim in chain.from_iterable(part(results) for part in parts)]


def _generate(results: Results) -> Iterator[Aim]:
    ours = results.ours(1000)
    if not ours:
        return
    yield Aim("generate, 1,000 events, CPU", 1.5, ours.cpu, "s")
    for part, times in (("builtin", 8), ("Segment Typewriter", 15)):
        for name, costs in results.generate.items():
            cost = costs.get(1000)
            if part in name and isinstance(cost, Cost):
                what = f"the same, faster than {name.partition(' → ')[0]} by"
                yield Aim(what, times, cost.cpu / ours.cpu, "×", least=True)
    typescript = results.generate.get(TYPESCRIPT, {}).get(1000)
    if isinstance(typescript, Cost):
        yield Aim("TypeScript, 1,000 events, vs. Python", 1.5, typescript.cpu / ours.cpu, "×")


def _growth(results: Results) -> Iterator[Aim]:
    ours, large = results.ours(1000), results.ours(5000)
    if ours and large:
        yield Aim("5,000 events, vs. 1,000", 6, large.cpu / ours.cpu, "×")
        yield Aim("5,000 events, memory", 600, large.memory, "MB")
    most = results.sizes[-1]
    base, check = results.ours(most), results.check.get(most)
    if base and check:
        what = f"`--check`, {most:,} events, vs. `generate` (3 % for noise)"
        yield Aim(what, NOISE, check.cpu / base.cpu, "×")


def _kinds(results: Results) -> Iterator[Aim]:
    ours = results.kinds.get(NAME, {})
    flat = ours.get("flat")
    for name, costs in results.kinds.items():
        cost = costs.get("flat")
        if name not in (NAME, BEFORE) and isinstance(flat, Cost) and isinstance(cost, Cost):
            what = f"generate, flat plan, faster than {name.partition(' → ')[0]} by"
            yield Aim(what, 5.5, cost.cpu / flat.cpu, "×", least=True)
    different, equal = ours.get("different"), ours.get("equal")
    if isinstance(different, Cost) and isinstance(equal, Cost):
        what = "generate, all first words different, vs. all equal (3 % for noise)"
        yield Aim(what, NOISE, different.cpu / equal.cpu, "×")


def _generated(results: Results) -> Iterator[Aim]:
    for what, each in results.generated.items():
        small = "myapp" in what
        if small or "different" in what:
            yield Aim(f"{what}: files besides `py.typed`", 5, each.now.files, "files")
        if small:
            yield Aim(f"{what}: lines", 450, each.now.lines, "lines")
            yield Aim(f"{what}: `_rules.py`", 65, each.now.rules, "lines")


IMPORT = "import of the package"
FIRST_CALL = "import of the package and a first validated call"
UNCOMPILED = "the same, if Python cannot write .pyc files"


def _starts(results: Results) -> Iterator[Aim]:
    if results.help_page:
        share = results.help_page.cpu / results.help_page.bare
        yield Aim("`--help`, vs. the bare interpreter", 5, share, "×")
    starts = results.starts
    if IMPORT in starts:
        now = starts[IMPORT].now
        yield Aim(f"{IMPORT}, above the interpreter", 30, now.above, "ms")
        yield Aim(f"{IMPORT}, memory above it", 15, now.memory_above, "MB")
    for label, what, most in (
        (IMPORT, f"{IMPORT}, vs. the earlier commit (3 % for noise)", NOISE),
        (FIRST_CALL, f"{FIRST_CALL}, vs. the earlier commit", 1.15),
        (UNCOMPILED, "the same without .pyc files", 1.8),
    ):
        if label in starts:
            yield Aim(what, most, _share(results, starts[label], "above"), "×")
    if UNCOMPILED in starts:
        memory = _share(results, starts[UNCOMPILED], "memory_above")
        yield Aim("the same without .pyc files, memory", 2.3, memory, "×")


def _share(results: Results, each: Compared[Pair], figure: str) -> float | str:
    if each.before is None:
        return results.no_before
    return float(getattr(each.now, figure) / getattr(each.before, figure))


def _sending(results: Results) -> Iterator[Aim]:
    if TYPESCRIPT in results.bundles:
        yield Aim("a bundle that sends three events", 4096, results.bundles[TYPESCRIPT], "bytes")
    if results.calls:
        share = results.calls["validated"] / results.calls["segment"]
        yield Aim("a validated call, vs. the SDK's unvalidated `track()`", 0.22, share, "×")
    for label, ms in results.recursion.items():
        yield Aim(f"recursive `oneOf` without a tag, 40 levels deep, {label}", 5, ms, "ms")
    for label, ms in results.patterns.items():
        what = f"a pattern that lint lets pass, 32 kB of the worst text, {label}"
        yield Aim(what, 50, ms, "ms")
    if results.runtime:
        theirs, own = results.runtime["official"], results.runtime["ours"]
        rate = own["delivery rate"] / theirs["delivery rate"]
        yield Aim("events delivered per second, vs. the SDK", 3.5, rate, "×", least=True)
        share = own["outbox cpu"] / theirs["outbox cpu"]
        what = "a call with an outbox, vs. the SDK's `track()` (10 % for noise)"
        yield Aim(what, 1.1, share, "×")
