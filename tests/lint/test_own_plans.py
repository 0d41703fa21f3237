"""The project keeps its own rules: what `make lint` does with `plans/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_ready_made_plans_are_clean_by_the_default_rules():
    plans = sorted(f"plans/{path.name}" for path in (ROOT / "plans").glob("*.yaml"))
    done = subprocess.run(
        [sys.executable, "-m", "typewriter_py", "lint", "--strict", *plans],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    assert len(plans) >= 5
    assert done.stderr.splitlines() == [f"{plan}: no problems" for plan in plans]
