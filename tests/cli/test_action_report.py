"""What the action shows of a plan's changes: the job's summary, and a comment that is updated."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_github import ADA, BOT, GitHub

SCRIPT = Path(__file__).parent.parent.parent / "action" / "report.py"
CHANGES = (
    "### Changes to the tracking plan\n\n1 change: 1 safe.\n\n- **Order**: was added (`TW310`)\n"
)
NOTHING = "### Changes to the tracking plan\n\nNo changes.\n"


@pytest.fixture
def github() -> Iterator[GitHub]:
    found = GitHub()
    yield found
    found.close()


class Runner:
    """A job's step "Report", on a pull request."""

    def __init__(self, folder: Path, github: GitHub) -> None:
        self.folder, self.github = folder, github
        self.summary = folder / "summary.md"

    def report(self, text: str, **more: str) -> str:
        (self.folder / "changes.md").write_text(text, "utf-8")
        environment = {
            **os.environ,
            "CHANGES": str(self.folder / "changes.md"),
            "COMMENT": "true",
            "PULL": "7",
            "TOKEN": "t0ken",
            "WORKING_DIRECTORY": ".",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "NO_PROXY": "*",
            **more,
        }
        done = subprocess.run(
            [sys.executable, "-P", str(SCRIPT)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture
def runner(tmp_path: Path, github: GitHub) -> Runner:
    return Runner(tmp_path, github)


def test_the_comment_is_updated_not_repeated(runner: Runner, github: GitHub) -> None:
    assert runner.report(CHANGES) == ""
    assert runner.report(CHANGES.replace("Order", "Cart")) == ""
    (comment,) = github.comments
    assert comment["body"].endswith("- **Cart**: was added (`TW310`)\n")
    assert comment["body"].startswith("<!-- typewriter-py: . -->\n### Changes")
    assert github.requests == ["GET", "POST", "GET", "PATCH"]
    assert runner.summary.read_text().count("### Changes to the tracking plan") == 2


def test_it_is_found_behind_many_others(runner: Runner, github: GitHub) -> None:
    for _ in range(250):
        github.add("Looks good", ADA)
    runner.report(CHANGES)
    runner.report(CHANGES)
    assert len(github.comments) == 251


def test_a_comment_of_others_with_our_marker_is_left_alone(runner: Runner, github: GitHub) -> None:
    github.add("<!-- typewriter-py: . -->\nmine", ADA)
    github.add(None, None)  # of an account that is gone
    github.add("> <!-- typewriter-py: . -->", BOT)
    runner.report(CHANGES)
    assert github.comments[0]["body"].endswith("mine")
    assert len(github.comments) == 4


def test_without_changes_there_is_a_comment_only_where_there_was_one(
    runner: Runner, github: GitHub
) -> None:
    runner.report(NOTHING)
    assert github.comments == []
    runner.report(CHANGES)
    runner.report(NOTHING)
    (comment,) = github.comments
    assert comment["body"].endswith("No changes.\n")


def test_each_working_directory_has_its_own(runner: Runner, github: GitHub) -> None:
    for folder in ("services/a", "services/b", "services/a"):
        runner.report(CHANGES, WORKING_DIRECTORY=folder)
    assert len(github.comments) == 2


@pytest.mark.parametrize("more", [{"COMMENT": "false"}, {"COMMENT": ""}, {"PULL": ""}])
def test_no_comment_that_was_not_asked_for(
    runner: Runner, github: GitHub, more: dict[str, str]
) -> None:
    assert runner.report(CHANGES, **more) == ""
    assert github.requests == []
    assert runner.summary.read_text() == CHANGES + "\n"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_fork_has_the_summary_alone_and_a_notice(
    runner: Runner, github: GitHub, status: int
) -> None:
    github.status = status
    said = runner.report(CHANGES)
    assert said.startswith("::notice::the job may not comment on this pull request")
    assert "pull-requests: write" in said
    assert runner.summary.read_text() == CHANGES + "\n"


def test_whatever_github_answers_the_job_goes_on(runner: Runner, github: GitHub) -> None:
    for status in (422, 500, 502):
        github.status = status
        said = runner.report(CHANGES)
        assert (
            said == f"::warning::the comment could not be written: GitHub's answer was {status}\n"
        )
    github.status = None
    for garbage in ("<html>", "{}", "[1]", '[{"user": [1], "body": ""}]'):
        github.garbage = garbage
        assert runner.report(CHANGES).startswith("::warning::the comment could not be written: ")
    unreachable = runner.report(CHANGES, GITHUB_API_URL="http://127.0.0.1:9")
    assert unreachable == "::warning::the comment could not be written: URLError\n"


def test_a_long_one_is_cut_at_a_change_with_the_count_of_what_is_left_out(
    runner: Runner, github: GitHub
) -> None:
    changes = "".join(
        f"- **Evénement {n}**: 🎉 was added (`TW310`)\n  <br>was valid: `{{}}`\n"
        for n in range(5000)
    )
    text = CHANGES.replace("- **Order**: was added (`TW310`)\n", "") + "#### Safe\n\n" + changes
    runner.report(text)
    body = github.comments[0]["body"]
    assert 64_000 < len(body.encode()) <= 65_536
    last, rest = re.findall(r"Evénement (\d+)", body)[-1], re.search(r"… and ([\d,]+) more", body)
    assert rest
    assert int(last) + 1 + int(rest[1].replace(",", "")) == 5000
    assert "  <br>was valid: `{}`\n\n… and" in body
    assert runner.summary.read_text() == text + "\n"


def test_a_fold_that_is_cut_is_closed_and_no_heading_is_left_over(
    runner: Runner, github: GitHub
) -> None:
    head = "### Changes to the tracking plan\n\nMany.\n\n#### Breaks data\n\n- one\n\n"
    long = "- " + "x" * 66_000 + "\n"
    runner.report(f"{head}<details><summary>Safe</summary>\n\n- two\n{long}\n</details>\n")
    assert github.comments[0]["body"].endswith(
        "- two\n\n</details>\n\n… and 1 more; `typewriter diff` lists them all.\n"
    )
    runner.report(f"{head}#### Safe\n\n{long}")
    assert github.comments[0]["body"].endswith(
        "- one\n\n… and 1 more; `typewriter diff` lists them all.\n"
    )


def test_a_summary_is_cut_before_github_shows_none(runner: Runner) -> None:
    runner.report(CHANGES + "- more\n" * 200_000, COMMENT="false")
    assert runner.summary.stat().st_size <= 1_000_001
    assert "… and 5" in runner.summary.read_text()[-100:]
