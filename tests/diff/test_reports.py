"""How a comparison is told: text, markdown, GitHub's annotations, SARIF, JSON; and its exit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.diff.conftest import Project

OLD = """
tracking_plan:
  rules:
    events:
      - name: Order Completed
        rules:
          required: [order_id]
          properties:
            order_id: {type: string}
            coupon: {type: string, description: A coupon}
            currency: {type: string, enum: [EUR, USD]}
      - name: Cart Viewed
        version: 1
        rules:
          properties:
            step: {type: integer}
"""
NEW = """
tracking_plan:
  rules:
    events:
      - name: Order Completed
        description: Paid
        rules:
          required: [order_id]
          properties:
            order_id: {type: string}
            currency: {type: string, enum: [EUR, GBP]}
      - name: Cart Viewed
        version: 2
        rules:
          properties:
            step: {type: integer, minimum: 1}
"""


@pytest.fixture
def both(project: Project) -> Project:
    project.write("old.yaml", OLD)
    project.write("new.yaml", NEW)
    return project


def test_text(both: Project) -> None:
    ran = both.diff("old.yaml", "new.yaml")
    assert ran.code == 0
    assert ran.out == (
        """\
new.yaml:4:15: TW318 info: Order Completed has a different `description` (safe)
    4 |       - name: Order Completed
      |               ^^^^^^^^^^^^^^^
new.yaml:4:15: TW332 warning: Order Completed: `coupon` was removed (breaks callers and data)
    4 |       - name: Order Completed
      |               ^^^^^^^^^^^^^^^
      = help: this was valid: {"order_id": "text", "coupon": "text"}
      = note: old.yaml:9:13: it was here
new.yaml:10:13: TW355 warning: Order Completed: `currency` can now be "GBP" (breaks data)
   10 |             currency: {type: string, enum: [EUR, GBP]}
      |             ^^^^^^^^
new.yaml:10:13: TW356 warning: Order Completed: `currency` can no longer be "USD" (breaks callers)
   10 |             currency: {type: string, enum: [EUR, GBP]}
      |             ^^^^^^^^
      = help: this was valid: {"order_id": "text", "currency": "USD"}
new.yaml:11:15: TW313 info: Cart Viewed is now version 2 (safe)
   11 |       - name: Cart Viewed
      |               ^^^^^^^^^^^
new.yaml:15:13: TW357 info: Cart Viewed: `step` now has `minimum: 1` (breaks callers, allowed by version 2)
   15 |             step: {type: integer, minimum: 1}
      |             ^^^^
      = help: this was valid: {"step": 0}
"""  # noqa: E501
    )
    assert ran.err == (
        "6 changes: 1 breaks callers and data, 1 breaks callers, 1 breaks data, "
        "1 is allowed by a higher version, 2 are safe\n"
    )


@pytest.mark.parametrize(
    ("option", "failing"),
    [
        (["--breaking"], ["TW332", "TW355", "TW356"]),
        (["--breaking=callers"], ["TW332", "TW356"]),
        (["--breaking=data"], ["TW332", "TW355"]),
        (["--breaking", "data"], ["TW332", "TW355"]),
    ],
    ids=" ".join,
)
def test_breaking_changes_are_errors_and_exit_1(
    both: Project, option: list[str], failing: list[str]
) -> None:
    for arguments in ([*option, "old.yaml", "new.yaml"], ["old.yaml", "new.yaml", *option]):
        ran = both.diff(*arguments)
        heads = [line.split() for line in ran.out.splitlines() if line.startswith("new.yaml")]
        assert [head[1] for head in heads if head[2] not in ("info:", "warning:")] == failing
        assert ran.code == 1


def test_what_is_allowed_or_safe_does_not_fail(both: Project) -> None:
    both.write("new.yaml", OLD.replace("version: 1", "version: 2").replace("integer", "string"))
    ran = both.diff("--breaking", "old.yaml", "new.yaml")
    assert ran.code == 0
    assert "TW350 info: Cart Viewed: `step` changed from integer to string" in ran.out
    assert "(breaks callers and data, allowed by version 2)" in ran.out


def test_json(both: Project) -> None:
    ran = both.diff("old.yaml", "new.yaml", "--output-format", "json")
    changes = json.loads(ran.out)["changes"]
    assert changes[1] == {
        "code": "TW332",
        "name": "property-removed",
        "event": "Order Completed",
        "path": "coupon",
        "breaks": ["callers", "data"],
        "allowed": False,
        "message": "Order Completed: `coupon` was removed",
        "file": "new.yaml",
        "line": 4,
        "column": 15,
        "events": ["Order Completed"],
        "definition": None,
        "witness": {"order_id": "text", "coupon": "text"},
    }
    assert [
        (c["code"], c["breaks"], c["allowed"]) for c in changes if c["event"] != "Order Completed"
    ] == [
        ("TW313", [], False),
        ("TW357", ["callers"], True),
    ]
    assert (
        both.diff("old.yaml", "old.yaml", "--output-format", "json").out
        == '{\n  "changes": []\n}\n'
    )


def test_markdown(both: Project) -> None:
    ran = both.diff("old.yaml", "new.yaml", "--output-format", "markdown")
    title, _, count, _, rest = ran.out.split("\n", 4)
    assert title == "### Changes to the tracking plan"
    assert count == f"{ran.err.strip()}."
    assert (
        rest
        == """\
#### Breaks callers and data

- **Order Completed**: `coupon` was removed (`TW332`)
  <br>was valid: `{"order_id": "text", "coupon": "text"}`

#### Breaks callers

- **Order Completed**: `currency` can no longer be "USD" (`TW356`)
  <br>was valid: `{"order_id": "text", "currency": "USD"}`

#### Breaks data

- **Order Completed**: `currency` can now be "GBP" (`TW355`)

#### Allowed by a higher version

- **Cart Viewed**: `step` now has `minimum: 1` (`TW357`)
  <br>was valid: `{"step": 0}`

<details><summary>Safe</summary>

- **Order Completed** has a different `description` (`TW318`)
- **Cart Viewed** is now version 2 (`TW313`)

</details>
"""
    )


def test_markdown_of_a_hostile_plan_stays_text(both: Project) -> None:
    both.write(
        "new.yaml",
        OLD.replace("Cart Viewed", '"@everyone <img src=x> **Cart** [x](y) `Viewed`"'),
    )
    ran = both.diff("old.yaml", "new.yaml", "--output-format", "markdown")
    assert (
        "- **&#64;&#8203;everyone \\<img src=x\\> \\*\\*Cart\\*\\* \\[x\\](y) `Viewed`**" in ran.out
    )


def test_markdown_of_no_changes(both: Project) -> None:
    ran = both.diff("old.yaml", "old.yaml", "--output-format", "markdown")
    assert ran.out == "### Changes to the tracking plan\n\nNo changes.\n"


def test_github(both: Project) -> None:
    both.git("init", "-q")
    within = both.folder / "plans"
    within.mkdir()
    both.write("plans/new.yaml", NEW)
    ran = both.diff(
        "--breaking", "../old.yaml", "new.yaml", "--output-format", "github", cwd=within
    )
    assert ran.out.splitlines()[1] == (
        "::error file=plans/new.yaml,line=4,col=15,endColumn=29,title=TW332 property-removed::"
        "Order Completed: `coupon` was removed (breaks callers and data)%0A"
        'this was valid: {"order_id": "text", "coupon": "text"}'
    )


def test_a_revision_is_shown_where_the_repository_has_its_files(repository: Project) -> None:
    repository.write("plans/shop.yaml", OLD)
    repository.commit("old")
    repository.write("plans/shop.yaml", NEW)
    repository.commit("new")
    sides = ("git:HEAD~1:plans/shop.yaml", "git:HEAD", "--output-format")
    for folder in (repository.folder, repository.folder / "plans"):
        github = repository.diff(*sides, "github", cwd=folder).out
        assert github.count("file=plans/shop.yaml,") == len(github.splitlines()) > 0
        places = {
            uri for _, _, uri, _, _ in sarif(repository.diff(*sides, "sarif", cwd=folder).out)
        }
        assert places == {"plans/shop.yaml"}


def test_sarif_has_root_relative_paths_and_fingerprints_that_outlive_lines(both: Project) -> None:
    both.git("init", "-q")
    both.write("plans/new.yaml", NEW)
    arguments = ("--breaking=callers", "old.yaml", "plans/new.yaml", "--output-format", "sarif")
    before = sarif(both.diff(*arguments).out)
    assert [(rule, level, uri) for rule, level, uri, _, _ in before] == [
        ("TW318", "note", "plans/new.yaml"),
        ("TW332", "error", "plans/new.yaml"),
        ("TW355", "warning", "plans/new.yaml"),
        ("TW356", "error", "plans/new.yaml"),
        ("TW313", "note", "plans/new.yaml"),
        ("TW357", "note", "plans/new.yaml"),
    ]
    both.write("plans/new.yaml", "# a line more" + NEW)
    after = sarif(both.diff(*arguments).out)
    assert [line for *_, line, _ in after] == [line + 1 for *_, line, _ in before]
    prints = [print for *_, print in before]
    assert prints == [print for *_, print in after]
    assert len(set(prints)) == len(prints)


def sarif(text: str) -> list[tuple[str, str, str, int, str]]:
    (run,) = json.loads(text)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    return [_result(each, rules) for each in run["results"]]


def _result(result: dict[str, Any], rules: list[str]) -> tuple[str, str, str, int, str]:
    assert rules[result["ruleIndex"]] == result["ruleId"]
    place = result["locations"][0]["physicalLocation"]
    return (
        result["ruleId"],
        result["level"],
        place["artifactLocation"]["uri"],
        place["region"]["startLine"],
        result["partialFingerprints"]["typewriter/v1"],
    )


# --- folders -------------------------------------------------------------------------------


def test_folders_are_compared_plan_by_plan(both: Project) -> None:
    both.write("before/shop.yaml", OLD)
    both.write("before/parts/b.yaml", "tracking_plan: {rules: {events: [{name: B}]}}")
    both.write("before/gone.yaml", "tracking_plan: {include: [parts/*.yaml]}")
    both.write("before/compose.yaml", "services: {}")
    both.write("after/shop.yaml", OLD.replace("currency", "money"))
    both.write("after/sub/new.yaml", "tracking_plan: {rules: {events: [{name: C}]}}")
    ran = both.diff("before", "after", "--output-format", "json")
    found = [(c["code"], c["event"], c["file"]) for c in json.loads(ran.out)["changes"]]
    assert found == [
        ("TW311", "B", "after"),
        ("TW333", "Order Completed", "after/shop.yaml"),
        ("TW310", "C", "after/sub/new.yaml"),
    ]


def test_without_a_configuration_both_sides_are_named(project: Project) -> None:
    project.write("old.yaml", OLD)
    ran = project.diff("old.yaml")
    assert ran.code == 2
    assert "name both plans: `typewriter diff OLD NEW`" in ran.out
    assert project.diff("old.yaml", "none.yaml").code == 2
    assert project.diff().code == 2
    assert project.diff("--breaking=nobody", "old.yaml", "old.yaml").code == 2
