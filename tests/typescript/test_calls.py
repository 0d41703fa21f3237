"""The compiler accepts correct calls, and reports each kind of wrong one.

The files of calls have both: a wrong one follows ``@ts-expect-error``, and such a line
without an error is one itself.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packages import WIDE

from . import tools


@tools.needs_node
@pytest.mark.parametrize("sdk", tools.SDKS)
def test_wrong_calls_are_errors_and_right_ones_are_none(sdk: str, tmp_path: Path) -> None:
    tools.workspace(tmp_path)
    tools.write(tmp_path / "shop", tools.files_of(tools.read(WIDE), sdk))
    shutil.copy(tools.HERE / "calls" / f"{sdk}.ts", tmp_path / "calls.ts")
    assert tools.run(tmp_path, "tsc", "-p", ".") == ""


EVENT = """
      - name: Event {}
        rules:
          properties:
            kind: {{type: string, enum: [x]}}
            at: {{type: string, format: date-time, default: "2026-01-01T00:00:00Z"}}
            list: {{type: array, items: {{type: object, properties: {{k: {{type: string}}}}}}}}"""


@tools.needs_node
@pytest.mark.parametrize("sdk", tools.SDKS)
def test_the_compiler_does_not_compare_each_event_with_each(sdk: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    events = "".join(EVENT.format(number) for number in range(60))
    plan.write_text(f"tracking_plan:\n  rules:\n    events:{events}\n")
    tools.workspace(tmp_path)
    tools.write(tmp_path / "shop", tools.files_of(tools.read(plan), sdk))
    command = [str(tools.MODULES / ".bin" / "tsc"), "-p", ".", "--extendedDiagnostics"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    work = re.search(r"Instantiations: +(\d+)", done.stdout)
    assert work
    assert int(work[1]) < 10_000  # it was 32,000, and minutes with 700 events
