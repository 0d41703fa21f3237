"""Each way to install, in an environment with nothing else in it, and the first steps there.

Our two names are on no index: pip is given where both are, and asks an index for the others.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import typewriter_client
from packages import MYAPP, generate

from .environments import NAMES, RUNNING, Built, Environment, run

CLIENT, TOOL = NAMES

USE = """
import analytics

analytics.configure(local="events.jsonl", on_violation="warn")
with analytics.scope(user_id="u_1"):
    analytics.order_completed(order_id="o_1", total=99.9, products=[])
    analytics.order_completed(order_id=1, total=99.9, products=[])
analytics.close()
assert analytics.stats().violations == 1, analytics.stats()
"""


def is_used(environment: Environment, folder: Path) -> None:
    """The package of myapp sends there, its library judges, and its console answers."""
    done = run(environment.python, "-c", USE, cwd=folder, PYTHONPATH=str(folder))
    assert done == ""
    first, second = map(json.loads, (folder / "events.jsonl").read_text("utf-8").splitlines())
    assert (first["userId"], first["properties"]["order_id"]) == ("u_1", "o_1")
    assert second["context"]["library"]["version"] == typewriter_client.__version__
    console = ("-m", "typewriter_client", "outbox", "none.db")
    shown = subprocess.run(
        [environment.python, *console], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "none.db" in shown.stdout + shown.stderr
    assert "Traceback" not in shown.stderr


def is_ready(environment: Environment, folder: Path) -> None:
    """A plan is started there, becomes a package, and that package sends."""
    typewriter = environment.bin / "typewriter"
    run("git", "init", "-q", ".", cwd=folder)
    run(typewriter, "init", cwd=folder)
    run(typewriter, "generate", cwd=folder)
    run(typewriter, "generate", "--check", cwd=folder)
    run(typewriter, "lint", cwd=folder)
    run(environment.python, "-c", "import analytics; analytics.flush()", cwd=folder)
    run(typewriter, "generate", "--plan", MYAPP, "--out", "checked/analytics", cwd=folder)
    is_used(environment, folder / "checked")


def is_ours(environment: Environment, *names: str) -> None:
    """Those distributions did not come from an index."""
    origins = environment.origins()
    assert [name for name in names if "file://" not in origins.get(name, "")] == []


# --- wheels ---


@pytest.mark.parametrize("version", ["3.9"])
def test_a_package_runs_with_the_client_alone(
    built: dict[str, Built], version: str, tmp_path: Path
) -> None:
    environment = Environment.make(tmp_path / "environment", version)
    environment.install(built[CLIENT].wheel)
    assert set(environment.origins()) == {CLIENT, "urllib3"}
    is_ours(environment, CLIENT)
    generate(MYAPP, tmp_path / "analytics")
    is_used(environment, tmp_path)


def test_the_tool_of_a_wheel_takes_the_first_steps(
    built: dict[str, Built], clean: Environment, tmp_path: Path
) -> None:
    clean.install(built[CLIENT].wheel, built[TOOL].wheel)
    is_ours(clean, CLIENT, TOOL)
    is_ready(clean, tmp_path)
    # Vendored, the package holds the library itself: an application needs urllib3 alone.
    vendored = ("--set", "client=vendored")
    typewriter = clean.bin / "typewriter"
    run(typewriter, "generate", "--plan", MYAPP, "--out", "own/analytics", *vendored, cwd=tmp_path)
    alone = Environment.make(tmp_path / "alone", RUNNING)
    run(alone.python, "-c", USE, cwd=tmp_path / "own", PYTHONPATH=str(tmp_path / "own"))
    assert len((tmp_path / "own" / "events.jsonl").read_text().splitlines()) == 2


# --- from git ---


def test_from_git(checkout: Path, clean: Environment, tmp_path: Path) -> None:
    git = f"git+{checkout.as_uri()}"
    clean.install(f"{git}#subdirectory=client", git)
    is_ours(clean, CLIENT, TOOL)
    is_ready(clean, tmp_path)
