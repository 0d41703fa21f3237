"""The recipes for continuous integration, each run in a repository with a remote."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fake_github import GitHub

from typewriter_py import __version__

ROOT = Path(__file__).parent.parent.parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")

PLAN = """\
tracking_plan:
  display_name: Shop
  rules:
    events:
      - name: Order Completed
        description: User completed a purchase
        rules:
          properties:
            order_id: {type: string, description: The order's number}
"""
CONFIG = 'plan = "plan.yaml"\n[[targets]]\nlanguage = "python"\nout = "src/shop/analytics"\n'
APP = "from . import analytics\n\nanalytics.order_completed(order_id='o_1')\n"


class Repository:
    """A project in git with ``origin``; commands find ``typewriter`` and this Python."""

    def __init__(self, home: Path) -> None:
        self.home = home / "shop"
        self.origin = home / "origin.git"
        self.summary = home / "summary.md"
        self.output = home / "output"
        bin = home / "bin"
        bin.mkdir()
        (bin / "typewriter").write_text(f'#!/bin/sh\nexec {sys.executable} -m typewriter_py "$@"\n')
        (bin / "typewriter").chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join(
                [str(bin), str(Path(sys.executable).parent), os.environ["PATH"]]
            ),
            "PYTHONPATH": str(ROOT),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.com",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.com",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_REPOSITORY": "acme/shop",
            "RUNNER_TEMP": str(home),
            "ACTION_PATH": str(ROOT),
        }
        self.home.mkdir()
        self.run(f"git init -q --bare -b main {self.origin} && git init -q -b main .")
        self.write("plan.yaml", PLAN)
        self.write("typewriter.toml", CONFIG)
        self.write("src/shop/__init__.py", "")
        self.write("src/shop/app.py", APP)
        self.run("typewriter generate && git add -A && git commit -qm start")
        self.run(f"git remote add origin {self.origin} && git push -q -u origin main")
        self.run("git switch -qc change")

    def write(self, path: str, text: str) -> None:
        place = self.home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")

    def attempt(self, command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=self.home,
            env={name: value for name, value in {**self.environment, **more}.items() if value},
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    def run(self, command: str, **more: str) -> str:
        done = self.attempt(command, **more)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def step(self, name: str, **more: str) -> subprocess.CompletedProcess[str]:
        """The action's step of that name."""
        (step,) = (each for each in ACTION["runs"]["steps"] if each.get("name") == name)
        return self.attempt(
            step["run"],
            **{name: "" for name in step.get("env", {}) if name != "ACTION_PATH"} | more,
        )

    def outputs(self) -> dict[str, str]:
        """What the steps so far have put out."""
        text = self.output.read_text() if self.output.exists() else ""
        return dict(line.split("=", 1) for line in text.splitlines())

    def generate_and_push(self, **more: str) -> list[subprocess.CompletedProcess[str]]:
        """Both steps, the second one if the first has a commit for it."""
        nobody = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "")  # as on a runner
        done = [self.step("Generate and commit", **nobody, **more)]
        if branch := self.outputs().get("branch"):
            done.append(self.step("Push", **nobody, **more, BRANCH=branch))
        return done


class Runner:
    """Runs the action in a repository as GitHub does: conditions, inputs and outputs."""

    def __init__(
        self, repository: Repository, inputs: dict[str, str], github: dict[str, Any]
    ) -> None:
        self.repository = repository
        defaults = {name: each["default"] for name, each in ACTION["inputs"].items()}
        self.contexts: dict[str, Any] = {
            "inputs": {**defaults, **inputs},
            "github": {"action_path": str(ROOT), "token": "t0ken", **github},
            "steps": {},
        }

    def run(self, **environment: str) -> dict[str, subprocess.CompletedProcess[str]]:
        """The steps that ran, up to the first that failed; the tool is installed already."""
        done = {}
        for step in ACTION["runs"]["steps"]:
            name = step.get("name", "")
            if "uses" in step or name == "Install" or not self.value(step.get("if", "true")):
                continue
            given = {key: self.filled(text) for key, text in step.get("env", {}).items()}
            self.repository.output.write_text("")
            done[name] = self.repository.attempt(step["run"], **given, **environment)
            self.contexts["steps"][step.get("id", "")] = {"outputs": self.repository.outputs()}
            if done[name].returncode:
                break
        return done

    def filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: str(self.value(found[1]) or ""), text)

    def value(self, expression: str) -> Any:
        python = re.sub(r"\b(inputs|github|steps)((?:\.[\w-]+)+)", r"get('\1\2')", expression)
        python = python.replace("||", "or").replace("&&", "and")
        known = {"get": self.get, "format": lambda text, *a: text.format(*a), "true": True}
        return eval(python, known)

    def get(self, path: str) -> Any:
        found: Any = self.contexts
        for part in path.split("."):
            found = found.get(part, "") if isinstance(found, dict) else ""
        return found


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def recipe(name: str) -> str:
    found = re.search(
        rf"^```\w+\n# {re.escape(name)}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE
    )
    assert found
    return found[1]


def removed(text: str) -> str:
    """A plan without the property: what the code sends is valid no more."""
    return text.replace("            order_id: {type: string, description: The order's number}\n",
                        "            total: {type: number, description: In euros}\n")  # fmt: skip


# --- pre-commit ---


def test_the_hooks_are_what_precommit_takes() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    ids = {hook["id"] for hook in HOOKS}
    assert ids == {"typewriter-generate", "typewriter-check", "typewriter-lint", "typewriter-audit"}
    for hook in HOOKS:  # tests/distributions installs them so
        assert (hook["language"], hook["additional_dependencies"]) == ("python", ["./client"])
    used = yaml.safe_load(recipe(".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert {hook["id"] for hook in used} <= ids


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_for_every_kind_of_file_that_it_reads(hook: dict[str, Any]) -> None:
    read = {"plan.yaml", "plan.yml", "plan.json", "typewriter.toml"}
    if "generate" in hook["entry"]:
        golden = (each.name for each in (ROOT / "tests/golden").rglob("*") if each.is_file())
        read |= {name for name in golden if name.endswith((".py", ".typed", ".ts"))}
        assert {"events.py", "py.typed", "events.ts"} <= read
    assert [name for name in sorted(read) if not re.search(hook["files"], name)] == []


def hooked(repository: Repository, *ids: str, **more: Any) -> None:
    """Has the hooks run by pre-commit, with this checkout in place of an installed one."""
    here = {"language": "system", "additional_dependencies": []}
    hooks = [{**hook, **here, **more} for hook in HOOKS if hook["id"] in ids]
    config = {"repos": [{"repo": "local", "hooks": hooks}]}
    repository.write(".pre-commit-config.yaml", yaml.safe_dump(config))
    repository.run("git add -A && git commit -qm hooks")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_hooks_run_by_precommit(repository: Repository) -> None:
    hooked(repository, *(hook["id"] for hook in HOOKS))
    run = f"{sys.executable} -m pre_commit run --all-files --verbose"
    first = repository.attempt(run)
    assert first.returncode == 0, first.stdout
    assert first.stdout.count("Passed") == 4
    repository.write("plan.yaml", PLAN.replace("Order Completed", "Order Placed"))
    changed = repository.attempt(run)
    assert changed.returncode == 1
    assert re.search(r"typewriter generate\.+Failed", changed.stdout)
    assert "files were modified by this hook" in changed.stdout
    assert "to commit it: git add src/shop/analytics" in changed.stdout
    assert "TW403" in changed.stdout  # the code calls what is no more
    assert "def order_placed" in (repository.home / "src/shop/analytics/events.py").read_text()


def test_a_hook_fails_where_git_does_not_track_what_it_generated(repository: Repository) -> None:
    """pre-commit itself only looks at files that git knows."""
    hooked(repository, "typewriter-generate", "typewriter-check")
    repository.run("git rm -rq --cached src/shop/analytics && git commit -qm incomplete")
    done = repository.attempt(f"{sys.executable} -m pre_commit run --all-files --verbose")
    assert done.returncode == 1
    assert done.stdout.count("Failed") == 2
    untracked = "git does not track this generated file, nor 5 other files of the package"
    assert done.stdout.count(untracked) == 2
    assert done.stdout.count("`git add src/shop/analytics`") == 2
    repository.run("git add src/shop/analytics")
    assert repository.attempt(f"{sys.executable} -m pre_commit run --all-files").returncode == 0


def test_a_commit_runs_the_hooks_on_what_it_commits(repository: Repository) -> None:
    """`git commit PATH` makes an index of its own, which git names by a relative path."""
    hooked(repository, "typewriter-check")
    repository.run(f"{sys.executable} -m pre_commit install")
    repository.write("plan.yaml", PLAN.replace("User completed", "Somebody completed"))
    repository.run("typewriter generate")
    assert "TW030" in repository.attempt("git commit -m plan plan.yaml").stderr
    repository.run("git commit -qm both plan.yaml src")
    repository.write("typewriter.toml", CONFIG.replace("analytics", "tracking"))
    repository.run("typewriter generate && git add typewriter.toml")
    left_out = repository.attempt("git commit -m config")
    assert left_out.returncode == 1
    assert "src/shop/tracking/__init__.py:1:1: TW031" in left_out.stderr
    repository.run("git add -A && git commit -qm complete")


UNTRACKED = "typewriter generate --check --tracked"


def test_one_file_alone_is_named(repository: Repository) -> None:
    repository.run("git rm -q --cached src/shop/analytics/py.typed")
    done = repository.attempt(UNTRACKED)
    assert done.returncode == 1
    assert done.stdout == (
        "src/shop/analytics/py.typed:1:1: TW031 git does not track this generated file\n"
        "      = help: `git add src/shop/analytics`, or commits will lack it\n"
    )
    assert repository.attempt("typewriter generate --check").returncode == 0


def test_so_it_is_with_the_library_in_a_package(repository: Repository) -> None:
    repository.write("typewriter.toml", CONFIG + 'client = "vendored"\n')
    repository.run("typewriter generate")
    assert "analytics/_client/" in repository.attempt(UNTRACKED).stdout
    repository.run("git add -A")
    repository.run(UNTRACKED)


def test_an_ignored_package_is_the_worst(repository: Repository) -> None:
    repository.run("git rm -rq --cached src/shop/analytics")
    repository.write(".gitignore", "# mine\nanalytics/\n")
    done = repository.attempt(UNTRACKED)
    assert done.returncode == 1
    ignored = (
        "git ignores this generated file (.gitignore:2:analytics/), and does not track 5 other"
    )
    assert ignored in done.stdout
    assert "change that pattern, or `git add --force src/shop/analytics`" in done.stdout
    repository.run("git add --force src/shop/analytics")
    repository.run(UNTRACKED)


def test_in_a_worktree_and_from_a_folder_below(repository: Repository) -> None:
    repository.run("git worktree add -q ../tree")
    repository.run(f"cd ../tree/src && {UNTRACKED}")
    repository.run("cd ../tree && git rm -q --cached src/shop/analytics/events.py")
    done = repository.attempt(f"cd ../tree/src && {UNTRACKED}")
    assert "shop/analytics/events.py:1:1: TW031" in done.stdout
    repository.run(UNTRACKED)


def test_a_package_in_a_submodule_is_looked_up_there(repository: Repository) -> None:
    repository.run("git init -q -b main src/lib")
    repository.write("typewriter.toml", CONFIG.replace("src/shop/", "src/lib/"))
    repository.run("typewriter generate && git -C src/lib add -A && git -C src/lib commit -qm lib")
    index = str(repository.home / ".git" / "index")  # as git names it to a hook
    repository.run(UNTRACKED, GIT_INDEX_FILE=index, GIT_DIR=str(repository.home / ".git"))
    repository.run("git -C src/lib rm -q --cached analytics/events.py")
    done = repository.attempt(UNTRACKED, GIT_INDEX_FILE=index)
    assert "src/lib/analytics/events.py:1:1: TW031" in done.stdout


def test_without_git_it_says_so(repository: Repository) -> None:
    shutil.rmtree(repository.home / ".git")
    done = repository.attempt(UNTRACKED)
    assert done.returncode == 1
    assert "TW300 --tracked: git cannot say which files it tracks: not a git rep" in done.stdout
    no_git = repository.attempt(f"PATH={repository.home.parent / 'bin'} {UNTRACKED}")
    assert (
        "TW300 --tracked: git cannot say which files it tracks: it was not found" in no_git.stdout
    )


# --- the action ---


def test_the_action_is_whole() -> None:
    assert ACTION["runs"]["using"] == "composite"
    for step in ACTION["runs"]["steps"]:
        assert "uses" in step or step["shell"] == "bash"
        assert "${{" not in step.get("run", "")  # what others write never becomes a script
    text = (ROOT / "action.yml").read_text("utf-8")
    named = set(re.findall(r"inputs\.([\w-]+)", text))
    assert named == set(ACTION["inputs"])


PULL_REQUEST = {"HEAD_REF": "change", "HEAD_REPOSITORY": "acme/shop"}


@pytest.mark.parametrize("where", ["a branch", "the head of a pull request"])
def test_the_action_commits_what_an_analyst_has_changed(repository: Repository, where: str) -> None:
    pull = PULL_REQUEST if where == "the head of a pull request" else {}
    assert [done.returncode for done in repository.generate_and_push(**pull)] == [0]
    repository.write("plan.yaml", PLAN.replace("order_id", "order_number"))
    repository.run("git commit -qam plan && git push -q -u origin change")
    if pull:
        repository.run("git checkout -q --detach")
        pull = {**pull, "HEAD_SHA": repository.run("git rev-parse HEAD").strip()}
    committed, pushed = repository.generate_and_push(**pull)
    assert committed.returncode == pushed.returncode == 0, committed.stdout + pushed.stderr
    assert repository.outputs() == {"branch": "change", "committed": "true"}
    text = repository.run("git fetch -q && git show origin/change:src/shop/analytics/_types.py")
    assert "order_number: str" in text
    assert repository.step("Check").returncode == 0


def test_the_action_commits_nothing_that_is_not_its_own(repository: Repository) -> None:
    repository.write("mine.txt", "")
    assert repository.step("Generate and commit").returncode == 2
    (repository.home / "mine.txt").unlink()
    repository.run("git checkout -q --detach")
    for head in ({}, {**PULL_REQUEST, "HEAD_SHA": "0" * 40}):  # such as a merge with the base
        done = repository.step("Generate and commit", **head)
        assert (done.returncode, "check out a branch" in done.stdout) == (2, True)


@pytest.mark.parametrize("fork", ["mallory/shop", ""])  # "": it has been deleted
def test_the_packages_of_a_fork_are_only_checked(repository: Repository, fork: str) -> None:
    pull = {**PULL_REQUEST, "HEAD_REPOSITORY": fork}
    (fresh,) = repository.generate_and_push(**pull)
    assert fresh.returncode == 0
    assert fresh.stdout.startswith("::notice::commit: nothing can be pushed to the fork")
    repository.write("plan.yaml", PLAN.replace("order_id", "order_number"))
    repository.run("git commit -qam plan")
    (stale,) = repository.generate_and_push(**pull)
    assert (stale.returncode, "::error file=" in stale.stdout) == (1, True)
    assert repository.outputs() == {}


def test_without_a_token_of_its_own_it_says_that_no_workflow_starts(repository: Repository) -> None:
    repository.write("plan.yaml", PLAN.replace("order_id", "order_number"))
    repository.run("git commit -qam plan && git push -q -u origin change")
    _, pushed = repository.generate_and_push()
    assert (
        "::notice::commit: if the job's GITHUB_TOKEN pushes this commit, no workflow"
        in pushed.stdout
    )


def test_the_token_takes_the_place_of_the_checkouts(repository: Repository) -> None:
    """It is sent to GitHub alone, and neither printed nor given to typewriter."""
    (generating,) = (s for s in ACTION["runs"]["steps"] if s.get("name") == "Generate and commit")
    assert "TOKEN" not in generating["env"]
    header = "http.https://github.example/.extraheader"
    repository.run(f'git config {header} "AUTHORIZATION: basic of-the-checkout"')
    show = f"#!/bin/sh\n/usr/bin/env git config --get-all {header} >> {repository.home}/../sent\n"
    hook = repository.home.parent / "bin" / "git-remote-show"
    hook.write_text(show)
    hook.chmod(0o755)
    repository.run("git remote set-url origin show::nowhere")
    done = repository.step(
        "Push", BRANCH="change", TOKEN="s3cret", GITHUB_SERVER_URL="https://github.example"
    )
    sent = (repository.home.parent / "sent").read_text().split("\n")
    assert sent == ["AUTHORIZATION: basic of-the-checkout", "", SECRET, ""]
    assert "s3cret" not in done.stdout + done.stderr
    assert done.stdout.startswith(f"::add-mask::{SECRET.rpartition(' ')[2]}\n")
    assert (done.returncode, "::error::commit: the push failed" in done.stdout) == (1, True)


SECRET = "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46czNjcmV0"


def test_hooks_of_a_repository_do_not_run(repository: Repository) -> None:
    for name in ("pre-commit", "commit-msg", "pre-push"):
        repository.write(f".git/hooks/{name}", "#!/bin/sh\nexit 1\n")
        (repository.home / ".git/hooks" / name).chmod(0o755)
    repository.write("plan.yaml", PLAN.replace("order_id", "order_number"))
    repository.run("git commit -qnam plan && git push -q --no-verify -u origin change")
    assert [done.returncode for done in repository.generate_and_push()] == [0, 0]


def test_no_module_of_the_checkout_runs_in_place_of_an_installed_one(
    repository: Repository,
) -> None:
    for name in ("typewriter_py", "typewriter_client", "jinja2", "black", "click", "pip", "json"):
        for module in ("__init__", "__main__"):
            repository.write(f"{name}/{module}.py", "raise SystemExit('a stranger')\n")
    repository.write("typewriter", "#!/bin/sh\necho a stranger; exit 1\n")
    repository.run("git add -A && git commit -qm hostile && git push -q -u origin change")
    steps = [
        repository.step("Lint"),
        *repository.generate_and_push(**PULL_REQUEST),
        repository.step("Check"),
        repository.step("Changes", AGAINST="origin/main..."),
        repository.step("Report", CHANGES=f"{repository.home.parent}/changes.md"),
        repository.step("Diff", AGAINST="origin/main...", BREAKING="any"),
        repository.step("Audit", SOURCES="src", FAIL_ON="unused"),
    ]
    said = "".join(done.stdout + done.stderr for done in steps)
    assert ([done.returncode for done in steps], "stranger" in said) == ([0] * 7, False), said


def test_the_action_checks_lints_and_audits(repository: Repository) -> None:
    assert repository.step("Check").returncode == 0
    assert repository.step("Lint").returncode == 0
    assert repository.step("Audit", SOURCES="src", FAIL_ON="unused").returncode == 0
    repository.write("plan.yaml", PLAN.replace("Order Completed", "Order Placed"))
    stale = repository.step("Check")
    assert (stale.returncode, "::error file=" in stale.stdout) == (1, True)
    assert repository.step("Audit", SOURCES="src", FAIL_ON="").returncode == 1


@pytest.mark.parametrize(
    ("breaking", "code"), [("any", 1), ("callers", 1), ("data", 1), ("none", 0)]
)
def test_the_action_compares_with_the_base(
    repository: Repository, breaking: str, code: int
) -> None:
    repository.write("plan.yaml", removed(PLAN))
    assert repository.step("Changes", AGAINST="origin/main...").returncode == 0
    assert repository.step("Report", CHANGES=repository.outputs()["file"]).returncode == 0
    done = repository.step("Diff", AGAINST="origin/main...", BREAKING=breaking)
    assert done.returncode == code, done.stdout + done.stderr
    assert "order_id" in repository.summary.read_text()
    assert "order_id" in done.stdout


def test_what_the_base_has_got_since_is_not_taken_for_removed(repository: Repository) -> None:
    """The recipe checks out the branch as it is, not what merging it would give."""
    repository.run("git switch -q main")
    repository.write("plan.yaml", PLAN.replace("properties:", "properties:\n            total: {}"))
    repository.run("git commit -qam more && git push -q origin main && git switch -q change")
    (step,) = (each for each in ACTION["runs"]["steps"] if each.get("name") == "Diff")
    assert "format('origin/{0}...', github.base_ref)" in step["env"]["AGAINST"]
    codes = {against: repository.step("Diff", AGAINST=against, BREAKING="any").returncode
             for against in ("origin/main...", "origin/main")}  # fmt: skip
    assert codes == {"origin/main...": 0, "origin/main": 1}
    for line in (*recipe("tracking-plan.mk").split("\n"), *recipe(".gitlab-ci.yml").split("\n")):
        assert "diff git:" not in line or "... --breaking" in line


def test_a_shallow_checkout_reports_what_it_needs(repository: Repository) -> None:
    assert repository.step("Changes", AGAINST="origin/gone...").returncode == 0
    assert repository.outputs() == {}
    done = repository.step("Diff", AGAINST="origin/gone...", BREAKING="any")
    assert done.returncode == 2
    assert "history" in done.stdout + done.stderr or "fetch" in done.stdout + done.stderr


# --- the README's recipes ---


def pull_request(repository: Repository, full_name: str = "acme/shop") -> dict[str, Any]:
    """What GitHub says of one, with its head checked out as the recipe does."""
    sha = repository.run("git rev-parse HEAD").strip()
    repository.run("git checkout -q --detach")
    head = {"sha": sha, "repo": {"full_name": full_name}}
    event = {"pull_request": {"number": 7, "head": head}}
    return {"head_ref": "change", "base_ref": "main", "event": event}


def steps(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(recipe(name))["jobs"]["check"]["steps"]
    return found


@pytest.fixture
def github() -> Iterator[GitHub]:
    found = GitHub()
    yield found
    found.close()


def test_the_recipe_for_the_action(repository: Repository, github: GitHub) -> None:
    checkout, action = steps(".github/workflows/tracking-plan-action.yml")
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.head.sha }}"
    repository.write("plan.yaml", PLAN.replace("User completed", "Somebody completed"))
    repository.run("git commit -qam plan && git push -q -u origin change")
    runner = Runner(repository, {**action["with"], "token": ""}, pull_request(repository))
    done = runner.run(GITHUB_API_URL=github.url, NO_PROXY="*")
    assert {name: each.returncode for name, each in done.items()} == dict.fromkeys(
        ["Lint", "Generate and commit", "Push", "Changes", "Report", "Diff", "Audit"], 0
    )
    text = repository.run("git fetch -q && git show origin/change:src/shop/analytics/events.py")
    assert "Somebody completed" in text
    assert "Order Completed" in github.comments[0]["body"]
    assert "Order Completed" in repository.summary.read_text()


def test_the_same_recipe_for_the_pull_request_of_a_fork(
    repository: Repository, github: GitHub
) -> None:
    _, action = steps(".github/workflows/tracking-plan-action.yml")
    inputs = {**action["with"], "token": ""}  # secrets are empty there
    github.status = 403
    repository.write("plan.yaml", PLAN.replace("User completed", "Somebody completed"))
    repository.run("git commit -qam plan")
    stale = Runner(repository, inputs, pull_request(repository, "mallory/shop")).run()
    assert [each.returncode for each in stale.values()] == [0, 1]
    repository.run("git switch -q change && typewriter generate && git commit -qam package")
    runner = Runner(repository, inputs, pull_request(repository, "mallory/shop"))
    done = runner.run(GITHUB_API_URL=github.url, NO_PROXY="*")
    assert {name: each.returncode for name, each in done.items()} == dict.fromkeys(
        ["Lint", "Generate and commit", "Changes", "Report", "Diff", "Audit"], 0
    )
    assert done["Report"].stdout.startswith("::notice::the job may not comment")
    assert "Order Completed" in repository.summary.read_text()


def test_the_recipe_for_github(repository: Repository) -> None:
    install, *commands = (
        step["run"] for step in steps(".github/workflows/tracking-plan.yml") if "run" in step
    )
    assert install == "pip install -r requirements-dev.txt"  # tests/distributions installs that
    assert commands
    for command in commands:
        repository.run(command)
    repository.write("plan.yaml", PLAN.replace("order_id", "order_number"))
    assert [repository.attempt(command).returncode for command in commands] == [0, 1]


def test_the_recipes_name_this_version() -> None:
    tags = re.findall(r"acme/typewriter-py@(v[\w.]*\w)", README)
    tags += [each["rev"] for each in yaml.safe_load(recipe(".pre-commit-config.yaml"))["repos"]]
    assert len(tags) >= 4
    assert set(tags) == {f"v{__version__}"}


def test_the_recipes_at_the_root_of_a_monorepo(repository: Repository, github: GitHub) -> None:
    """The project becomes one of two services."""
    repository.run(
        "mkdir -p services/shop && git mv plan.yaml typewriter.toml src services/shop"
        " && cp -r services/shop services/billing && git add -A && git commit -qm two"
    )
    hooked(repository, "typewriter-generate", "typewriter-check", "typewriter-lint")
    repository.run(f"{sys.executable} -m pre_commit run --all-files")
    repository.run("git push -q origin change change:main && git fetch -q")
    makefile = recipe("tracking-plan.mk").replace(" src ", " services ")
    repository.write("../tracking-plan.mk", makefile)
    repository.run("make -f ../tracking-plan.mk tracking-plan")
    repository.write("services/billing/plan.yaml", removed(PLAN))
    repository.run("git commit -qam plan && git push -q origin change")
    _, action = steps(".github/workflows/tracking-plan-action.yml")
    inputs = {**action["with"], "token": "", "sources": "services", "breaking": "none"}
    done = Runner(repository, inputs, pull_request(repository)).run(
        GITHUB_API_URL=github.url, NO_PROXY="*"
    )
    assert {name: each.returncode for name, each in done.items() if each.returncode} == {}
    changed = repository.run("git show --stat=200 --format= HEAD")
    assert "services/billing/src/shop/analytics/_types.py" in changed
    assert "services/shop" not in changed
    assert "order_id" in github.comments[0]["body"]


def test_the_recipe_for_make(repository: Repository) -> None:
    repository.write("tracking-plan.mk", recipe("tracking-plan.mk"))
    repository.run("make -f tracking-plan.mk tracking-plan")
    repository.write("plan.yaml", removed(PLAN))
    repository.run("typewriter generate")
    assert "TW3" in repository.attempt("make -f tracking-plan.mk tracking-plan").stdout


def test_the_recipe_for_gitlab(repository: Repository) -> None:
    job = yaml.safe_load(recipe(".gitlab-ci.yml"))["tracking plan"]
    install, *script = job["script"]
    assert install.startswith("pip install")
    target = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    for command in script:
        repository.run(command, **target)
    repository.write("plan.yaml", removed(PLAN))
    repository.run("typewriter generate")
    codes = [repository.attempt(command, **target).returncode for command in script]
    assert codes == [0, 0, 0, 1, 0]
