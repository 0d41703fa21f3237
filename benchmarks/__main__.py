"""``python -m benchmarks``: measures, prints the tables, writes benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from . import bundles, checkers, ours, peers, runtime
from .process import FailedError, TooLongError, run, typical
from .report import Figure, Results, markdown

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent / ".cache" / "bench"
SIZES = (10, 100, 1000, 5000)
IMPORTS = {
    "import of the package": "import analytics",
    "import of the package and all its types": "import analytics._types",
    "import of the package and a first call's validation": (
        "from analytics import _validators; from analytics._client.checks import Report;"
        "next(iter(_validators.CHECKS.values()))({}, Report(''))"
    ),
}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 and 100 events, few repeats")
    parser.add_argument("--sizes", type=_sizes, help="events, such as 10,100,1000")
    parser.add_argument("--peers", choices=["all", "none", "dmcg", "typewriter"], default="all")
    parser.add_argument("--limit", type=float, default=180, help="seconds for one run (180)")
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md", help="the report")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in text.split(",")))


def main() -> None:
    """Everything, one after the other: nothing else of ours runs meanwhile."""
    asked = arguments()
    sizes = asked.sizes or (SIZES[:2] if asked.quick else SIZES)
    repeats = 2 if asked.quick else 5
    found = Results(sizes)
    others, missing = peers.installed(CACHE, asked.peers)
    found.notes += missing
    for events in sizes:
        _say(f"{events:,} events")
        _generators(found, events, others, repeats, asked.limit)
    _package(found, 5 if asked.quick else 25, asked.limit)
    found.bundles = bundles.measure(_folder(found.package_of), others, asked.limit)
    text = markdown(found)
    print(text)
    asked.out.write_text(text)


def _say(what: str) -> None:
    print(what, "…", file=sys.stderr)


def _folder(events: int) -> Path:
    return CACHE / "plans" / str(events)


def _generators(
    found: Results, events: int, others: list[peers.Peer], repeats: int, limit: float
) -> None:
    folder = _folder(events)
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [sys.executable, "-m", "benchmarks.inputs", str(events), str(folder)]
    run(inputs, cwd=HERE.parent, output=folder / "inputs.txt")
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
        _say(f"  {peer.name}")
        costs[events] = _figure(peer, folder, repeats, limit)


def _figure(peer: peers.Peer, folder: Path, repeats: int, limit: float) -> Figure:
    try:
        return typical(lambda: peer.generate(folder, limit), repeats)
    except TooLongError as error:
        return str(error)
    except FailedError as error:
        print(error, file=sys.stderr)
        return "failed"


def _package(found: Results, repeats: int, limit: float) -> None:
    """What uses the generated package, of 1,000 events or the nearest below."""
    events = max((size for size in found.sizes if size <= 1000), default=found.sizes[0])
    folder = _folder(events)
    found.package_of = events
    _say("the generated package")
    found.help_page = ours.help_page(folder, repeats)
    for label, statement in IMPORTS.items():
        found.imports[label] = ours.importing(folder, statement, repeats)
    bare = "the same, where Python may not write .pyc files"
    found.imports[bare] = ours.importing(folder, statement, min(repeats, 5), compiled=False)
    found.checked = checkers.check(folder, limit)
    output = folder / "calls.json"
    rounds = str(max(3, repeats // 3))
    calls = [sys.executable, "-m", "benchmarks.calls", str(folder), rounds]
    try:
        run(calls, cwd=HERE.parent, output=output)
    except (FailedError, TooLongError) as error:
        print(error, file=sys.stderr)
        found.notes.append("Calls could not be measured.")
    else:
        found.calls = json.loads(output.read_text())
    _say("the client at work")
    try:
        found.runtime = runtime.measure(folder, max(3, repeats // 5))
    except (FailedError, TooLongError) as error:
        print(error, file=sys.stderr)
        found.notes.append("The client at work could not be measured.")


if __name__ == "__main__":
    main()
