"""What continuous integration installs: pre-commit for the hooks, and the action's step.

What they do then is in tests/cli/test_ci.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

import typewriter_py

from .environments import NAMES, ROOT, Environment, run

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))

PLAN = """\
tracking_plan:
  display_name: Shop
  rules:
    events:
      - name: Order Completed
        description: User completed a purchase
        rules:
          properties:
            order_id: {type: string, description: The order's number, default: none}
"""
CONFIG = 'plan = "plan.yaml"\n[[targets]]\nlanguage = "python"\nout = "shop/analytics"\n'
APP = "from . import analytics\n\nanalytics.order_completed(order_id='o_1')\n"

# --- pre-commit ---


class Project:
    """A project in git with a plan, its package and a call; the hooks are those of ``checkout``."""

    def __init__(self, folder: Path, checkout: Path) -> None:
        self.folder = folder / "shop"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "PIP_NO_COMPILE": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        revision = run("git", "rev-parse", "HEAD", cwd=checkout).strip()
        hooks = [{"id": hook["id"]} for hook in HOOKS]
        repository = {"repo": str(checkout), "rev": revision, "hooks": hooks}
        self.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [repository]}))
        self.write("plan.yaml", PLAN)
        self.write("typewriter.toml", CONFIG)
        self.write("shop/__init__.py", "")
        self.write("shop/app.py", APP)
        run(sys.executable, "-m", "typewriter_py", "generate", cwd=self.folder)
        run("git", "init", "-q", "-b", "main", ".", cwd=self.folder)
        run("git", "add", "-A", cwd=self.folder)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def run_hooks(self) -> subprocess.CompletedProcess[str]:
        """With stdout and stderr in one."""
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )


def test_the_hooks_in_the_environment_that_precommit_makes(checkout: Path, tmp_path: Path) -> None:
    project = Project(tmp_path, checkout)
    first = project.run_hooks()
    assert first.returncode == 0, first.stdout
    assert first.stdout.count("Passed") == len(HOOKS) == 4
    # One environment for all hooks, with the client of that repository.
    (origin,) = tmp_path.glob("pre-commit/**/typewriter_py_client-*.dist-info/direct_url.json")
    assert "file://" in origin.read_text()
    project.write("plan.yaml", PLAN.replace("Order Completed", "Order Placed"))
    changed = project.run_hooks()
    assert changed.returncode == 1
    assert re.search(r"typewriter generate\.+Failed", changed.stdout), changed.stdout
    assert "TW403" in changed.stdout  # the code calls what is no more
    assert "def order_placed" in (project.folder / "shop/analytics/events.py").read_text()


# --- the README's recipes, with the address of this checkout ---

README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "https://github.com/acme/typewriter-py"


def recipe(name: str, checkout: Path) -> str:
    """A block of the README.  The version's tag is made, as the README says."""
    found = re.search(
        rf"^```\w+\n# {re.escape(name)}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE
    )
    assert found
    assert ADDRESS in found[1]
    run("git", "tag", "--force", f"v{typewriter_py.__version__}", cwd=checkout)
    return found[1].replace(ADDRESS, checkout.as_uri())


def test_the_recipe_for_precommit_as_it_is_printed(checkout: Path, tmp_path: Path) -> None:
    project = Project(tmp_path, checkout)
    project.write(".pre-commit-config.yaml", recipe(".pre-commit-config.yaml", checkout))
    project.write("src/app.py", "from shop import analytics\n\nanalytics.order_completed()\n")
    run("git", "add", "-A", cwd=project.folder)
    done = project.run_hooks()
    assert (done.returncode, done.stdout.count("Passed")) == (0, 3), done.stdout


def test_the_recipe_for_requirements_as_it_is_printed(
    checkout: Path, clean: Environment, tmp_path: Path
) -> None:
    (tmp_path / "requirements-dev.txt").write_text(recipe("requirements-dev.txt", checkout))
    clean.install("-r", tmp_path / "requirements-dev.txt")
    origins = clean.origins()
    tag = f'"requested_revision": "v{typewriter_py.__version__}"'
    assert [name for name in NAMES if tag not in origins[name]] == []
    (tmp_path / "plan.yaml").write_text(PLAN)
    command = ("generate", "--plan", "plan.yaml", "--out", "analytics")
    run(clean.bin / "typewriter", *command, cwd=tmp_path)


# --- the action ---


def install_step(python: Path, cwd: Path, **inputs: str) -> None:
    """The step as a runner runs it, with ``python`` as the first on PATH."""
    (step,) = (each for each in ACTION["runs"]["steps"] if each.get("name") == "Install")
    assert set(inputs) == set(step["env"])
    path = os.pathsep.join([str(python.parent), os.environ["PATH"]])
    bash = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
    run(*bash, cwd=cwd, PATH=path, **inputs)


def script(file: Path, line: str) -> Path:
    file.parent.mkdir()
    file.write_text(f"#!/bin/sh\n{line}\n")
    file.chmod(0o755)
    return file


def test_the_action_installs_its_own_tool_and_client(
    checkout: Path, clean: Environment, tmp_path: Path
) -> None:
    assert " " in checkout.name
    (tmp_path / "pip").mkdir()  # of a pull request, and to be run in no case
    (tmp_path / "pip/__main__.py").write_text("raise SystemExit('a stranger')")
    pip = f'shift 3; exec "{clean.base}" -P -m pip --python "{clean.python}" "$@"'
    python = script(tmp_path / "bin" / "python", pip)
    install_step(python, tmp_path, INSTALL="", ACTION_PATH=str(checkout))
    origins = clean.origins()
    assert [name for name in NAMES if checkout.as_uri() not in origins[name]] == []
    (tmp_path / "plan.yaml").write_text(PLAN)
    command = ("generate", "--plan", "plan.yaml", "--out", "analytics")
    run(clean.bin / "typewriter", *command, cwd=tmp_path)
    run(clean.python, "-c", "import analytics", cwd=tmp_path)


def test_the_action_installs_what_it_is_told(tmp_path: Path) -> None:
    python = script(tmp_path / "bin" / "python", f'printf "%s\\n" "$@" >> "{tmp_path}/said"')
    for told in ("typewriter-py==0.1.0", "./a tool/client\n./a tool\n", "\nclient @ git+x#y=z\ny"):
        install_step(python, tmp_path, INSTALL=told, ACTION_PATH="/never")
    pip = ["-P", "-m", "pip", "install", "--quiet"]
    assert (tmp_path / "said").read_text().splitlines() == [
        *(*pip, "typewriter-py==0.1.0"),
        *(*pip, "./a tool/client", "./a tool"),
        *(*pip, "client @ git+x#y=z", "y"),
    ]
