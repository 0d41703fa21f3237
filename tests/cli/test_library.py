"""The library beside the tool: missing, of another minor version, hidden by a file of its name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typewriter_client

from typewriter_py import __version__
from typewriter_py.cli import COMMANDS
from typewriter_py.cli.app import installed_library

LIBRARY = Path(typewriter_client.__file__).parent
MINOR = __version__.rpartition(".")[0]
OTHER = "{}.{}.0".format(MINOR.partition(".")[0], int(MINOR.partition(".")[2]) + 1)
PLAN = "tracking_plan: {rules: {events: [{name: Ping}]}}\n"
LINES = (
    ("generate", "--plan", "plan.yaml", "--out", "analytics"),
    ("lint", "plan.yaml"),
    ("diff", "plan.yaml", "plan.yaml"),
)

# What is on the path first hides what is installed; None in sys.modules would be found, too.
START = """
import importlib.machinery, sys
sys.path.insert(0, "first")
if {missing}:
    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name != "typewriter_client":
                return importlib.machinery.PathFinder.find_spec(name, path, target)
    sys.meta_path[:] = [each for each in sys.meta_path if each in (
        importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter)] + [Finder]
sys.argv[1:] = {arguments}
from typewriter_py.cli import main
main()
"""


def typewriter(
    folder: Path, *arguments: str, missing: bool = False
) -> subprocess.CompletedProcess[str]:
    (folder / "plan.yaml").write_text(PLAN)
    code = START.format(missing=missing, arguments=list(arguments))
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def library_of(version: str, folder: Path) -> Path:
    copy = folder / "first" / "typewriter_client"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    module = copy / "version.py"
    text = module.read_text().replace(f'"{typewriter_client.__version__}"', f'"{version}"', 1)
    assert f'"{version}"' in text
    module.write_text(text)
    return copy


def test_its_version_is_read_without_an_import() -> None:
    assert installed_library() == (typewriter_client.__version__, str(LIBRARY))


@pytest.mark.parametrize("command", LINES, ids=lambda command: command[0])
def test_a_library_of_another_minor_version(command: tuple[str, ...], tmp_path: Path) -> None:
    copy = library_of(OTHER, tmp_path)
    done = typewriter(tmp_path, *command)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"TW014 typewriter-py {__version__} needs typewriter-py-client {MINOR};"
        f" {copy} is version {OTHER}\n"
        f"      = help: pip install 'typewriter-py-client=={MINOR}.*'\n"
    )
    assert not (tmp_path / "analytics").exists()


def test_a_later_fix_of_the_library_is_as_good(tmp_path: Path) -> None:
    library_of(f"{MINOR}.999", tmp_path)
    for command in LINES:
        assert typewriter(tmp_path, *command).returncode == 0
    assert (tmp_path / "analytics" / "events.py").exists()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_library(tmp_path: Path, name: str) -> None:
    done = typewriter(tmp_path, name, missing=True)
    assert done.returncode == 2
    assert f"needs typewriter-py-client {MINOR}; it is not installed\n" in done.stderr


def test_another_file_of_its_name(tmp_path: Path) -> None:
    first = tmp_path / "first"
    first.mkdir()
    (first / "typewriter_client.py").write_text("raise SystemExit('never imported')")
    done = typewriter(tmp_path, *LINES[0])
    assert done.returncode == 2
    assert "first/typewriter_client.py is another package\n" in done.stderr
    (first / "typewriter_client.py").unlink()
    (first / "typewriter_client").mkdir()
    (first / "typewriter_client" / "__init__.py").touch()
    assert "first/typewriter_client is another package\n" in typewriter(tmp_path, "lint").stderr
    (first / "typewriter_client" / "__init__.py").unlink()
    assert "first/typewriter_client is another package\n" not in typewriter(tmp_path, "lint").stderr


def test_help_is_had_without_it(tmp_path: Path) -> None:
    assert typewriter(tmp_path, "--help", missing=True).returncode == 0
