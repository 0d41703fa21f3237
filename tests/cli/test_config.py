from __future__ import annotations

import os
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from typewriter_py import config, disk
from typewriter_py.cli import configured
from typewriter_py.config.toml_spans import locate_keys
from typewriter_py.targets import TARGETS


def read(tmp_path: Path, text: str, name: str = "typewriter.toml", **more: Any) -> config.Read:
    (tmp_path / name).write_bytes(text.encode())
    return config.read(str(tmp_path / name), TARGETS, **more)


def told(read: config.Read) -> list[str]:
    assert read.config is None or not read.diagnostics
    return [
        f"{d.span.line}:{d.span.column}: {d.code} {d.message}" + (f"; {d.help}" if d.help else "")
        for d in read.diagnostics
    ]


DESIGN = """\
[project]
name = "x"

[tool.typewriter]
plan = "plans/myapp.yaml"
required-version = ">=0.1"

[[tool.typewriter.targets]]
language = "python"
out = "src/myapp/analytics"
tags = ["checkout"]

[[tool.typewriter.targets]]
language = "python"
out = "src/myapp/other"
plan = "../plans-repo/plan.yaml"
events = ["Order *"]
templates = "templates"
client = "acme.tracking._client"
strict = true

[tool.typewriter.lint]
ignore = ["missing-owner"]
"""


def test_all_that_a_configuration_may_say(tmp_path: Path):
    (tmp_path / "templates").mkdir()
    found = read(tmp_path, DESIGN, "pyproject.toml").config
    assert found
    assert found.lint.ignore == ("missing-owner",)
    first, second = found.targets
    assert first.plan
    assert first.plan.path == str(tmp_path / "plans/myapp.yaml")
    assert first.plan.name == "myapp.yaml"
    assert (first.out, first.tags) == (str(tmp_path / "src/myapp/analytics"), ("checkout",))
    assert second.plan
    assert second.plan.path == str(tmp_path.parent / "plans-repo/plan.yaml")
    assert second.events == ("Order *",)
    assert second.templates == tmp_path / "templates"
    assert second.settings == {"client": "acme.tracking._client", "strict": "true"}
    assert second.spans["client"].line == 19


def test_every_mistake_is_reported_at_once_with_its_location(tmp_path: Path):
    text = """\
plan = 3
required_version = ">=0.1"
[[targets]]
language = "pyton"
tags = "checkout"
[[targets]]
language = "python"
out = ""
templates = "nowhere"
[lint]
ignored = []
"""
    assert told(read(tmp_path, text)) == [
        "2:1: TW002 unknown key `required_version`; did you mean `required-version`?",
        "1:8: TW003 `plan`: must be a string that is not empty",
        "4:12: TW003 `language`: `pyton` is not a target: there is "
        + ", ".join(f"`{name}`" for name in TARGETS),
        "3:3: TW004 `out` is missing; add `out = …`",
        '5:8: TW003 `tags`: must be a list of strings; for example: tags = ["one", "two"]',
        "8:7: TW003 `out`: must be a string that is not empty",
        "9:13: TW003 `templates`: there is no folder `nowhere`",
        "11:1: TW002 unknown key `ignored`; did you mean `ignore`?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plan = 'a'\nplan = 'b'\n", "TW001 not valid TOML"),
        ("plan = \n", "1:8: TW001 not valid TOML: Invalid value"),
        ("a = 1\nx = " + "9" * 5000, "2:5: TW001 not valid TOML: Number with too many digits"),
        ("x = " + "[" * 5000, "1:1: TW001 not valid TOML: Nested too deeply"),
        ("targets = 3\n", "1:11: TW003 `targets`: must be an array of tables"),
        ("targets = [3]\n", "1:12: TW003 `targets`: must be a table"),
        ("[targets]\nout = 'x'\n", "TW003 `targets`: must be an array of tables"),
        ("lint = 3\n", "1:8: TW003 `lint`: must be a table"),
        ("required-version = '>>1'\n", "1:20: TW003 `required-version`: `>>1` is not a version"),
        (f"required-version = '>=0.{'9' * 5000}'\n", "is not a version"),
        ("required-version = '>=99'\n", "1:20: TW005 this project requires typewriter-py >=99"),
        ("plan = 'package:nope_x/plan.yaml'\n", "1:8: TW006 package `nope_x` is not installed"),
        ("plan = 'package:nope'\n", "TW003 `package:nope` does not name a file of a package"),
        ("plan = 'package:a/../../b'\n", "TW003 `package:a/../../b` does not name a file"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str):
    assert message in "\n".join(told(read(tmp_path, text)))


def test_a_pyproject_whose_tool_is_not_a_table_is_not_ours(
    tmp_path: Path,
):
    (tmp_path / "pyproject.toml").write_text("tool = 5  # typewriter\n")
    (tmp_path / ".git").mkdir()
    assert config.find(tmp_path) is None


PLAN_3 = """\
plan = {}
[[targets]]
language = "python"
out = "x"
{}
"""


@pytest.mark.parametrize(
    ("top", "target", "message"),
    [
        ("3", "", "1:8: TW003 `plan`: must be a string"),
        ("'package:nope_x/plan.yaml'", "", "1:8: TW006 package `nope_x` is not installed"),
        ("'package:yaml/no.yaml'", "", "1:8: TW006 package `yaml` has no file `no.yaml`"),
        ("'p'", "plan = 3", "5:8: TW003 `plan`: must be a string"),
        (
            "'p'",
            "tags = []",
            "5:8: TW003 `tags`: is empty: remove it to select everything, or list",
        ),
        ("'p'", "events = []", "5:10: TW003 `events`: is empty: remove it to select everything"),
        ("'p'", "[lint]\nignore = 3", "6:10: TW003 `ignore`: must be a list of strings"),
    ],
)
def test_one_mistake_is_reported_once(tmp_path: Path, top: str, target: str, message: str):
    (found,) = told(read(tmp_path, PLAN_3.format(top, target)))
    assert found.startswith(message)


def test_a_target_that_is_not_a_table_is_not_missing_keys(tmp_path: Path):
    assert told(read(tmp_path, "targets = [5]\n")) == ["1:12: TW003 `targets`: must be a table"]


def test_a_target_without_any_plan_is_reported(tmp_path: Path):
    text = '[[targets]]\nlanguage = "python"\nout = "x"\n'
    (found,) = told(read(tmp_path, text))
    assert found.startswith("1:3: TW004 `plan` is missing; add `plan = …` here, or once")
    assert not told(read(tmp_path, text, plan_given=True))


def test_a_key_twice_is_shown_where_toml_finds_it(tmp_path: Path):
    assert told(read(tmp_path, "plan = 'a'\nplan = 'b'\n"))[0].startswith("2:")


def test_targets_that_would_remove_each_other_are_refused(tmp_path: Path):
    target = '[[targets]]\nlanguage = "python"\nplan = "p"\nout = "{}"\n'
    text = "".join(map(target.format, ("src/a", "./src/b/../a", "src/a/b", "src/ab")))
    assert [line[:12] for line in told(read(tmp_path, text))] == [
        "8:7: TW008 `",
        "12:7: TW008 ",
        "12:7: TW008 ",
    ]


def test_a_link_to_the_folder_of_another_target_or_into_it_is_that_folder(tmp_path: Path):
    (tmp_path / "pk" / "inner").mkdir(parents=True)
    (tmp_path / "lnk").symlink_to("pk")
    (tmp_path / "deep").symlink_to("pk/inner")
    target = '[[targets]]\nlanguage = "python"\nplan = "p"\nout = "{}"\n'
    for other in ("lnk", "deep", "lnk/new"):
        (found,) = told(read(tmp_path, target.format("pk") + target.format(other)))
        assert found.startswith("8:7: TW008 ")
    assert not told(read(tmp_path, target.format("pk") + target.format("pk2")))


def test_unreadable_files_are_reported_not_raised(tmp_path: Path):
    assert "No such file" in told(config.read(str(tmp_path / "no.toml"), TARGETS))[0]
    assert "directory" in told(config.read(str(tmp_path), TARGETS))[0]
    (tmp_path / "typewriter.toml").write_bytes(b"plan = '\xff'\n")
    assert "not UTF-8" in told(config.read(str(tmp_path / "typewriter.toml"), TARGETS))[0]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path):
    found = read(tmp_path, "\ufeff" + DESIGN.replace("templates = ", "# ").replace("\n", "\r\n"))
    assert found.config is not None


def test_a_pyproject_without_our_table_given_by_name_is_a_mistake(tmp_path: Path):
    found = read(tmp_path, "[project]\nname = 'x'\n", "pyproject.toml")
    assert "there is no [tool.typewriter] table" in told(found)[0]


TARGET = "[[targets]]\nlanguage = 'python'\nout = 'a'\nplan = 'p'"
KEYS = {
    "": ["plan", "required-version", "targets", "lint", "segment", "tool", "unknown"],
    "[lint]": ["select", "ignore", "severity", "naming", "max-properties", "per-file-ignores"],
    "[lint.naming]": ["event", "property", "trait", "unknown"],
    "[lint.severity]": ["TW201", "unknown"],
    "[lint.per-file-ignores]": ['"*"'],
    "[segment]": ["region", "token-command", "unknown"],
    TARGET: ["tags", "events", "templates", "client", "strict", "unknown"],
    TARGET.replace("language = 'python'\n", ""): ["language"],
    TARGET.replace("out = 'a'\n", ""): ["out"],
    TARGET.replace("plan = 'p'", ""): ["plan"],
}
SHAPES = [
    "[[]]", "[{}]", "{}", "[]", "1.5", "inf", "nan", "1979-05-27", "1979-05-27T07:32:00Z",
    "07:32:00", "[" * 60 + "]" * 60, "[" * 400 + "]" * 400, "[" * 9_000 + "]" * 9_000,
    "{a = " * 400 + "1" + "}" * 400, "9" * 4_000, "9" * 5_000, "-1", "0", "true", '""',
    '"\\u0000"', '"x"', '[""]', "[1]", '[[["x"]]]', f'"{"x" * 5_000}"', '"package:"',
    '"package:a..b/x"', '"package:.x/y"', '"package:\\u0000/x"', '"../../.."', '["snake_case", []]',
    "[{a = 1}]", '{"*" = [[]]}', '{"*" = 1}', "{TW201 = [[]]}", "{error = 1}", "{a.b = [[{}]]}",
]  # fmt: skip


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("head", KEYS)
def test_every_key_takes_any_shape_without_a_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str, nested: bool
):
    monkeypatch.chdir(tmp_path)
    name = "pyproject.toml" if nested else "typewriter.toml"
    for key in KEYS[head]:
        for shape in SHAPES:
            text = f"{head}\n{key} = {shape}\n"
            if nested:
                text = "[tool.typewriter]\n" + text if not head else text
                text = re.sub(r"(?m)^(\[+)(?!tool)(?=lint|seg|targ)", r"\1tool.typewriter.", text)
            Path(name).write_text(text)
            found = configured.read(name, plan_given=False)
            assert found.config or found.diagnostics
            for each in found.diagnostics:
                assert each.span
                assert len(each.message) < 6_000
            config.find(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "a." * 100_000 + "b = 1",
        "[" + "a." * 100_000 + "b]",
        "tool.typewriter.x = " + "[" * 100_000,
        "tool.typewriter.x = " + "{a=" * 900 + "1" + "}" * 900,
    ],
)
def test_a_configuration_that_is_too_deep_is_reported_at_once(tmp_path: Path, text: str):
    (problem,) = told(read(tmp_path, text, "pyproject.toml"))
    assert "TW001 not valid TOML: Nested too deeply" in problem
    assert config.find(tmp_path) in {None, "pyproject.toml"}


def test_a_style_of_another_type_is_reported_at_its_key(tmp_path: Path):
    assert told(read(tmp_path, "[lint.naming]\nevent = [[]]\n"))[0].startswith(
        "2:9: TW003 `event`: must be a style, or a list of styles; for example: "
    )


@pytest.mark.parametrize("text", ["tool = 1", "tool = 'typewriter'", "tool = ['typewriter']"])
def test_a_tool_that_is_not_a_table_is_somebody_elses(tmp_path: Path, text: str):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(text)
    assert config.find(tmp_path) is None


def test_the_nearest_configuration_is_found_upwards(tmp_path: Path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert config.find(inner) is None
    (tmp_path / "pyproject.toml").write_text("[tool.typewriter]\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'typewriter'\n")
    assert config.find(inner) == os.path.join("..", "..", "pyproject.toml")
    (tmp_path / "a" / "typewriter.toml").write_text("")
    assert config.find(inner) == os.path.join("..", "typewriter.toml")
    (inner / "pyproject.toml").write_text("[tool.typewriter\n")  # broken, and surely meant
    assert config.find(inner) == "pyproject.toml"


STRANGER = 54_321
"""The number of a user that nobody has."""


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> dict[Path, int]:
    """Paths that belong to another user than all others, for the search."""
    found: dict[Path, int] = {}
    mine = os.geteuid()
    monkeypatch.setattr(disk, "owner", lambda path: found.get(Path(path), mine))
    return found


def test_the_search_ends_at_the_root_of_the_repository(tmp_path: Path):
    inner = tmp_path / "repository" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "typewriter.toml").write_text("")  # planted in /tmp, say
    assert config.find(inner) == os.path.join("..", "..", "typewriter.toml")
    (tmp_path / "repository" / ".git").write_text("gitdir: elsewhere")  # a worktree
    assert config.find(inner) is None
    assert config.searched(inner) == f"in {inner}, or above it up to {inner.parent}"
    (tmp_path / "repository" / "typewriter.toml").write_text("")
    assert config.find(inner) == os.path.join("..", "typewriter.toml")
    assert config.searched(inner.parent) == f"in {inner.parent}"


def test_outside_of_a_repository_the_search_ends_at_the_home(tmp_path: Path, monkeypatch: Any):
    inner = tmp_path / "home" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "typewriter.toml").write_text("")
    monkeypatch.setenv("HOME", str(inner.parent))
    assert config.find(inner) is None
    (inner.parent / "typewriter.toml").write_text("")
    assert config.find(inner) == os.path.join("..", "typewriter.toml")


def test_outside_of_a_repository_the_search_ends_before_a_folder_of_another_user(
    tmp_path: Path, owners: dict[Path, int]
):
    inner = tmp_path / "mine" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "typewriter.toml").write_text("")
    owners[tmp_path] = STRANGER
    assert config.find(inner) is None
    assert config.searched(inner) == f"in {inner}, or above it up to {inner.parent}"


def test_what_a_stranger_has_planted_in_a_shared_folder_is_not_found(
    tmp_path: Path, owners: dict[Path, int]
):
    """Nor does a planted ``.git`` make a shared folder the root of a repository."""
    inner = tmp_path / "mine"
    inner.mkdir()
    planted = tmp_path / "typewriter.toml"
    planted.write_text("[segment]\ntoken-command = 'touch pwned'\n")
    owners[planted] = STRANGER
    assert config.find(inner) is None
    (tmp_path / ".git").mkdir()
    owners[tmp_path / ".git"] = STRANGER
    assert config.find(inner) is None
    owners[tmp_path / ".git"] = os.geteuid()
    assert config.find(inner) == os.path.join("..", "typewriter.toml")


def test_in_a_strangers_checkout_the_configuration_is_found(
    tmp_path: Path, owners: dict[Path, int]
):
    """As in a container, whose user is not the one who has checked out."""
    inner = tmp_path / "inner"
    inner.mkdir()
    for path in (tmp_path, inner, tmp_path / ".git", tmp_path / "typewriter.toml"):
        owners[path] = STRANGER
    (tmp_path / "typewriter.toml").write_text("")
    assert config.find(inner) == os.path.join("..", "typewriter.toml")
    (tmp_path / ".git").mkdir()
    assert config.find(inner) == os.path.join("..", "typewriter.toml")


def test_a_configuration_that_is_found_must_not_lead_out_of_the_repository(tmp_path: Path):
    """An error shows lines of it, in a log that anybody may read."""
    (tmp_path / "secret").write_text("password")
    (tmp_path / "inside").mkdir()
    file = tmp_path / "inside" / "typewriter.toml"
    file.symlink_to(tmp_path / "secret")
    found = config.read(str(file), TARGETS, within=tmp_path / "inside")
    assert told(found) == [
        "1:1: TW001 cannot read the configuration: it is a link that leads out of this folder"
    ]
    assert not found.sources


def test_a_plan_in_a_package_is_found_without_running_it(tmp_path: Path, monkeypatch: Any):
    package = tmp_path / "acme_plan" / "deep"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").write_text("raise SystemExit('it ran')\n")
    (package / "plan.yaml").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    for text in ("package:acme_plan/deep/plan.yaml", "package:acme_plan.deep/plan.yaml"):
        found = config.locate(text)
        assert isinstance(found, config.PlanSource)
        assert found.path == str(package / "plan.yaml")
        assert found.name == text
        assert found.installed
    assert "acme_plan" not in sys.modules
    missing = config.locate("package:acme_plan/other.yaml")
    assert "no file `other.yaml`" in missing.message  # type: ignore[union-attr]


TRICKY = '''\
# a comment with [brackets] and "quotes"
top = 1
"quoted.key" = 'x'
a.b . c = [ 1, # one ]
   "two]", { k = "v", l = [3] },
  ["""
]"" """, 2020-01-01 10:00:00],
]
[ x . "y z" ]
"\\u0061" = """
[[no header]]
"""
[[t]]
k = true
[t.sub]
k = 1.5
[[t]]
k = { }
'''


def test_every_key_and_item_of_a_toml_file_is_placed():
    found = locate_keys(TRICKY, "f")
    lines = TRICKY.split("\n")

    def spelled(span: Any) -> str:
        return lines[span.line - 1][span.column - 1 :][: span.length]

    def walk(data: Any, path: tuple[Any, ...]) -> None:
        items = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in items:
            assert (*path, key) in found
            if isinstance(value, dict | list):
                walk(value, (*path, key))

    walk(tomllib.loads(TRICKY), ())
    assert spelled(found["a", "b", "c"].key) == "c"
    assert spelled(found["a", "b", "c", 1].value) == '"two]"'
    assert spelled(found["a", "b", "c", 2, "l", 0].value) == "3"
    assert spelled(found["a", "b", "c", 3, 1].value) == "2020-01-01 10:00:00"
    assert spelled(found["x", "y z"].key) == '"y z"'
    assert spelled(found["x", "y z", "a"].key) == '"\\u0061"'
    assert spelled(found["t", 0, "sub", "k"].value) == "1.5"
    assert found["t", 1, "k"].value.line == 18


def test_where_segment_is_and_what_prints_the_token(tmp_path: Path):
    text = '[segment]\nregion = "eu"\ntoken-command = "pass show segment"\n'
    found = read(tmp_path, text).config
    assert found
    assert found.segment == config.SegmentConfig(region="eu", token_command="pass show segment")


def test_a_token_has_no_place_in_a_file(tmp_path: Path):
    text = '[segment]\nregion = "mars"\ntoken = "sgp_secret"\n'
    said = told(read(tmp_path, text))
    assert len(said) == 2
    assert "unknown key `token`" in "".join(said)
    assert "`mars` is not a Segment region" in "".join(said)
    assert "sgp_secret" not in "".join(said)
