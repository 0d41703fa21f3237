"""``typewriter audit`` as one runs it."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import Run

from typewriter_py.audit.summary import digest, dump_cache
from typewriter_py.cli.app import app
from typewriter_py.reporters import FORMATS

PLAN = """\
tracking_plan:
  display_name: Test
  rules:
    events:
      - name: Order Completed
      - name: Order Placed
        deprecated: true
        replaced_by: Order Completed
      - name: Page Scrolled
        platforms: [browser]
      - name: User Signed Up
        platforms: [Server]
"""
APP = """\
import segment.analytics
from . import analytics

analytics.order_completed(order_id="o_1")
analytics.order_placed()
analytics.order_shipped()
segment.analytics.track("u_1", "user signed-up")
segment.analytics.identify("u_1")
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typewriter: Run) -> Path:
    """A project with a plan, its package, and an application that sends."""
    (tmp_path / "plan.yaml").write_text(PLAN)
    (tmp_path / "typewriter.toml").write_text(
        'plan = "plan.yaml"\n[[targets]]\nlanguage = "python"\nout = "src/shop/analytics"\n'
    )
    monkeypatch.chdir(tmp_path)
    assert typewriter("generate", fake=False).returncode == 0
    (tmp_path / "src/shop/__init__.py").write_text("")
    (tmp_path / "src/shop/app.py").write_text(APP)
    return tmp_path


def test_findings_are_at_their_places_and_the_list_says_what_is_sent(shop: Path, typewriter: Run):
    done = typewriter("audit", "src", fake=False)
    assert done.returncode == 1  # for the function that the plan does not have
    found = [line for line in done.stdout.splitlines() if ": TW" in line]
    assert found == [
        'plan.yaml:11:15: TW401 warning: "User Signed Up" is never sent',
        'src/shop/app.py:5:1: TW402 warning: "Order Placed" is deprecated',
        "src/shop/app.py:6:1: TW403 the plan has no event for `order_shipped`",
        'src/shop/app.py:7:1: TW404 warning: a raw `track` of "user signed-up" bypasses the plan',
        "src/shop/app.py:8:1: TW404 warning: a raw `identify` bypasses the plan",
    ]
    assert '= help: send "Order Completed" instead' in done.stdout
    assert '= help: the plan has "User Signed Up": call `user_signed_up`' in done.stdout
    assert done.stdout.endswith(
        "Order Completed (order_completed): src/shop/app.py:4:1\n"
        "Order Placed (order_placed): src/shop/app.py:5:1\n"
        "User Signed Up (user_signed_up): nowhere\n"
    )


def test_json_has_the_shape_that_programs_read(shop: Path, typewriter: Run):
    done = typewriter("audit", "src", "--output-format", "json", fake=False)
    call = {"file": "src/shop/app.py", "column": 1}
    assert json.loads(done.stdout) == {
        "events": [
            {
                "event": "Order Completed",
                "function": "order_completed",
                "calls": [{**call, "line": 4}],
            },
            {"event": "Order Placed", "function": "order_placed", "calls": [{**call, "line": 5}]},
            {"event": "User Signed Up", "function": "user_signed_up", "calls": []},
        ],
        "unused": ["User Signed Up"],
        "raw": [
            {"file": "src/shop/app.py", "line": 7, "event": "user signed-up"},
            {"file": "src/shop/app.py", "line": 8, "event": None},
        ],
        "unknown": [{"file": "src/shop/app.py", "line": 6, "function": "order_shipped"}],
    }


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("github", "::warning file=src/shop/app.py,line=5,col=1,endColumn=22,title=TW402"),
        ("sarif", '"ruleId": "TW404"'),
    ],
)
def test_other_forms(shop: Path, typewriter: Run, form: str, said: str):
    assert said in typewriter("audit", "src", "--output-format", form, fake=False).stdout


@pytest.mark.parametrize(
    ("kinds", "code"),
    [("unused", 1), ("raw", 1), ("deprecated", 1), ("unused,raw,deprecated", 1), ("unknown", 0)],
)
def test_what_is_to_fail_is_chosen(shop: Path, typewriter: Run, kinds: str, code: int):
    (shop / "src/shop/app.py").write_text(APP.replace("analytics.order_shipped()\n", ""))
    assert typewriter("audit", "src", fake=False).returncode == 0
    assert typewriter("audit", "src", "--fail-on", kinds, fake=False).returncode == code


def test_an_unknown_kind_of_failure_is_a_mistake(shop: Path, typewriter: Run):
    done = typewriter("audit", "src", "--fail-on", "unsued", fake=False)
    assert done.returncode == 2
    assert "not one of unused, raw, deprecated, unknown" in done.stderr


def test_reports_of_many_repositories_make_one_verdict(shop: Path, typewriter: Run):
    (shop / "src/shop/app.py").write_text("from .analytics import order_completed as o\no()\n")
    (shop / "other").mkdir()
    (shop / "other/app.py").write_text(
        "import shop.analytics as t\nt.user_signed_up()\nt.order_placed()\n"
    )
    for name in ("src", "other"):
        done = typewriter("audit", name, "--output-format", "json", fake=False)
        (shop / f"{name}.json").write_text(done.stdout)
        assert typewriter("audit", name, "--fail-on", "unused", fake=False).returncode == 1
    (shop / "elsewhere").mkdir()
    merge = ("audit", "--merge", "../src.json", "../other.json", "--fail-on", "unused")
    joined = typewriter(*merge, "--output-format", "json", fake=False, cwd=shop / "elsewhere")
    assert joined.returncode == 0, joined.stdout
    assert json.loads(joined.stdout)["unused"] == []
    beside = typewriter("audit", "src", "--merge", "other.json", "--fail-on", "unused", fake=False)
    assert beside.returncode == 0
    strict = typewriter("audit", "--merge", "src.json", "other.json", "--fail-on", "deprecated",
                        fake=False)  # fmt: skip
    assert strict.returncode == 1


def test_a_report_does_not_say_which_call_it_was_that_has_no_event(shop: Path, typewriter: Run):
    report = typewriter("audit", "src", "--output-format", "json", fake=False).stdout
    (shop / "src.json").write_text(report)
    found = typewriter("audit", "--merge", "src.json", fake=False).stdout
    assert "src/shop/app.py:8:1: TW404 warning: a raw call bypasses the plan" in found
    assert "an event whose name is not known here" not in found


def test_without_the_plan_reports_do_not_tell_what_is_deprecated(tmp_path: Path, typewriter: Run):
    empty = {"events": [], "unused": [], "raw": [], "unknown": []}
    (tmp_path / "a.json").write_text(json.dumps(empty))
    assert typewriter("audit", "--merge", "a.json", fake=False, cwd=tmp_path).returncode == 0
    args = ("audit", "--merge", "a.json", "--fail-on", "deprecated")
    done = typewriter(*args, fake=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "--plan" in done.stderr


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"events": [{"event": 1}]}', "\x00"])
def test_a_report_that_is_none_is_refused(shop: Path, typewriter: Run, text: str):
    (shop / "bad.json").write_text(text)
    done = typewriter("audit", "--merge", "bad.json", "gone.json", fake=False)
    assert done.returncode == 2
    assert "bad.json:1:1: TW409" in done.stdout
    assert "gone.json:1:1: TW409" in done.stdout


REPORT = {
    "events": [{"event": "A", "function": "a", "calls": [{"file": "a.py", "line": 1, "column": 1}]},
               {"event": "B", "function": "b", "calls": []}],
    "unused": ["B"],
    "raw": [{"file": "a.py", "line": 1, "event": "b"}, {"file": "a.py", "line": 1, "event": None}],
    "unknown": [{"file": "a.py", "line": 2, "function": "f"}],
}  # fmt: skip
ODD = [
    None, True, 1.5, float("inf"), float("nan"), "", "\ud800", "\n::error::x", "\0", "x" * 3000,
    [], {}, [[]], [{}], 10**4200, -1, 0, "\x1b[31m", "\u202e", "a/../../..", 2**31 - 1,
]  # fmt: skip


def within(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of a value's values."""
    yield path
    entries = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value) if isinstance(value, list) else entries:
        yield from within(each, (*path, key))


def test_a_report_of_any_shape_is_read_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    forms = cycle(FORMATS)
    for *path, last in filter(None, within(REPORT)):
        for odd in ODD:
            changed: Any = copy.deepcopy(REPORT)
            target = changed
            for step in path:
                target = target[step]
            target[last] = odd
            Path("r.json").write_text(json.dumps(changed))
            arguments = ["audit", "--merge", "r.json", f"--output-format={next(forms)}"]
            done = CliRunner().invoke(app, arguments)
            assert isinstance(done.exception, SystemExit | None), (path, last, odd)
            assert "\x1b" not in done.output
            assert not re.search("^::error::x", done.output, re.MULTILINE)


@pytest.mark.parametrize("text", ["[" * 10_000, '{"events":' * 10_000, "9" * 5_000])
def test_a_report_that_is_too_deep_is_refused(tmp_path: Path, typewriter: Run, text: str):
    (tmp_path / "r.json").write_text(text)
    done = typewriter("audit", "--merge", "r.json", fake=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("r.json:1:1: TW409 not the report of an audit: ")


def test_without_a_plan_the_events_of_reports_are_what_is_meant(tmp_path: Path, typewriter: Run):
    (tmp_path / "r.json").write_text(json.dumps(REPORT))
    done = typewriter("audit", "--merge", "r.json", fake=False, cwd=tmp_path)
    assert 'a raw `track` of "b" bypasses the plan' in done.stdout
    assert 'the plan has "B": call `b`' in done.stdout


def test_a_report_has_no_files_from_elsewhere_shown(tmp_path: Path, typewriter: Run):
    (tmp_path / "secret").write_text("password\n")
    shop = tmp_path / "shop"
    (shop / ".git").mkdir(parents=True)
    (shop / "a.py").write_text("track()\n")
    (shop / "b.py").symlink_to("../secret")
    for file, shown in {"a.py": True, "b.py": False, "../secret": False}.items():
        text = json.dumps({**REPORT, "raw": [{"file": file, "line": 1, "event": None}]})
        (shop / "r.json").write_text(text)
        done = typewriter("audit", "--merge", "r.json", fake=False, cwd=shop)
        assert f"{file}:1:1: TW404" in done.stdout
        assert ("    1 | " in done.stdout) == shown
        assert "password" not in done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_half_a_character_in_an_events_name_is_reported(shop: Path, typewriter: Run, form: str):
    (shop / "src/shop/app.py").write_text(
        "import segment.analytics\nsegment.analytics.track('u', '\\ud800 x')\n"
    )
    done = typewriter("audit", "src", "--output-format", form, fake=False)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0)
    assert "ud800" in done.stdout.lower() or "\ufffd" in done.stdout


@pytest.fixture
def caches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user without any caches."""
    return {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("caches"))}


def test_the_second_run_reads_only_what_has_changed(
    shop: Path, typewriter: Run, caches: dict[str, str]
):
    first = typewriter("audit", "src", fake=False, env=caches)
    folder = Path(caches["XDG_CACHE_HOME"], "typewriter")
    (cache,) = folder.glob("audit-*.json")
    kept = cache.read_bytes()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert typewriter("audit", "src", fake=False, env=caches).stdout == first.stdout
    cache.write_bytes(kept[:-20])
    assert typewriter("audit", "src", fake=False, env=caches).stdout == first.stdout
    assert cache.read_bytes() == kept
    app = shop / "src/shop/app.py"
    app.write_text(app.read_text() + "analytics.user_signed_up()\n")
    assert "is never sent" not in typewriter("audit", "src", fake=False, env=caches).stdout
    assert cache.read_bytes() != kept


def test_nothing_is_kept_in_the_checkout_and_projects_have_caches_of_their_own(
    shop: Path, typewriter: Run, caches: dict[str, str]
):
    before = sorted(each.name for each in shop.iterdir())
    typewriter("audit", "src", fake=False, env=caches)
    assert sorted(each.name for each in shop.iterdir()) == before
    copy = shop.parent / "copy"
    shutil.copytree(shop, copy)
    typewriter("audit", "src", fake=False, env=caches, cwd=copy)
    assert len([*Path(caches["XDG_CACHE_HOME"]).glob("typewriter/audit-*.json")]) == 2


FORGED = {
    "nothing of interest": None,
    "no facts": [[], {}, [], {}, None],
    "a list": [],
    "a number": 1,
    "wrong types": [[[1, "1", None, [], {}, 5, 2]], [], {}, "", 3],
    "no path": [[["", 1, 1, 1, 1, {}, ""]], {}, [], {}, None],
    "no steps": [[[".:.", 1, 1, 1, 1, {}, ""]], {"x": ["::"]}, [], {}, None],
    "a line beyond all": [[["@.x", 1e300, 1, 1, 1, {}, ""]], {}, [], {}, None],
    "arguments of another kind": [[["@.x", 1, 1, 1, 1, {"0": [[]]}, ""]], {}, [], {}, None],
    "another problem": [[], {}, [], {}, [0, "", None]],
}


def forge(cache: Path, entry: object) -> None:
    """Replace every entry, with the right checksum."""
    entries = json.loads(cache.read_bytes().partition(b"\n")[2])
    cache.write_bytes(dump_cache(dict.fromkeys(entries, entry)))  # type: ignore[arg-type]


@pytest.mark.parametrize("what", FORGED)
def test_a_committed_cache_is_not_believed(shop: Path, typewriter: Run, what: str):
    """Or a pull request could hide its raw calls from --fail-on raw."""
    audit = ("audit", "src", "--fail-on", "raw", "--cache-dir", "kept")
    subprocess.run(["git", "init", "-q"], check=True)
    first = typewriter(*audit, fake=False)
    assert first.returncode == 1
    (cache,) = (shop / "kept").glob("audit-*.json")
    forge(cache, FORGED[what])
    subprocess.run(["git", "add", "--force", "kept"], check=True)
    assert typewriter(*audit, fake=False).stdout == first.stdout


def test_a_cache_is_not_believed_where_git_cannot_tell_what_it_tracks(shop: Path, typewriter: Run):
    """As in a container, where the checkout belongs to another user."""
    audit = ("audit", "src", "--fail-on", "raw", "--cache-dir", "kept")
    subprocess.run(["git", "init", "-q"], check=True)
    first = typewriter(*audit, fake=False)
    (cache,) = (shop / "kept").glob("audit-*.json")
    forge(cache, FORGED[next(iter(FORGED))])
    forged = cache.read_bytes()
    subprocess.run(["git", "add", "--force", "kept"], check=True)
    (shop / ".git/index").write_bytes(b"damaged")
    assert typewriter(*audit, fake=False).stdout == first.stdout
    cache.write_bytes(forged)
    (shop / ".git").rename("elsewhere")  # so that it is what the audit believes
    assert typewriter(*audit, fake=False).stdout != first.stdout


@pytest.mark.parametrize("what", [*FORGED][2:])
def test_an_entry_of_another_shape_is_read_again(shop: Path, typewriter: Run, what: str):
    audit = ("audit", "src", "--fail-on", "raw", "--cache-dir", "kept")
    first = typewriter(*audit, fake=False)
    (cache,) = (shop / "kept").glob("audit-*.json")
    good = cache.read_bytes()
    forge(cache, FORGED[what])
    again = typewriter(*audit, fake=False)
    assert (again.stdout, again.stderr) == (first.stdout, first.stderr)
    assert cache.read_bytes() == good


def test_an_entry_with_half_a_character_is_harmless(shop: Path, typewriter: Run):
    audit = ("audit", "src", "--cache-dir", "kept")
    typewriter(*audit, fake=False)
    (cache,) = (shop / "kept").glob("audit-*.json")
    name = "\ud800"
    forge(cache, [[[f"@.{name}", 1, 1, 1, 1, {}, name]], {name: ["analytics"]}, [], {}, None])
    assert "Traceback" not in typewriter(*audit, fake=False).stderr


@pytest.mark.parametrize("body", ["[" * 100_000, "null", "[]", '{"a": ' + "9" * 5000 + "}", "{"])
def test_a_cache_that_is_no_mapping_is_read_again(shop: Path, typewriter: Run, body: str):
    audit = ("audit", "src", "--cache-dir", "kept")
    first = typewriter(*audit, fake=False)
    (cache,) = (shop / "kept").glob("audit-*.json")
    cache.write_bytes(digest(body.encode()).encode() + b"\n" + body.encode())
    again = typewriter(*audit, fake=False)
    assert (again.stdout, again.stderr) == (first.stdout, first.stderr)


def test_a_cache_leaves_the_files_of_others_alone(shop: Path, typewriter: Run):
    kept = shop / "kept"
    kept.mkdir()
    for number in range(9):
        (kept / f"{number}.json").write_text("mine")
        (kept / f"audit-{number:032x}.json").write_text("an older cache")
    typewriter("audit", "src", "--cache-dir", "kept", fake=False)
    names = {path.name for path in kept.iterdir()}
    assert {f"{number}.json" for number in range(9)} <= names
    assert not names & {".gitignore", "CACHEDIR.TAG"}
    assert sum(name.startswith("audit-") for name in names) == 4


def test_a_cache_that_is_a_link_is_not_followed(
    shop: Path, typewriter: Run, caches: dict[str, str]
):
    (shop / "mine").mkdir()
    (shop / "kept").symlink_to("mine")
    Path(caches["XDG_CACHE_HOME"], "typewriter").symlink_to(shop / "mine")
    for more in ([], ["--cache-dir", "kept"]):
        assert typewriter("audit", "src", *more, fake=False, env=caches).returncode == 1
    assert [*(shop / "mine").iterdir()] == []


def test_a_folder_that_others_may_write_to_is_no_place_for_a_cache(
    shop: Path, typewriter: Run, caches: dict[str, str]
):
    folder = Path(caches["XDG_CACHE_HOME"], "typewriter")
    folder.mkdir()
    folder.chmod(0o777)
    assert typewriter("audit", "src", fake=False, env=caches).returncode == 1
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize(
    "env",
    [
        {"XDG_CACHE_HOME": "", "HOME": "/dev/null"},
        {"XDG_CACHE_HOME": "", "HOME": ""},
        {"XDG_CACHE_HOME": "relative", "HOME": "/proc"},
        {"XDG_CACHE_HOME": "/dev/null/x"},
    ],
)
def test_where_nothing_can_be_kept_it_works_all_the_same(
    shop: Path, typewriter: Run, env: dict[str, str]
):
    before = sorted(each.name for each in shop.iterdir())
    done = typewriter("audit", "src", fake=False, env=env)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert typewriter("audit", "src", "--no-cache", fake=False, env=env).stdout == done.stdout
    assert sorted(each.name for each in shop.iterdir()) == before


def test_a_cache_elsewhere_is_not_committed_by_mistake(shop: Path, typewriter: Run):
    assert typewriter("audit", "src", "--cache-dir", "kept", fake=False).returncode == 1
    assert (shop / "kept/.gitignore").read_text() == "*\n"


def test_options_do_without_a_configuration(shop: Path, typewriter: Run):
    (shop / "typewriter.toml").unlink()
    configured = typewriter("audit", "src", "--plan", "plan.yaml", fake=False).stdout
    named = typewriter(
        "audit", "src", "--plan", "plan.yaml", "--package", "shop.analytics", fake=False
    ).stdout
    assert configured == named
    assert "src/shop/app.py:4:1" in named


def test_what_is_excluded_is_not_read(shop: Path, typewriter: Run):
    done = typewriter("audit", "src", "--exclude", "app.py", fake=False)
    assert "Order Completed (order_completed): nowhere" in done.stdout


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "name the files or folders to audit"),
        (("gone",), "gone:1:1: TW407"),
        (("src", "--plan", "gone.yaml"), "gone.yaml:1:1: TW100"),
    ],
)
def test_where_nothing_can_be_said_it_says_why(
    shop: Path, typewriter: Run, args: tuple[str, ...], said: str
):
    done = typewriter("audit", *args, fake=False)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_one_source_of_two_that_is_missing_fails_and_the_rest_is_audited(
    shop: Path, typewriter: Run
):
    done = typewriter("audit", "src", "gone", fake=False)
    assert done.returncode == 1
    assert "gone:1:1: TW407" in done.stdout
    assert "order_completed): src/shop/app.py:4:1" in done.stdout


def test_without_a_plan_there_is_nothing_to_hold_the_code_against(tmp_path: Path, typewriter: Run):
    (tmp_path / "app.py").write_text("")
    done = typewriter("audit", ".", fake=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "--plan PLAN" in done.stdout
