"""``typewriter export``: three formats, to standard output, a file or a folder."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from conftest import PLAN, Run


def test_the_configured_plan_goes_to_standard_output(project: Path, typewriter: Run):
    done = typewriter("export", "--format", "segment")
    assert (done.returncode, done.stderr) == (0, "")
    plan = json.loads(done.stdout)
    assert plan["name"] == "Test"
    assert [rule["key"] for rule in plan["rules"]] == ["Order Completed", "User Signed Up"]
    assert plan["rules"][0]["jsonSchema"]["x-typewriter"] == {"tags": ["checkout"]}


def test_a_named_plan_goes_to_a_file(tmp_path: Path, typewriter: Run):
    (tmp_path / "mine.yaml").write_text(PLAN)
    call = ("export", "--plan", "mine.yaml", "--format", "csv", "--out", "new/plan.csv")
    done = typewriter(*call, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "new/plan.csv: written\n"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "new" / "plan.csv").read_text())))
    assert [(row["Event Name"], row["Property Name"]) for row in rows] == [
        ("Order Completed", ""),
        ("Order Completed", "order_id"),
        ("User Signed Up", ""),
        ("User Signed Up", "method"),
    ]
    assert typewriter(*call, cwd=tmp_path).returncode == 0


def test_what_a_spreadsheet_cannot_hold_is_reported(tmp_path: Path, typewriter: Run):
    event = "{name: A, owner: o, rules: {properties: {x: {type: string, minLength: 2}}}}"
    (tmp_path / "p.yaml").write_text(f"tracking_plan: {{rules: {{events: [{event}]}}}}")
    done = typewriter("export", "--plan", "p.yaml", "--format", "csv", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.count("\n") == 3
    assert "TW530" in done.stderr
    assert "`owner`, `minLength` of `A`" in done.stderr


def tree(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_json_schemas_go_to_a_folder_that_later_exports_keep(project: Path, typewriter: Run):
    call = ("export", "--format", "jsonschema", "--out", "schemas")
    assert typewriter(*call).returncode == 0
    schemas = project / "schemas"
    (schemas / "mine.json").write_text("{}")
    mine = {"plan.json", "events/order-completed.json", "mine.json"}
    assert tree(schemas) == mine | {"events/user-signed-up.json"}
    again = typewriter(*call)
    assert (again.returncode, again.stderr) == (0, "schemas: no changes\n")
    renamed = PLAN.replace("User Signed Up", "Signed Up")
    (project / "plan.yaml").write_text(renamed)
    assert typewriter(*call).returncode == 0
    assert tree(schemas) == mine | {"events/signed-up.json"}


def test_a_foreign_file_in_the_way_is_left_alone(project: Path, typewriter: Run):
    (project / "schemas" / "events").mkdir(parents=True)
    theirs = project / "schemas" / "events" / "order-completed.json"
    theirs.write_text("{}")
    done = typewriter("export", "--format", "jsonschema", "--out", "schemas")
    assert done.returncode == 2
    assert "TW531" in done.stderr
    assert tree(project / "schemas") == {"events/order-completed.json"}
    assert theirs.read_text() == "{}"


def test_an_index_that_names_other_files_removes_none(project: Path, typewriter: Run):
    (project / "schemas").mkdir()
    index = {
        "anyOf": [{"$ref": "../plan.yaml"}, {"$ref": "mine.json"}],
        "x-typewriter": {"plan": True},
    }
    (project / "schemas" / "plan.json").write_text(json.dumps(index))
    (project / "schemas" / "mine.json").write_text("{}")
    assert typewriter("export", "--format", "jsonschema", "--out", "schemas").returncode == 0
    assert (project / "plan.yaml").exists()
    assert (project / "schemas" / "mine.json").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--format", "jsonschema"], "--out"),
        (["--format", "segment", "--out", "."], "is a folder"),
        (["--format", "segment", "--plan", ""], "--plan is empty"),
        (["--format", "xml"], "xml"),
        ([], "--format"),
    ],
)
def test_a_wrong_call_is_explained(project: Path, typewriter: Run, args: list[str], message: str):
    done = typewriter("export", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_plan_it_says_how_to_name_one(tmp_path: Path, typewriter: Run):
    done = typewriter("export", "--format", "segment", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "export --plan PLAN" in done.stderr


def test_of_several_plans_one_has_to_be_named(project: Path, typewriter: Run):
    (project / "other.yaml").write_text(PLAN)
    second = '[[targets]]\nlanguage = "python"\nout = "more"\nplan = "other.yaml"\n'
    with (project / "typewriter.toml").open("a") as file:
        file.write(second)
    done = typewriter("export", "--format", "segment")
    assert done.returncode == 2
    assert "several plans are configured: plan.yaml, other.yaml" in done.stderr


def test_an_invalid_plan_is_not_exported(project: Path, typewriter: Run):
    (project / "plan.yaml").write_text("tracking_plan: {rules: {events: [{}]}}")
    done = typewriter("export", "--format", "segment", "--out", "plan.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "TW" in done.stderr
    assert not (project / "plan.json").exists()
