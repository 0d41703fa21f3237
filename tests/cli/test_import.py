"""``typewriter import`` as people run it: where the plan goes, and what is never lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Run, command_line

GOLDEN = Path(__file__).parent.parent / "formats" / "golden"
SOURCE = str(GOLDEN / "public_api" / "rules.json")
GOOD = str(GOLDEN / "typewriter_6" / "plan.json")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("here")
def test_the_plan_goes_to_standard_output_and_all_else_to_the_other(typewriter: Run):
    done = typewriter("import", SOURCE)
    assert done.returncode == 0
    assert done.stdout == (GOLDEN / "public_api" / "plan.yaml").read_text("utf-8")
    assert done.stderr.count("TW520 warning") == 4
    assert "plan: 6 events, 4 warnings" in done.stderr


def test_into_a_file_of_a_folder_that_is_not_there_yet(typewriter: Run, here: Path):
    done = typewriter("import", SOURCE, "--out", "plans/shop.yaml")
    assert done.returncode == 0
    written = (here / "plans" / "shop.yaml").read_text("utf-8")
    assert written == (GOLDEN / "public_api" / "plan.yaml").read_text("utf-8")
    assert os.listdir(here / "plans") == ["shop.yaml"]


@pytest.mark.parametrize("case", sorted(path.name for path in GOLDEN.iterdir()))
def test_what_is_written_lints_clean_and_generates(typewriter: Run, here: Path, case: str):
    (here / "plan.yaml").write_bytes((GOLDEN / case / "plan.yaml").read_bytes())
    linted = typewriter("lint", "plan.yaml", fake=False)
    assert linted.returncode == 0, linted.stdout
    made = typewriter("generate", "--plan", "plan.yaml", "--out", "analytics", fake=False)
    assert made.returncode == 0, made.stdout + made.stderr


def test_from_standard_input(typewriter: Run, here: Path):
    text = Path(GOOD).read_text("utf-8")
    done = typewriter("import", "-", "--name", "Ours", input=text)
    assert done.returncode == 0
    assert "  display_name: Ours\n" in done.stdout
    broken = typewriter("import", "-", input="<html>")
    assert broken.returncode == 2
    assert "<stdin>:1:1: TW108" in broken.stderr


def test_a_plan_that_is_there_is_kept_unless_forced(typewriter: Run, here: Path):
    plan = here / "plan.yaml"
    plan.write_text("ours")
    done = typewriter("import", GOOD, "--out", "plan.yaml")
    assert done.returncode == 2
    assert "'plan.yaml' already exists; --force overwrites it" in done.stderr
    assert plan.read_text() == "ours"
    assert typewriter("import", GOOD, "--out", "plan.yaml", "--force").returncode == 0
    assert plan.read_text().startswith("tracking_plan:")


def test_a_link_stays_a_link(typewriter: Run, here: Path):
    (here / "real.yaml").write_text("old")
    (here / "plan.yaml").symlink_to("real.yaml")
    assert typewriter("import", GOOD, "--out", "plan.yaml", "--force").returncode == 0
    assert (here / "plan.yaml").is_symlink()
    assert (here / "real.yaml").read_text().startswith("tracking_plan:")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"rules": [{"key": "A"', "TW108"),
        ("<!doctype html><title>Proxy</title>", "TW108"),
        ('{"hello": "world"}', "TW500"),
        ('{"rules": [{"type": "TRACK"}]}', "TW501"),
    ],
)
def test_of_a_source_that_is_none_nothing_is_written(
    typewriter: Run, here: Path, text: str, code: str
):
    (here / "source.json").write_text(text)
    (here / "plan.yaml").write_text("ours")
    done = typewriter("import", "source.json", "--out", "plan.yaml", "--force")
    assert done.returncode == 2
    assert "source.json:1:" in done.stdout
    assert code in done.stdout
    assert (here / "plan.yaml").read_text() == "ours"
    assert sorted(os.listdir(here)) == ["plan.yaml", "source.json"]


def test_a_source_that_is_not_there(typewriter: Run, here: Path):
    done = typewriter("import", "nowhere.json")
    assert done.returncode == 2
    assert "there is no file nowhere.json" in done.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((" ",), "SOURCE is empty."),
        ((GOOD, "--out", ""), "--out is empty."),
        ((GOOD, "--name", " "), "--name is empty."),
    ],
)
def test_a_variable_that_is_not_set(typewriter: Run, args: tuple[str, ...], words: str):
    done = typewriter("import", *args)
    assert done.returncode == 2
    assert words in done.stderr


def test_what_is_said_once_is_counted_once(typewriter: Run, here: Path):
    """A rule that refers to itself appears twice in the plan, and once in the source."""
    inner = {"properties": {"again": {"$ref": "#"}, "x": {"if": {}, "then": {}}}}
    schema = {"type": "object", "properties": {"properties": inner}}
    rule = {"type": "TRACK", "key": "A", "version": 1, "jsonSchema": schema}
    (here / "source.json").write_text(json.dumps({"rules": [rule]}))
    done = typewriter("import", "source.json", "--out", "plan.yaml")
    assert done.returncode == 0
    assert done.stdout.count(" warning: ") == 2
    assert "plan.yaml: 1 event, 2 warnings\n" in done.stderr


def test_findings_for_machines(typewriter: Run, here: Path):
    done = typewriter("import", SOURCE, "--out", "plan.yaml", "--output-format", "json")
    assert done.returncode == 0
    assert "TW520" in json.dumps(json.loads(done.stdout))


def test_a_folder_that_may_not_be_written_keeps_the_plan(typewriter: Run, here: Path):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    (here / "plan.yaml").write_text("ours")
    here.chmod(0o555)
    done = typewriter("import", GOOD, "--out", "plan.yaml", "--force")
    here.chmod(0o755)
    assert done.returncode == 2
    assert (here / "plan.yaml").read_text() == "ours"


def test_an_editor_is_pointed_to_an_existing_schema(typewriter: Run, here: Path):
    (here / "plan.schema.json").write_text(typewriter("schema").stdout)
    typewriter("import", GOOD, "--out", "plan.yaml")
    first = (here / "plan.yaml").read_text().split("\n")[0]
    assert first == "# yaml-language-server: $schema=./plan.schema.json"


def test_killed_at_any_moment_the_plan_is_the_old_or_the_new(here: Path):
    rules = [
        {
            "key": f"Event {number}",
            "type": "TRACK",
            "version": 1,
            "jsonSchema": {"properties": {"properties": {"properties": {"a": {}, "b": {}}}}},
        }
        for number in range(300)
    ]
    (here / "source.json").write_text(json.dumps({"rules": rules}))
    command = command_line("import", "source.json", "--out", "plan.yaml", "--force", fake=True)
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    new = (here / "plan.yaml").read_text()
    begun = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    whole = time.monotonic() - begun
    for part in range(1, 11):
        (here / "plan.yaml").write_text("old")
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(whole * part / 10)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert (here / "plan.yaml").read_text() in ("old", new)
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert sorted(os.listdir(here)) == ["plan.yaml", "source.json"]


def cost(*args: str) -> float:
    """Seconds that the processor works on a command, its start included."""
    running = subprocess.Popen(
        command_line(*args, fake=False), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return used.ru_utime + used.ru_stime


def test_a_plan_of_many_rules_imports_in_the_time_of_a_generate(here: Path):
    (rule,) = json.loads(Path(GOOD).read_text("utf-8"))["events"][2:3]
    noise = {"version": 1, "labels": {}}
    events = [{**rule, **noise, "name": f"Product {number} Searched"} for number in range(2000)]
    (here / "source.json").write_text(json.dumps({"events": events}, indent=2))
    imported = cost("import", "source.json", "--out", "plan.yaml")
    generated = cost("generate", "--plan", "plan.yaml", "--out", "analytics")
    assert imported < 2 * generated  # 1.2 times by itself; room for a busy machine
