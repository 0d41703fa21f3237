"""`make demo`: from the plan to sent events, and what becomes of wrong calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
WORK = ROOT / "build" / "demo"


def main() -> None:
    """Run the demo, each step with the command that it stands for."""
    WORK.mkdir(parents=True, exist_ok=True)
    typewriter = Path(sys.executable).with_name("typewriter")
    step("1. Generate a typed package from the plan")
    run(typewriter, "generate", "--plan", "plans/myapp.yaml", "--out", "build/demo/analytics")
    step("2. Run an application that calls the generated functions", HERE / "shop.py")
    run(sys.executable, "examples/shop.py")
    step("3. The calls from before there was a plan: what mypy says", HERE / "shop_wrong.py")
    run(sys.executable, "-m", "mypy", "--strict", "examples/shop_wrong.py", fails=True)
    step("4. The same calls at run time: what the generated validators say")
    run(sys.executable, "examples/shop_wrong.py")


def step(title: str, source: Path | None = None) -> None:
    """A heading, and the code that the step is about."""
    print(f"\n=== {title}\n", flush=True)
    if source:
        _, _, body = source.read_text("utf-8").partition("\n\n")
        print(*(f"    {line}".rstrip() for line in body.splitlines()), "", sep="\n", flush=True)


def run(*command: str | Path, fails: bool = False) -> None:
    """Run a command in the repository, shown as one would type it.

    Raises SystemExit if it fails, or, where it is to fail, if it does not.
    """
    shown = [Path(part).name if Path(part).is_absolute() else str(part) for part in command]
    print("$", *shown, flush=True)
    environment = {"PYTHONPATH": str(WORK), "MYPYPATH": str(WORK), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env=environment, check=False)
    if (done.returncode != 0) != fails:
        raise SystemExit(f"the command above exited with {done.returncode}")


if __name__ == "__main__":
    main()
