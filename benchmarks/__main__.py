"""``python -m benchmarks``: measure, print the tables, write benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from . import before, bundles, ours, package, peers, size
from .before import Before
from .growth.measure import all_of
from .plans import KINDS
from .process import Cost, FailedError, TooLongError, in_turn, run, typical
from .report import markdown
from .results import Compared, Figure, Results

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache" / "bench"
SIZES = (10, 100, 1000, 5000)
MYAPP = HERE.parent / "plans" / "myapp.yaml"


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 and 100 events, few repeats")
    parser.add_argument("--sizes", type=_sizes, help="numbers of events, such as 10,100,1000")
    parser.add_argument("--peers", choices=["all", "none", "dmcg", "typewriter"], default="all")
    limit = "seconds that one run may take (default: 180)"
    parser.add_argument("--limit", type=float, default=180, help=limit)
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md", help="path of the report")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in text.split(",")))


def main() -> None:
    """Measure everything in sequence, so that nothing of ours runs at the same time."""
    asked = arguments()
    sizes = asked.sizes or (SIZES[:2] if asked.quick else SIZES)
    repeats = 2 if asked.quick else 5
    found = Results(sizes)
    others, missing = peers.installed(CACHE, asked.peers)
    found.notes += missing
    old = _before(found)
    for events in sizes:
        _progress(f"{events:,} events")
        _generators(found, events, others, repeats, asked.limit)
    found.package_of = max((each for each in sizes if each <= 1000), default=sizes[0])
    _kinds(found, others, old, repeats, asked.limit)
    _sizes_of(found, old, asked.limit)
    _progress("the generated package")
    folder = _folder(found.package_of)
    found.help_page = ours.help_page(folder, 5 if asked.quick else 25)
    package.measure(found, folder, old, 5 if asked.quick else 25, asked.limit)
    found.bundles = bundles.measure(folder, others, asked.limit)
    found.growth = [*all_of()]
    text = markdown(found)
    print(text)
    asked.out.write_text(text)


def _progress(what: str) -> None:
    print(what, "…", file=sys.stderr)


def _before(found: Results) -> Before | None:
    """The generator of the earlier commit; if it is not available, its rows say why."""
    try:
        return before.installed(CACHE)
    except before.AbsentError as error:
        found.no_before = f"not measured: {error}"
        return None


def _folder(events: int, kind: str = "plan") -> Path:
    return CACHE / "plans" / (str(events) if kind == "plan" else f"{events}-{kind}")


def _inputs(events: int, kind: str = "plan") -> Path:
    """The folder of a plan, with everything that is made from it."""
    folder = _folder(events, kind)
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [sys.executable, "-m", "benchmarks.inputs", kind, str(events), str(folder)]
    run(inputs, cwd=HERE.parent, output=folder / "inputs.txt")
    return folder


def _generators(
    found: Results, events: int, others: list[peers.Peer], repeats: int, limit: float
) -> None:
    folder = _inputs(events)
    fresh, check = ours.both(folder, repeats, limit)
    found.generate.setdefault(ours.NAME, {})[events] = fresh
    found.check[events] = check
    typescript = typical(lambda: ours.typescript(folder, limit), repeats)
    found.generate.setdefault(ours.TYPESCRIPT, {})[events] = typescript
    for peer in others:
        costs = found.generate.setdefault(peer.name, {})
        if any(isinstance(figure, str) for figure in costs.values()):
            costs[events] = "left out"
            continue
        _progress(f"  {peer.name}")
        costs[events] = _figure(peer, folder, repeats, limit)


def _figure(peer: peers.Peer, folder: Path, repeats: int, limit: float) -> Figure:
    try:
        return typical(lambda: peer.generate(folder, limit), repeats)
    except TooLongError as error:
        return str(error)
    except FailedError as error:
        print(error, file=sys.stderr)
        return "failed"


def _kinds(
    found: Results, others: list[peers.Peer], old: Before | None, repeats: int, limit: float
) -> None:
    """Other kinds of plans than the benchmark's own, by both of our generators in turn."""
    _progress(f"other plans with {found.package_of:,} events")
    generators: dict[str, Callable[[Path, float], Cost]] = {ours.NAME: ours.generate}
    if old:
        generators[ours.BEFORE] = old.generate
    folders = {kind: _inputs(found.package_of, kind) for kind in KINDS if kind != "plan"}
    pairs = [(name, kind) for kind in folders for name in generators]
    runs = [partial(generators[name], folders[kind], limit) for name, kind in pairs]
    for (name, kind), cost in zip(pairs, in_turn(runs, repeats), strict=True):
        found.kinds.setdefault(name, {})[kind] = cost
    for peer in others:
        if "builtin" in peer.name:
            _progress(f"  {peer.name}")
            found.kinds[peer.name] = {"flat": _figure(peer, folders["flat"], repeats, limit)}


def _sizes_of(found: Results, old: Before | None, limit: float) -> None:
    """The size of what is generated, and of our own code."""
    events = found.package_of
    for what, folder, plan in (
        ("`plans/myapp.yaml`", CACHE / "plans" / "myapp", MYAPP),
        (f"{events:,} events", _folder(events), Path("plan.yaml")),
        (f"{events:,} events, all first words different", _folder(events, "different"), None),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        if plan:
            ours.generate(folder, limit, plan=plan)
        if plan and old:
            old.generate(folder, limit, plan=plan)
        now = size.package(folder / ours.PACKAGE)
        then = size.package(folder / before.FOLDER / ours.PACKAGE) if old else None
        found.generated[what] = Compared(now, then)
    lines = size.code()
    if lines is not None:
        found.code = Compared(lines, size.code_of(old.source) if old else None)


if __name__ == "__main__":
    main()
