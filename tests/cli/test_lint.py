"""`typewriter lint` as a command: what is configured, what fails a run, what is fixed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import Run

PLAN = """\
# Our plan
tracking_plan:
  rules:
    events:
      - name: order packed  # as the warehouse calls it
        description: It is ready to go.
        rules:
          properties:
            boxId: {type: string, minLength: 0}
            weight: {type: number}
      - name: Order Sent
        ignore: [event-name-casing]
        rules:
          properties:
            email: {type: string}
"""
FOUND = [
    "plan.yaml:5:15: TW201",
    "plan.yaml:9:13: TW203",
    "plan.yaml:9:13: TW251",
    "plan.yaml:11:15: TW220",
    "plan.yaml:12:18: TW290",
    "plan.yaml:15:13: TW230",
]


@pytest.fixture(autouse=True)
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "typewriter.toml").write_text('plan = "plan.yaml"\n')
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def places(done: subprocess.CompletedProcess[str]) -> list[str]:
    """``file:line:column: code`` of each finding."""
    lines = [line for line in done.stdout.splitlines() if ": TW" in line[:60]]
    return [" ".join(line.split()[:2]) for line in lines]


def configure(text: str) -> None:
    Path("typewriter.toml").write_text(f'plan = "plan.yaml"\n[lint]\n{text}\n')


def test_warnings_are_reported_and_fail_only_a_strict_run(typewriter: Run):
    done = typewriter("lint")
    assert (done.returncode, places(done)) == (0, FOUND)
    assert done.stderr == "plan.yaml: 6 warnings\n"
    assert "      = help: write `Order Packed`\n" in done.stdout
    strict = typewriter("lint", "--strict")
    assert (strict.returncode, strict.stdout) == (1, done.stdout)


def test_every_format_has_them(typewriter: Run):
    found = json.loads(typewriter("lint", "--output-format", "json").stdout)
    rows = [f"{each['file']}:{each['line']}:{each['column']}: {each['code']}" for each in found]
    assert rows == FOUND
    assert found[0]["name"] == "event-name-casing"
    sarif = json.loads(typewriter("lint", "--output-format", "sarif").stdout)
    rule = sarif["runs"][0]["tool"]["driver"]["rules"][0]
    assert (rule["id"], rule["name"]) == ("TW201", "EventNameCasing")
    assert rule["help"]["text"].startswith("An event's name does not follow")
    github = typewriter("lint", "--output-format", "github").stdout
    assert github.startswith("::warning file=plan.yaml,line=5,col=15,endColumn=26,title=TW201 ")


def test_rules_are_chosen_on_the_command_line(typewriter: Run):
    assert places(typewriter("lint", "--select", "TW201")) == FOUND[:1]
    assert places(typewriter("lint", "--select", "event-name-casing,undeclared-pii")) == [
        FOUND[0],
        FOUND[5],
    ]
    owners = places(typewriter("lint", "--select", "default, missing-owner"))
    assert [each for each in owners if each not in FOUND] == [
        "plan.yaml:5:15: TW222",
        "plan.yaml:11:15: TW222",
    ]
    assert places(typewriter("lint", "--ignore", "TW203,TW251,unused-ignore")) == [
        FOUND[0],
        FOUND[3],
        FOUND[5],
    ]
    slip = typewriter("lint", "--select", "event-name-cassing")
    assert slip.returncode == 2
    assert "did you mean `event-name-casing`?" in slip.stderr


def test_rules_are_chosen_in_the_configuration(typewriter: Run):
    configure('select = ["TW201", "missing-event-description"]')
    assert places(typewriter("lint")) == [FOUND[0], FOUND[3]]
    assert places(typewriter("lint", "--select", "TW203")) == [FOUND[1]]
    configure('select = ["default"]\nignore = ["TW201", "unused-ignore"]')
    assert places(typewriter("lint")) == [*FOUND[1:4], FOUND[5]]
    configure('ignore = ["all"]')
    assert places(typewriter("lint")) == []


def test_severity_is_configured(typewriter: Run):
    configure('[lint.severity]\nevent-name-casing = "error"\nTW203 = "info"')
    done = typewriter("lint")
    assert done.returncode == 1
    assert "plan.yaml:5:15: TW201 `order packed`" in done.stdout
    assert "plan.yaml:9:13: TW203 info: " in done.stdout
    configure('select = ["TW203"]\n[lint.severity]\nTW203 = "info"')
    assert typewriter("lint", "--strict").returncode == 0


def test_naming_and_the_limit_are_configured(typewriter: Run):
    configure(
        'max-properties = 1\n[lint.naming]\nevent = ["lower case", "Title Case"]\n'
        'property = "camelCase"'
    )
    found = places(typewriter("lint"))
    assert "plan.yaml:5:15: TW201" not in found
    assert "plan.yaml:9:13: TW203" not in found
    assert "plan.yaml:5:15: TW255" in found


def test_files_are_left_out_by_pattern(typewriter: Run, tmp_path: Path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "shop.yaml").write_text(PLAN)
    configure('[lint.per-file-ignores]\n"old/*.yaml" = ["all"]\n"plan.yaml" = ["TW220", "TW203"]')
    done = typewriter("lint", "plan.yaml", "old/shop.yaml")
    assert places(done) == [FOUND[0], FOUND[2], FOUND[4], FOUND[5]]
    assert done.stderr.endswith("old/shop.yaml: no problems\n")
    (tmp_path / "deep").mkdir()
    inner = typewriter("lint", "../plan.yaml", cwd=tmp_path / "deep")
    assert [each.removeprefix("../") for each in places(inner)] == places(done)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('select = ["TW2"]', "3:11: TW003 `select`: there is no rule `TW2`"),
        ('select = ["TW144"]', "3:11: TW003 `select`: there is no rule `TW144`"),
        ('ignore = ["missing-ownr"]', "did you mean `missing-owner`?"),
        ('select = "TW201"', "3:10: TW003 `select`: must be a list of strings"),
        ("slect = []", "did you mean `select`?"),
        (
            "max-properties = 0",
            "3:18: TW003 `max-properties`: must be a whole number greater than 0",
        ),
        ("max-properties = true", "TW003 `max-properties`"),
        ('severity = {TW201 = "bad"}', '3:21: TW003 `TW201`: must be "error" or "warning" or'),
        (
            'severity = {TW999 = "error"}',
            "3:13: TW003 `severity`: there is no code",
        ),
        ('severity = {all = "error"}', "3:13: TW003 `severity`: there is no code `all`"),
        ('naming = {event = "title case"}', "did you mean `Title Case`?"),
        ("naming = {event = 3}", "3:19: TW003 `event`: must be a style, or a list of styles"),
        ("naming = {event = []}", "3:19: TW003 `event`: must be a style, or a list of styles"),
        ("naming = {event = [3]}", "TW003 `event`: must be a style, or a list of styles"),
        ('naming = {events = "snake_case"}', "did you mean `event`?"),
        ('per-file-ignores = {"a" = "TW201"}', "3:27: TW003 `a`: must be a list of strings"),
        ('per-file-ignores = {"a" = ["x"]}', "3:28: TW003 `a`: there is no code `x`"),
    ],
)
def test_a_mistake_in_the_configuration_is_reported_at_its_location(
    typewriter: Run, text: str, said: str
):
    configure(text)
    done = typewriter("lint")
    assert done.returncode == 2
    assert said in done.stdout
    assert "Traceback" not in done.stderr


def test_the_calendar_alone_breaks_no_build(typewriter: Run, plan: Path):
    plan.write_text(
        "tracking_plan:\n  rules:\n    events:\n      - name: Order Sent\n"
        "        description: Gone.\n        deprecated: Stop it\n        expires: 2026-01-31\n"
    )
    last_day, day_after = (
        {"SOURCE_DATE_EPOCH": str(seconds)} for seconds in (1769903999, 1769904000)
    )
    fine = typewriter("lint", "--strict", env=last_day)
    assert (fine.returncode, fine.stdout) == (0, "")
    late = typewriter("lint", "--strict", env=day_after)
    assert (late.returncode, places(late)) == (0, ["plan.yaml:4:15: TW244"])
    configure('severity = {deprecation-expired = "error"}')
    assert typewriter("lint", env=day_after).returncode == 1
    assert typewriter("lint", env={"SOURCE_DATE_EPOCH": ""}).returncode == 1
    odd = typewriter("lint", env={"SOURCE_DATE_EPOCH": "tomorrow"})
    assert odd.returncode == 2
    assert "SOURCE_DATE_EPOCH is 'tomorrow'" in odd.stderr


def test_an_error_of_the_plan_comes_alone_and_is_not_silenced(typewriter: Run, plan: Path):
    plan.write_text(PLAN.replace("type: number", "type: numbr"))
    configure('ignore = ["all"]\nseverity = {TW113 = "info"}')
    done = typewriter("lint")
    assert (done.returncode, places(done)) == (1, ["plan.yaml:10:28: TW113"])


def test_what_can_be_fixed_safely_is_fixed(typewriter: Run, plan: Path):
    done = typewriter("lint", "--fix")
    assert done.returncode == 0
    assert plan.read_text() == PLAN.replace(", minLength: 0", "").replace(
        "        ignore: [event-name-casing]\n", ""
    )
    assert done.stderr == "plan.yaml: fixed 2 findings\nplan.yaml: 4 warnings\n"
    before = plan.stat().st_mtime_ns
    assert typewriter("lint", "--fix").stderr == "plan.yaml: 4 warnings\n"
    assert plan.stat().st_mtime_ns == before


MISTYPED = """\
tracking_plan:
  rules:
    events:
      - name: “Order Completed”
        description: "Paid" in full
        tags: revenue, checkout
        rules:
          required: [total, total, channel]
          properties:
            total: {type: Decimal, required:true}   # as paid
            channel: {type: string, enum: [“web”, 1e3]}
            coupon: {type:String, description: 5% off, or more}
      - name: Cart  Viewed
        description:Somebody looked at the cart.
"""
MEANT = """\
tracking_plan:
  rules:
    events:
      - name: Order Completed
        description: '"Paid" in full'
        tags: ["revenue", "checkout"]
        rules:
          required: [total, channel]
          properties:
            total: {type: number, required: true}   # as paid
            channel: {type: string, enum: [web, "1e3"]}
            coupon: {type: string, description: "5% off, or more"}
      - name: Cart Viewed
        description: Somebody looked at the cart.
"""


@pytest.mark.parametrize("breaks", ["\n", "\r\n"])
def test_what_is_certainly_meant_is_written(typewriter: Run, plan: Path, breaks: str):
    plan.write_bytes(MISTYPED.replace("\n", breaks).encode())
    before = typewriter("lint")
    assert (before.returncode, len(places(before))) == (1, 10)
    done = typewriter("lint", "--fix")
    assert plan.read_bytes().decode() == MEANT.replace("\n", breaks)
    assert done.stderr.startswith("plan.yaml: fixed 10 findings\nplan.yaml: fixed 3 findings\n")
    assert done.returncode == 0


def test_what_only_its_author_can_put_right_stays_and_the_rest_is_fixed(
    typewriter: Run, plan: Path
):
    plan.write_text(MEANT.replace("number, required: true", "Integer, required: perhaps"))
    done = typewriter("lint", "--fix")
    assert plan.read_text() == MEANT.replace("number, required: true", "integer, required: perhaps")
    assert (done.returncode, places(done)) == (1, ["plan.yaml:10:46: TW112"])


def test_a_mistyped_file_that_two_plans_share_is_fixed_once(typewriter: Run, tmp_path: Path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.yaml").write_text(MISTYPED)
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("tracking_plan:\n  include: [parts/a.yaml]\n")
    done = typewriter("lint", "--fix", "one.yaml", "two.yaml")
    assert (tmp_path / "parts" / "a.yaml").read_text() == MEANT
    assert "in the meantime" not in done.stderr
    assert done.stderr.count("fixed 10 findings") == 1


def test_a_name_that_others_mention_is_left_alone(typewriter: Run, plan: Path):
    odd = MEANT.replace("Cart Viewed", '"Cart  Viewed"')
    odd = odd.replace("tags:", 'replaced_by: "Cart  Viewed"\n        tags:')
    plan.write_text(odd)
    typewriter("lint", "--fix")
    assert plan.read_text() == odd


def test_what_is_there_today_is_silenced_and_what_is_new_is_not(typewriter: Run, plan: Path):
    plan.write_bytes(PLAN.replace("\n", "\r\n").encode())
    typewriter("lint", "--fix")
    done = typewriter("lint", "--add-ignores", "--strict")
    assert done.returncode == 0, done.stdout
    assert done.stderr == "plan.yaml: silenced 4 findings\nplan.yaml: no problems\n"
    silenced = plan.read_bytes().decode()
    assert silenced.count("\r\n") == silenced.count("\n")
    assert "# as the warehouse calls it\r\n        ignore: [event-name-casing]\r\n" in silenced
    plan.write_text(silenced.replace("\r\n", "\n").replace("weight", "Weight"))
    assert places(typewriter("lint")) == ["plan.yaml:11:13: TW203"]


def test_the_file_behind_a_link_is_fixed_and_the_link_stays(typewriter: Run, tmp_path: Path):
    os.symlink("plan.yaml", tmp_path / "link.yaml")
    typewriter("lint", "--fix", "link.yaml")
    assert (tmp_path / "link.yaml").is_symlink()
    assert "minLength" not in (tmp_path / "plan.yaml").read_text()


def test_included_files_are_fixed_where_they_are_and_libraries_never(
    typewriter: Run, tmp_path: Path
):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a.yaml").write_text(PLAN)
    (tmp_path / "main.yaml").write_text(
        "tracking_plan:\n  include: [parts/*.yaml, 'library:ecommerce']\n"
    )
    done = typewriter("lint", "--add-ignores", "main.yaml")
    assert done.stderr.startswith("parts/a.yaml: silenced 5 findings\n")
    assert places(done) == ["parts/a.yaml:13:18: TW290"]


def test_an_installed_plan_is_left_as_it_is(typewriter: Run, tmp_path: Path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "__init__.py").write_text("")
    (tmp_path / "acme" / "plan.yaml").write_text(PLAN)
    done = typewriter("lint", "--fix", "package:acme/plan.yaml", env={"PYTHONPATH": _path()})
    assert "package:acme/plan.yaml: left unchanged" in done.stderr
    assert (tmp_path / "acme" / "plan.yaml").read_text() == PLAN


def _path() -> str:
    return os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])


def test_a_file_that_cannot_be_written_is_said_so(typewriter: Run, tmp_path: Path):
    os.chmod(tmp_path, 0o555)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        done = typewriter("lint", "--fix")
    finally:
        os.chmod(tmp_path, 0o755)
    assert done.returncode == 2
    assert "cannot write" in done.stdout


def test_fixing_and_silencing_are_two_steps(typewriter: Run):
    done = typewriter("lint", "--fix", "--add-ignores")
    assert done.returncode == 2
    assert "two steps" in done.stderr


def test_of_a_shared_file_nothing_is_unused_but_what_no_plan_uses(typewriter: Run, tmp_path: Path):
    (tmp_path / "shared.yaml").write_text(
        "tracking_plan:\n  definitions:\n    A: {type: string}\n    B: {type: string}\n"
        "    C: {type: string}\n"
    )
    for name in "AB":
        (tmp_path / f"{name}.yaml").write_text(
            "tracking_plan:\n  include: [shared.yaml]\n  rules:\n    events:\n"
            f"      - name: Order Sent {name}\n        description: Gone.\n"
            f"        rules: {{properties: {{x: {{$ref: '#/definitions/{name}'}}}}}}\n"
        )
    alone = places(typewriter("lint", "A.yaml"))
    assert alone == ["shared.yaml:4:5: TW250", "shared.yaml:5:5: TW250"]
    assert places(typewriter("lint", "A.yaml", "B.yaml")) == ["shared.yaml:5:5: TW250"]


def test_a_definition_is_silenced_and_fixed_itself(typewriter: Run, plan: Path):
    text = """\
tracking_plan:
  definitions:
    Box:
      type: object  # of any kind
      minProperties: 0
      properties: {size: {type: integer}}
    Lid: {type: string, minimum: 1}
  rules:
    events:
      - name: Parcel Packed
        description: It is ready to go.
        rules: {properties: {box: {$ref: '#/definitions/Box'}}}
"""
    plan.write_text(text)
    typewriter("lint", "--fix")
    assert plan.read_text() == text.replace("      minProperties: 0\n", "")
    plan.write_text(text)
    typewriter("lint", "--add-ignores")
    silenced = text.replace("integer}}\n", "integer}}\n      ignore: [useless-constraint]\n")
    silenced = silenced.replace(
        "minimum: 1}", "minimum: 1, ignore: [no-effect, unused-definition]}"
    )
    assert plan.read_text() == silenced
    assert typewriter("lint", "--strict").returncode == 0
