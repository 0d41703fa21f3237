from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent

PLAN = """\
tracking_plan:
  display_name: Test
  rules:
    events:
      - name: Order Completed
        description: A payment went through.
        tags: [checkout]
        rules:
          required: [order_id]
          properties:
            order_id: {type: string}
      - name: User Signed Up
        description: Somebody created an account.
        rules:
          properties:
            method: {type: string}
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan and a configuration, and the working directory."""
    (tmp_path / "plan.yaml").write_text(PLAN)
    (tmp_path / "typewriter.toml").write_text(
        'plan = "plan.yaml"\n[[targets]]\nlanguage = "python"\nout = "analytics"\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typewriter(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the command line in a process of its own; ``fake=True`` with the tests' target."""

    caches = {"XDG_CACHE_HOME": str(tmp_path_factory.getbasetemp() / "caches")}

    def run(
        *args: str, fake: bool = True, env: dict[str, str] | None = None, **more: object
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command_line(*args, fake=fake),
            capture_output=more.pop("capture_output", True),
            text=True,
            timeout=60,
            env={**os.environ, **caches, **(env or {})},
            **more,
        )

    return run


def command_line(*args: str, fake: bool = True) -> list[str]:
    start = [str(HERE / "fake_target.py")] if fake else ["-m", "typewriter_py"]
    return [sys.executable, *start, *args]
