"""The distribution: sdist → wheel, installed elsewhere, without the repository, generates."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def build(kind: str, source: Path, out: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, text=True)
    (made,) = out.glob("*.tar.gz" if kind == "sdist" else "*.whl")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the sdist builds, as an installer without a wheel would."""
    place = tmp_path_factory.mktemp("build")
    sdist = build("sdist", ROOT, place / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(place / "source", filter="data")
    (source,) = (place / "source").iterdir()
    return build("wheel", source, place / "wheel")


def test_the_wheel_holds_templates_plans_and_the_meta_schema(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = [
        "typewriter_py/templates/python/events.py.jinja",
        "typewriter_py/templates/python/_client/client.py",
        "typewriter_py/templates/python/testing.py",
        "typewriter_py/plans/ecommerce.yaml",
        "typewriter_py/plan/plan.schema.json",
        "typewriter_py/py.typed",
    ]
    assert [name for name in wanted if name not in names] == []


def test_installed_elsewhere_it_generates(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "venv"
    venv.create(home, with_pip=False)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    (tmp_path / "plan.yaml").write_text(
        "tracking_plan:\n"
        "  include: [{from: 'library:ecommerce', only: [Order Completed]}]\n"
        "  rules: {events: [{name: Ping}]}\n"
    )
    # Our wheel stands first; its dependencies come from the environment of this test.
    dependencies = [p for p in sys.path if "site-packages" in p]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "installed"), *dependencies]),
    }
    command = [home / "bin" / "python", "-m", "typewriter_py", "generate"]
    done = subprocess.run(
        [*map(str, command), "--plan", "plan.yaml", "--out", "analytics"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    events = (tmp_path / "analytics" / "events.py").read_text()
    assert "def order_completed(" in events
    assert "def ping(" in events
