from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest

from typewriter_py.diagnostics import Code, Severity, Span
from typewriter_py.reporters import FORMATS, Scene, render, summary
from typewriter_py.text import excerpt

WRONG = Code("TW199", "something-wrong", "What it is.\n\nMore of it.")
MAYBE = Code("TW198", "something-odd", "Odd.", Severity.WARNING)
SOURCES = {"plans/a.yaml": "tracking_plan:\n  requird: 1\n\t名前: \x1b[2Jx\n" + "x" * 500 + "KEY\n"}


def text(*diagnostics, **scene):
    return render(diagnostics, "text", Scene(SOURCES, **scene))


def test_the_line_follows_the_message_with_the_span_underlined_and_the_help():
    first = (Span("plans/b.yaml", 3, 5), "first defined here")
    span = Span("plans/a.yaml", 2, 3, 7)
    found = WRONG.at(span, "unknown key", help="did you mean `required`?", related=(first,))
    assert text(found) == (
        "plans/a.yaml:2:3: TW199 unknown key\n"
        "    2 |   requird: 1\n"
        "      |   ^^^^^^^\n"
        "      = help: did you mean `required`?\n"
        "      = note: plans/b.yaml:3:5: first defined here\n"
    )


def test_a_warning_says_so_and_what_has_no_place_has_none():
    assert text(MAYBE.at(None, "hm")) == "TW198 warning: hm\n"


def test_wide_characters_and_tabs_keep_the_carets_in_line_and_escapes_are_spelled_out():
    lines = text(WRONG.at(Span("plans/a.yaml", 3, 2, 2), "m")).splitlines()
    assert lines[1] == "    3 |     名前: ␛[2Jx"
    assert lines[2] == "      |     ^^^^"


def test_a_long_line_is_cut_around_the_span():
    _, line, marks = text(WRONG.at(Span("plans/a.yaml", 4, 501, 3), "m")).splitlines()
    assert len(line) < 110
    at = marks.index("^")
    assert line[at : at + 3] == "KEY"
    assert "…" in line


def shown(line: str, at: int) -> tuple[str, str]:
    return excerpt(line, Span("p", 1, at + 1, 4), 80)


def test_only_the_line_around_a_span_is_looked_at():
    """A minified plan is one line; each of its findings must not cost all of it."""
    near = "x" * 2_000
    short, long = f"{near}HERE{near}", f"{near * 500}HERE{near * 500}"
    for line, at in ((short, 2_000), (long, 1_000_000)):
        assert excerpt(line, Span("p", 1, at + 1, 4), 80) == excerpt(
            short, Span("p", 1, 2_001, 4), 80
        )

    def cost(line: str, at: int) -> float:
        start = process_time()
        for _ in range(100):
            excerpt(line, Span("p", 1, at + 1, 4), 80)
        return process_time() - start

    assert min(cost(long, 1_000_000) for _ in range(5)) < 20 * min(
        cost(short, 2_000) for _ in range(5)
    )


@pytest.mark.parametrize("column", [1, 4, 60, 500, 5000])
def test_no_span_is_too_far_right_or_too_long(column: int):
    found = WRONG.at(Span("plans/a.yaml", 4, column, 10_000), "m")
    assert all(len(line) < 120 for line in text(found).splitlines())
    assert "^" in text(found)


def test_a_span_outside_the_text_does_not_fail():
    assert "|" not in text(WRONG.at(Span("plans/a.yaml", 99), "m"))
    assert "|" not in text(WRONG.at(Span("plans/other.yaml", 1), "m"))


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_nothing_in_a_plan_reaches_the_terminal_raw(form: str):
    evil = "a\x1b]0;owned\x07b\x9b31m\u202e\r\n\udc80\x00"
    found = WRONG.at(Span(f"{evil}.yaml", 1, 1), evil, help=evil, related=((Span(evil), evil),))
    shown = render([found], form, Scene({f"{evil}.yaml": f"{evil} x"}))
    raw = {char for char in shown if not char.isprintable()}
    assert raw <= {"\n"}
    shown.encode()


def test_colour_only_when_asked_for():
    found = WRONG.at(Span("plans/a.yaml", 2, 3, 7), "unknown key", help="h")
    assert "\x1b" not in text(found)
    assert "\x1b[1;31mTW199\x1b[0m" in text(found, colour=True)


def test_a_remedy_that_several_findings_share_is_given_once():
    files = [WRONG.at(Span(f"out/{name}.py"), "stale", help="run it") for name in "abc"]
    assert text(*files).count("run it") == 1
    assert text(*files).endswith("run it\n")


def test_json_is_one_list_empty_when_there_is_nothing():
    assert json.loads(render([], "json", Scene())) == []
    (found,) = json.loads(
        render([WRONG.at(Span("a.yaml", 2, 3, 7), "é", help="h")], "json", Scene())
    )
    assert found == {
        "code": "TW199",
        "name": "something-wrong",
        "severity": "error",
        "message": "é",
        "help": "h",
        "file": "a.yaml",
        "line": 2,
        "column": 3,
        "end_column": 10,
        "related": [],
    }


def test_github_commands_cannot_be_broken_out_of(tmp_path: Path):
    found = MAYBE.at(Span(str(tmp_path / "a,b:c.yaml"), 2, 3, 7), "50%\n::error::x", help="do\nit")
    (line,) = render([found], "github", Scene(root=tmp_path)).splitlines()
    assert line == (
        "::warning file=a%2Cb%3Ac.yaml,line=2,col=3,endColumn=9,title=TW198 something-odd"
        "::50%25%0A::error::x%0Ado%0Ait"
    )


def test_sarif_names_files_from_the_repository_and_rules_once(tmp_path: Path):
    inside = str(tmp_path / "plans" / "my plan.yaml")
    found = [
        WRONG.at(Span(inside, 2, 3, 7), "m", related=((Span(inside, 9), "here"),)),
        MAYBE.at(Span("/elsewhere/p.yaml"), "w"),
        WRONG.at(None, "n"),
    ]
    log = json.loads(render(found, "sarif", Scene(root=tmp_path)))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["TW198", "TW199"]
    assert rules[1]["fullDescription"] == rules[1]["shortDescription"] == {"text": "What it is."}
    assert rules[1]["help"]["markdown"] == "What it is.\n\nMore of it."
    first, second, third = run["results"]
    assert first["ruleIndex"] == 1
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "plans/my%20plan.yaml"},
                "region": {"startLine": 2, "startColumn": 3, "endColumn": 10},
            }
        }
    ]
    assert first["relatedLocations"][0]["message"] == {"text": "here"}
    assert second["level"] == "warning"
    location = second["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "file:///elsewhere/p.yaml"
    assert "locations" not in third


def test_the_summary_counts():
    error, warning = WRONG.at(None, "e"), MAYBE.at(None, "w")
    assert summary([]) == ""
    assert summary([error]) == "1 error"
    assert summary([error, error, warning]) == "2 errors and 1 warning"
