from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from conftest import PLAN, Run

from typewriter_py import catalogue
from typewriter_py.plan import metaschema


def test_init_asks_nothing_and_what_it_writes_is_valid_and_generates(
    tmp_path: Path, typewriter: Run
):
    first = typewriter("init", cwd=tmp_path)
    assert (first.returncode, first.stdout) == (0, "")
    assert "typewriter generate" in first.stderr
    plan = (tmp_path / "plans" / "tracking.yaml").read_text()
    assert plan.startswith("# yaml-language-server: $schema=./plan.schema.json\n")
    assert (tmp_path / "plans" / "plan.schema.json").read_text() == metaschema.text()
    lint = typewriter("lint", "--strict", cwd=tmp_path)
    assert (lint.returncode, lint.stdout) == (0, "")
    assert typewriter("generate", cwd=tmp_path).returncode == 0
    assert typewriter("generate", "--check", cwd=tmp_path).returncode == 0
    assert (tmp_path / "analytics" / "events.py").exists()


def test_init_overwrites_nothing(tmp_path: Path, typewriter: Run):
    (tmp_path / "plans").mkdir()
    mine = {"plans/tracking.yaml": PLAN, "plans/plan.schema.json": "{}", "typewriter.toml": "x = 1"}
    for path, text in mine.items():
        (tmp_path / path).write_text(text)
    done = typewriter("init", cwd=tmp_path)
    assert done.returncode == 0
    assert {path: (tmp_path / path).read_text() for path in mine} == mine
    assert done.stderr.count(": kept") == 2
    assert "the existing configuration was kept" in done.stderr


@pytest.mark.parametrize("lines", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n# the end\n"])
def test_init_adds_to_a_pyproject_and_disturbs_nothing(
    tmp_path: Path, typewriter: Run, lines: str, end: str
):
    project = f'[project] # mine\nname = "x"\n\n[tool.ruff]\nline-length=100{end}'
    before = project.replace("\n", lines).encode()
    (tmp_path / "pyproject.toml").write_bytes(before)
    (tmp_path / "src" / "shop").mkdir(parents=True)
    (tmp_path / "src" / "shop" / "__init__.py").write_text("")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    after = (tmp_path / "pyproject.toml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\r\n") == (after.count(b"\n") if lines == "\r\n" else 0)
    table = tomllib.loads(after.decode().replace("\r\n", "\n"))["tool"]["typewriter"]
    assert table["targets"] == [{"language": "python", "out": "src/shop/analytics"}]
    assert not (tmp_path / "typewriter.toml").exists()
    assert typewriter("generate", cwd=tmp_path).returncode == 0
    again = typewriter("init", cwd=tmp_path)
    assert again.returncode == 0
    assert (tmp_path / "pyproject.toml").read_bytes() == after


def test_init_leaves_a_pyproject_that_cannot_take_a_table(tmp_path: Path, typewriter: Run):
    (tmp_path / "pyproject.toml").write_text("tool = {ruff = {}}\n")
    assert typewriter("init", cwd=tmp_path).returncode == 0
    assert (tmp_path / "pyproject.toml").read_text() == "tool = {ruff = {}}\n"
    assert typewriter("generate", cwd=tmp_path).returncode == 0


def test_init_in_a_broken_project_writes_nothing(tmp_path: Path, typewriter: Run):
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    done = typewriter("init", cwd=tmp_path)
    assert done.returncode == 2
    assert "pyproject.toml:1:1: TW001" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["pyproject.toml"]


def test_init_takes_an_existing_plan(tmp_path: Path, typewriter: Run):
    (tmp_path / "my plan.yaml").write_text(PLAN)
    done = typewriter("init", "--plan", "./my plan.yaml", "--out", "lib/é_events", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "plan.schema.json").exists()
    assert typewriter("generate", cwd=tmp_path).returncode == 0
    assert (tmp_path / "lib" / "é_events" / "events.py").exists()
    for plan in ("../x.yaml", str(tmp_path / "x.yaml"), "lib"):
        assert typewriter("init", "--plan", plan, cwd=tmp_path).returncode == 2


def test_lint_exit_status_and_places(project: Path, typewriter: Run):
    fine = typewriter("lint")
    assert (fine.returncode, fine.stdout, fine.stderr) == (0, "", "plan.yaml: no problems\n")
    (project / "bad.yaml").write_text(PLAN.replace("required:", "requird:"))
    bad = typewriter("lint", "plan.yaml", "bad.yaml")
    assert bad.returncode == 1
    assert bad.stdout.startswith("bad.yaml:9:11: TW110 ")
    assert "    9 |           requird: [order_id]\n      |           ^^^^^^^\n" in bad.stdout
    assert bad.stderr == "plan.yaml: no problems\nbad.yaml: 1 error\n"
    assert typewriter("lint", "nowhere.yaml").returncode == 2
    assert typewriter("lint", "package:nowhere/plan.yaml").returncode == 2
    (found,) = json.loads(typewriter("lint", "bad.yaml", "--output-format", "json").stdout)
    assert (found["line"], found["column"], found["end_column"]) == (9, 11, 18)


def test_lint_takes_the_plans_of_the_configuration(project: Path, typewriter: Run):
    (project / "other.yaml").write_text(PLAN)
    with (project / "typewriter.toml").open("a") as config:
        config.write('[[targets]]\nlanguage = "python"\nout = "b"\nplan = "other.yaml"\n')
    assert typewriter("lint").stderr == "plan.yaml: no problems\nother.yaml: no problems\n"
    (project / "typewriter.toml").write_text("plan = 1\n")
    assert typewriter("lint").returncode == 2
    (project / "typewriter.toml").unlink()
    none = typewriter("lint")
    assert none.returncode == 2
    assert "TW007" in none.stdout


def test_schema_prints_and_writes_the_same(tmp_path: Path, typewriter: Run):
    printed = typewriter("schema").stdout
    assert json.loads(printed)["title"] == "Tracking plan"
    assert printed == metaschema.text()
    out = tmp_path / "deep" / "s.json"
    assert typewriter("schema", "--out", str(out)).returncode == 0
    assert out.read_text() == printed
    assert typewriter("schema", "--out", str(tmp_path)).returncode == 2


def test_explain_by_number_by_name_and_all(typewriter: Run):
    by_number = typewriter("explain", "tw021").stdout
    assert by_number.startswith("TW021 foreign-file (error)\n\n")
    assert typewriter("explain", "foreign-file").stdout == by_number
    listed = typewriter("explain").stdout
    assert all(code.number in listed for code in catalogue.codes())
    one = json.loads(typewriter("explain", "TW021", "--output-format", "json").stdout)
    assert one["name"] == "foreign-file"
    everything = json.loads(typewriter("explain", "--output-format", "json").stdout)
    assert len(everything) == len(catalogue.codes())


def test_explain_recognises_a_slip(typewriter: Run):
    done = typewriter("explain", "foreign-fiel")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean `foreign-file`?" in done.stderr


def test_every_code_is_one_of_a_kind():
    codes = catalogue.codes()
    assert len({code.number for code in codes}) == len(codes)
    assert len({code.name for code in codes}) == len(codes)
    for code in codes:
        assert code.name == code.name.casefold()
        assert "_" not in code.name
