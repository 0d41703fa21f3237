"""Text from plans, files, folders and servers, wherever the command line prints or writes it: it
commands neither a terminal nor the system that runs a CI job, and misleads no reader."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from typewriter_py.text import escaped, is_harmless, json_text, printable_lines, without_commands

Run = Callable[..., subprocess.CompletedProcess[str]]

EVIL = "::error file=a::x ##[error]y ##vso[task.setvariable]z ##teamcity[buildStatus]"
LINES = f"first\n{EVIL}\n  ::set-output name=a::b\n\u3000::warning::c\n##[group]d"

OBEYED = re.compile(r"(?:^|[\r\n])\s*::|##(?:\[|vso\[|teamcity\[)", re.IGNORECASE)
"""https://github.com/actions/runner (ActionCommand.cs): blanks before ``::`` are trimmed, and
``##[`` counts anywhere; so it does in Azure Pipelines and TeamCity."""

CI = {"GITHUB_ACTIONS": "true"}


def commands(shown: str) -> list[str]:
    return OBEYED.findall(shown)


def hostile_plan(text: str) -> str:
    """A plan in YAML, with ``text`` wherever there may be one."""
    shape = {"type": "object", "properties": {text: {"enum": [text, "x"], "description": text}}}
    event = {
        "name": text, "title": text, "description": text, "owner": text, "tags": [text],
        "deprecated": text, "integrations": {text: True}, "function": "one", "rules": shape,
    }  # fmt: skip
    plan = {"display_name": text, "description": text, "rules": {"events": [event]}}
    return json.dumps({"tracking_plan": plan})


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan full of commands, also in the name of a file and a folder."""
    monkeypatch.chdir(tmp_path)
    Path("plan.json").write_text(hostile_plan(LINES))
    Path("old.json").write_text(hostile_plan(LINES).replace("first", "second"))
    Path("::error::name.yaml").write_text("tracking_plan: {typo: 1}")
    Path("::warning::folder").mkdir()
    Path("::warning::folder", "##[error]plan.yaml").write_text("tracking_plan: [")
    Path("app.py").write_text(f"import segment\nsegment.analytics.track('u', {LINES!r})\n")
    Path("log.jsonl").write_text(
        "".join(
            json.dumps({"type": "track", "event": LINES, "userId": "u", "properties": {LINES: "a"}})
            + "\n"
            for _ in range(30)
        )
        + "::error::not JSON\n"
    )
    return tmp_path


PRINTING = [
    ["lint", "plan.json"],
    ["lint", "--select", "all", "plan.json"],
    ["lint", "::error::name.yaml", "::warning::folder/##[error]plan.yaml"],
    ["lint", "::warning::missing.yaml"],
    ["lint", "--::error::option"],
    ["::error::command"],
    ["explain", "::error::code"],
    ["generate", "--plan", "plan.json", "--out", "::error::/package"],
    ["generate", "--plan", "plan.json", "--out", "here", "--templates", "no\n::error::folder"],
    ["generate", "--plan", "plan.json", "--out", "docs", "--target", "markdown", "--diff"],
    ["diff", "old.json", "plan.json"],
    ["diff", "old.json", "plan.json", "--output-format", "markdown"],
    ["audit", "--plan", "plan.json", "app.py"],
    ["export", "--plan", "plan.json", "--format", "csv"],
    ["export", "--plan", "plan.json", "--format", "segment"],
    ["infer", "log.jsonl"],
]


@pytest.mark.parametrize("command", PRINTING, ids=" ".join)
def test_no_line_of_a_log_is_a_command(command: list[str], hostile: Path, typewriter: Run) -> None:
    ran = typewriter(*command, env=CI, fake=False)
    assert ran.stdout + ran.stderr
    assert not commands(ran.stdout)
    assert not commands(ran.stderr)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
@pytest.mark.parametrize(
    "command",
    [
        ["lint", "--select", "all", "plan.json", "::error::name.yaml"],
        ["diff", "old.json", "plan.json"],
        ["audit", "--plan", "plan.json", "app.py"],
    ],
    ids=" ".join,
)
def test_so_it_is_in_formats_for_machines(
    command: list[str], form: str, hostile: Path, typewriter: Run
) -> None:
    ran = typewriter(*command, "--output-format", form, env=CI, fake=False)
    assert not commands(ran.stderr)
    assert ran.stdout
    if form == "github":
        levels = {line.split()[0] for line in ran.stdout.splitlines()}
        assert levels <= {"::error", "::warning", "::notice"}
        assert "##[" not in ran.stdout
    else:
        assert not commands(ran.stdout)
        outside = typewriter(*command, "--output-format", form, fake=False)
        assert json.loads(ran.stdout) == json.loads(outside.stdout)


@pytest.mark.parametrize("variable", ["GITHUB_ACTIONS", "TF_BUILD", "TEAMCITY_VERSION"])
def test_commands_are_broken_up_only_where_they_would_be_obeyed(
    variable: str, hostile: Path, typewriter: Run
) -> None:
    there = typewriter("lint", "::error::name.yaml", env={variable: "1"}, fake=False)
    assert there.stdout.startswith(": :error::name.yaml:1:17: TW110 unknown key")
    outside = typewriter("lint", "::error::name.yaml", fake=False)
    assert outside.stdout.startswith("::error::name.yaml:1:17: TW110 unknown key")


def test_a_file_is_no_log_so_that_its_data_stay_as_they_are(hostile: Path, typewriter: Run) -> None:
    for name, env in (("one.csv", {}), ("two.csv", CI)):
        with Path(name).open("w") as file:
            arguments = ["export", "--plan", "plan.json", "--format", "csv"]
            typewriter(*arguments, env=env, fake=False, capture_output=False, stdout=file,
                       stderr=subprocess.DEVNULL)  # fmt: skip
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    assert commands(Path("one.csv").read_text())


@pytest.mark.parametrize("arguments", [["import", "segment.json"], ["infer", "log.jsonl"]])
def test_a_plan_in_yaml_holds_no_command_and_says_the_same(
    arguments: list[str], hostile: Path, typewriter: Run
) -> None:
    typewriter("export", "--plan", "plan.json", "--format", "segment", "--out", "segment.json")
    inside = typewriter(*arguments, env=CI, fake=False)
    outside = typewriter(*arguments, fake=False)
    assert inside.stdout == outside.stdout
    assert not commands(inside.stdout)
    again = Path("again.yaml")
    again.write_text(inside.stdout)
    ran = typewriter("export", "--plan", "again.yaml", "--format", "segment", fake=False)
    assert json.loads(ran.stdout)["rules"][0]["key"] == LINES


def test_a_traceback_is_untrusted_as_well(hostile: Path, typewriter: Run) -> None:
    ran = typewriter("generate", "--plan", "plan.json", "--out", "p", env=CI | {"FAKE_BUG": LINES})
    assert "Traceback" in ran.stderr
    assert ": :set-output name=a::b" in ran.stderr
    assert not commands(ran.stderr)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", ": :error::x"),
        (" \t::error::x", " \t: :error::x"),
        ("a\r\n::x", "a\r\n: :x"),
        ("a ::error::x", "a ::error::x"),
        ("a::b", "a::b"),
        ("a ##[group]b", "a ## [group]b"),
        ("###[x] ##VSO[y]", "### [x] ## VSO[y]"),
        ("## [x]", "## [x]"),
    ],
)
def test_how_a_command_is_broken_up(text: str, shown: str) -> None:
    assert without_commands(text) == shown


# --- escapes, bidi, invisible characters ----------------------------------------------------------

RAW = "\x1b[31m \x9b \x7f \u202e \u2066 \u200b \u061c \u200f \ufeff \u2028 \U000e0041 \ue000"


def raw(text: str) -> set[str]:
    return {char for char in text if not is_harmless(char)} - {"\n", "\t"}


@pytest.mark.parametrize(
    "command",
    [
        ["generate", "--plan", "plan.json", "--out", "docs", "--target", "markdown", "--diff"],
        ["generate", "--plan", "plan.json", "--out", "package", "--diff"],
        ["export", "--plan", "plan.json", "--format", "segment"],
        ["audit", "--plan", "plan.json", "app.py"],
        ["diff", "plan.json", "old.json", "--output-format", "markdown"],
        ["import", "plan\u202e.csv"],
        ["lint", "--\u202e"],
    ],
    ids=repr,
)
def test_nothing_misleading_is_printed_raw(
    command: list[str], tmp_path: Path, typewriter: Run
) -> None:
    (tmp_path / "plan.json").write_text(hostile_plan(RAW))
    (tmp_path / "old.json").write_text(hostile_plan("x"))
    (tmp_path / "app.py").write_text("x = 1\n")
    for name in ("docs/tracking-plan.md", "package/events.py"):
        (tmp_path / name).parent.mkdir()
        start = "<!--" if name.endswith("md") else "#"
        (tmp_path / name).write_text(f"{start} Code generated by typewriter from x\n{RAW}\r\n\tx\n")
    ran = typewriter(*command, cwd=tmp_path, fake=False)
    assert ran.stdout + ran.stderr
    assert not raw(ran.stdout + ran.stderr)


def test_a_patch_keeps_its_tabs_and_line_ends() -> None:
    assert printable_lines("-\ta\r\n+\x1bb\rc\n") == "-\ta\r\n+␛b␍c\n"


def test_json_escapes_what_misleads_and_says_the_same() -> None:
    value = {"a": RAW + EVIL, "é \u200d": "\ud800 😀"}
    for ascii in (False, True):
        text = json_text(value, ascii=ascii)
        assert json.loads(text) == value
        assert not raw(text)
        assert not commands(text)
    assert "é" in json_text(value)


# --- Markdown -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@octo/team", "&#64;&#8203;octo/team"),
        ("(@octo)", "(&#64;&#8203;octo)"),
        ("ada@example.com", "ada&#64;example.com"),
        ("a @ b", "a &#64; b"),
    ],
)
def test_markdown_mentions_nobody(text: str, written: str) -> None:
    assert escaped(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("#1 of 10", r"\#&#8203;1 of 10"),
        ("octo/app#12", r"octo/app\#&#8203;12"),
        ("gh-7", "gh-&#8203;7"),
        ("# 1, #a, high-7", r"\# 1, \#a, high-7"),
    ],
)
def test_markdown_refers_to_no_issue(text: str, written: str) -> None:
    assert escaped(text) == written
