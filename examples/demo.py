"""`make demo`: from the plan to sent events, and what happens to wrong calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
WORK = ROOT / "build" / "demo"


def main() -> None:
    """Run the demo, and show the command of each step."""
    WORK.mkdir(parents=True, exist_ok=True)
    typewriter = Path(sys.executable).with_name("typewriter")
    step("1. Generate a typed package from the plan")
    run(typewriter, "generate", "--plan", "plans/myapp.yaml", "--out", "build/demo/analytics")
    step("2. What a reviewer reads: the plan's rules as data, here for one event")
    show(rule("Order Completed", WORK / "analytics" / "_rules.py"))
    step("3. Run an application that calls the generated functions")
    show(code(HERE / "shop.py"))
    run(sys.executable, "examples/shop.py")
    step("4. The calls from before there was a plan: what mypy says")
    show(code(HERE / "shop_wrong.py"))
    run(sys.executable, "-m", "mypy", "--strict", "examples/shop_wrong.py", fails=True)
    step("5. The same calls at run time: what the rules say")
    run(sys.executable, "examples/shop_wrong.py")


def step(title: str) -> None:
    """Print a heading."""
    print(f"\n=== {title}\n", flush=True)


def show(lines: list[str]) -> None:
    """Print the code that a step is about."""
    print(*(f"    {line}".rstrip() for line in lines), "", sep="\n", flush=True)


def code(file: Path) -> list[str]:
    """The lines of a file without its docstring."""
    return file.read_text("utf-8").partition("\n\n")[2].splitlines()


def rule(event: str, rules: Path) -> list[str]:
    """The lines of an event in the package's rules."""
    lines = rules.read_text("utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(f'    r.track("{event}")'))
    last = lines.index("    },", first)
    return [line.removeprefix("    ") for line in lines[first : last + 1]]


def run(*command: str | Path, fails: bool = False) -> None:
    """Run a command in the repository, and show it as a user would type it.

    Raise SystemExit if it fails, or, with ``fails``, if it succeeds.
    """
    shown = [Path(part).name if Path(part).is_absolute() else str(part) for part in command]
    print("$", *shown, flush=True)
    environment = {"PYTHONPATH": str(WORK), "MYPYPATH": str(WORK), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False)
    if (done.returncode != 0) != fails:
        raise SystemExit(f"the command above exited with {done.returncode}")


if __name__ == "__main__":
    main()
