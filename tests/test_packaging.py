"""The distribution: sdist → wheel, installed elsewhere, without the repository, generates."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
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
        "typewriter_py/templates/python/__main__.py",
        "typewriter_py/templates/typescript/events.analytics-node.ts.jinja",
        "typewriter_py/templates/typescript/client/analytics-next.ts",
        "typewriter_py/plans/ecommerce.yaml",
        "typewriter_py/plan/plan.schema.json",
        "typewriter_py/py.typed",
    ]
    assert [name for name in wanted if name not in names] == []


def test_installed_elsewhere_it_generates(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    (tmp_path / "plan.yaml").write_text(
        "tracking_plan:\n"
        "  include: [{from: 'library:ecommerce', only: [Order Completed]}]\n"
        "  rules: {events: [{name: Ping}]}\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    where = python("-c", "import typewriter_py; print(typewriter_py.__file__)").stdout
    assert where.startswith(str(tmp_path)), "the repository's own package was imported"
    command = ("-m", "typewriter_py", "generate", "--plan", "plan.yaml", "--out", "analytics")
    done = python(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    events = (tmp_path / "analytics" / "events.py").read_text()
    assert "def order_completed(" in events
    assert "def ping(" in events
