"""``typewriter infer`` from the command line."""

from __future__ import annotations

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run, command_line

from typewriter_py.plan.load import load

LINE = '{"type": "track", "event": "A %d", "properties": {"at": "%s", "all": [%d, {"k": "v%d"}]}}\n'


def log(path: Path, messages: int, wrong: str = "") -> str:
    with path.open("w") as file:  # line by line: a child's peak begins with its parent's size
        file.writelines(LINE % (n % 5, "2026-01-31", n, n) for n in range(messages))
        file.write(wrong)
    return str(path)


def test_a_plan_is_printed_or_written(tmp_path: Path, typewriter: Run) -> None:
    name = log(tmp_path / "log", 50)
    printed = typewriter("infer", name, fake=False)
    assert printed.returncode == 0
    written = typewriter("infer", name, "--out", str(tmp_path / "new" / "plan.yaml"), fake=False)
    assert written.returncode == 0
    assert written.stdout == ""
    assert written.stderr.endswith("plan.yaml: 5 events from 50 messages\n")
    assert (tmp_path / "new" / "plan.yaml").read_text() == printed.stdout
    loaded = load(tmp_path / "new" / "plan.yaml")
    assert loaded.plan is not None
    assert loaded.plan.name == "Tracking plan"
    checked = typewriter("lint", str(tmp_path / "new" / "plan.yaml"), fake=False)
    assert checked.returncode == 0


def test_lint_misses_descriptions_only(tmp_path: Path, typewriter: Run) -> None:
    payload = {"email": "x", "card_number": 4, "ip": "1.2.3.4", "home_address": {"street": "s"}}
    kinds = [{"type": "identify", "traits": {"name": "x", "firstName": "y"}}]
    kinds += [{"type": "track", "event": "Order Paid", "properties": payload}]
    (tmp_path / "log").write_text("".join(json.dumps(each) + "\n" for each in kinds))
    plan = str(tmp_path / "plan.yaml")
    typewriter("infer", str(tmp_path / "log"), "--out", plan, fake=False)
    found = typewriter("lint", plan, "--output-format", "json", fake=False).stdout
    assert {each["name"] for each in json.loads(found)} == {"missing-event-description"}


def test_standard_input_several_logs_and_a_name(tmp_path: Path, typewriter: Run) -> None:
    name = log(tmp_path / "log", 10)
    (tmp_path / "packed").write_bytes(gzip.compress(Path(name).read_bytes()))
    with open(name) as stream:
        run = ("infer", "-", str(tmp_path / "packed"), name, "--name", "Ours", "--samples", "3")
        done = typewriter(*run, fake=False, stdin=stream)
    assert done.returncode == 0
    assert "display_name: Ours" in done.stdout
    assert "30 messages of standard input, packed, log" in done.stdout
    assert "# 6 messages" in done.stdout
    assert "required: [all, at]" in done.stdout


def test_a_plan_that_is_there_stays(tmp_path: Path, typewriter: Run) -> None:
    name, plan = log(tmp_path / "log", 1), tmp_path / "plan.yaml"
    plan.write_text("mine")
    refused = typewriter("infer", name, "--out", str(plan), fake=False)
    assert refused.returncode == 2
    assert "--force overwrites it" in refused.stderr
    assert plan.read_text() == "mine"
    assert typewriter("infer", name, "--out", str(plan), "--force", fake=False).returncode == 0
    assert plan.read_text() != "mine"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "give either LOG"),
        (["none"], "none:1:1: TW560 cannot be read: there is no such file"),
        (["."], "TW560 cannot be read: it is a folder"),
        (["-", "-"], "standard input can be read only once"),
        (["empty"], "TW564 cannot infer a plan: no usable message in empty (0 lines)"),
        (["empty", "--out", "."], "--out must name a file"),
    ],
)
def test_what_cannot_run(args: list[str], message: str, tmp_path: Path, typewriter: Run) -> None:
    (tmp_path / "empty").touch()
    done = typewriter("infer", *args, fake=False, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
    assert os.listdir(tmp_path) == ["empty"]


def test_broken_lines_are_warnings(tmp_path: Path, typewriter: Run) -> None:
    name = log(tmp_path / "log", 5, wrong="{\n")
    done = typewriter("infer", name, "--output-format", "json", fake=False)
    assert done.returncode == 0
    assert "# 1 of 6 lines could not be read.\n" in done.stdout
    assert [each["code"] for each in json.loads(done.stderr.partition("\nplan: ")[0])] == ["TW561"]


def test_a_terminal_is_shown_progress(tmp_path: Path) -> None:
    name = log(tmp_path / "log", 50_000)
    ours, theirs = pty.openpty()
    run = command_line("infer", name, "--out", str(tmp_path / "plan.yaml"), fake=False)
    done = subprocess.run(run, stderr=theirs, stdout=subprocess.PIPE, timeout=60, check=True)
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed, and all is read
            break
    os.close(ours)
    assert b"Reading" in shown
    assert b"100%" in shown
    assert done.stdout == b""


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    measure = (
        "import resource, sys; from typewriter_py.cli.app import run;"
        "code = run('typewriter', sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for messages in (2_000, 60_000):
        name = log(tmp_path / str(messages), messages)
        run = [sys.executable, "-c", measure, "infer", name, "--out", f"{name}.yaml"]
        done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=True)
        peaks.append(int(done.stdout) / 1024)
    assert peaks[1] < peaks[0] + 8, peaks
