"""The command line with the target that people use: a plan in, a package that imports out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY, Run

PLANS = sorted((REPOSITORY / "plans").glob("*.yaml"))


def test_from_nothing_to_a_package(tmp_path: Path, typewriter: Run):
    for command in (["init"], ["lint", "--strict"], ["generate"], ["generate", "--check"]):
        done = typewriter(*command, fake=False, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    code = "import analytics; analytics.order_completed"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)
def test_every_plan_of_ours_generates_and_is_current_until_a_word_changes(
    tmp_path: Path, typewriter: Run, plan: Path
):
    shutil.copy(plan, tmp_path / "plan.yaml")

    def generate(*options: str) -> int:
        args = ("--plan", "plan.yaml", "--out", "analytics", *options)
        return typewriter("generate", *args, fake=False, cwd=tmp_path).returncode

    assert generate() == 0
    assert generate("--check") == 0
    events = tmp_path / "analytics" / "_types.py"
    text = events.read_text()
    events.write_text(text.replace("import", "import ", 1))
    assert generate("--check") == 1
    events.write_text(text)
    assert generate("--check") == 0
    words = (tmp_path / "plan.yaml").read_text()
    *_, last = re.finditer(r"(?:name|description): ['\"]?\w+", words)
    (tmp_path / "plan.yaml").write_text(f"{words[: last.end()]}ish{words[last.end() :]}")
    assert generate("--check") == 1


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ broken", "unexpected end of template"),
        ("{{ nonsense.foo.bar }}", "'nonsense' is undefined"),
        ("x = = 3", "annot parse"),
        ("caf\udce9", "codec can't decode"),
    ],
)
def test_a_template_of_the_users_that_fails_is_a_finding(
    project: Path, typewriter: Run, template: str, message: str
):
    (project / "mine").mkdir()
    (project / "mine" / "events.py.jinja").write_bytes(os.fsencode(template))
    done = typewriter("generate", "--templates", "mine", fake=False)
    assert done.returncode == 2
    assert message in done.stdout
    assert done.stdout.startswith("mine/events.py.jinja:1:1: TW011 ")
    assert "Traceback" not in done.stderr
    assert not (project / "analytics").exists()


def test_lint_finds_names_that_meet_in_the_generated_code(tmp_path: Path, typewriter: Run):
    events = "{name: Order Completed}, {name: order_completed}"
    (tmp_path / "plan.yaml").write_text(f"tracking_plan: {{rules: {{events: [{events}]}}}}\n")
    done = typewriter("lint", "plan.yaml", fake=False, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("plan.yaml:1:"), done.stdout
    assert ': TW140 event "order_completed"' in done.stdout
