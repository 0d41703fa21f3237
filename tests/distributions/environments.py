"""Clean environments to install in, and what is installed there.

An editable install, which all other tests use, hides a dependency or a file that is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from interpreters import interpreter

ROOT = Path(__file__).parent.parent.parent
RUNNING = "{}.{}".format(*sys.version_info)
"""The Python that runs the tests, and that the tool is installed for."""
NAMES = ("typewriter-py-client", "typewriter-py")

DISTRIBUTED = (
    "LICENSE",
    "README.md",
    "action",
    "action.yml",
    "client",
    "plans",
    "pyproject.toml",
    "templates",
    "typewriter_py",
    ".gitignore",
    ".pre-commit-hooks.yaml",
)
"""What of the repository is needed to build and install from it."""

QUIET = {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """What a command prints, which must end well; nothing of this repository is importable."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, **QUIET, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass(frozen=True)
class Environment:
    """A virtual environment with nothing in it, not even pip."""

    folder: Path
    base: Path

    @classmethod
    def make(cls, folder: Path, version: str) -> Environment:
        """Skips the test where there is no such Python."""
        made = cls(folder, interpreter(version))
        run(made.base, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
        return made

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        return self.bin / "python"

    def install(self, *requirements: str | Path) -> None:
        """With the pip of the Python that it is made from, from the index that pip knows."""
        pip = (self.base, "-m", "pip", "--python", self.python)
        run(*pip, "install", "--quiet", *requirements, cwd=self.folder)

    def origins(self) -> dict[str, str]:
        """The distributions there, and where pip took them from; "" for an index."""
        code = (
            "from importlib.metadata import distributions\n"
            "for each in distributions():\n"
            "    print(each.metadata['Name'], each.read_text('direct_url.json') or '')"
        )
        lines = run(self.python, "-I", "-c", code, cwd=self.folder).splitlines()
        return {name: origin for name, _, origin in (line.partition(" ") for line in lines)}


class Built(NamedTuple):
    """One distribution, as it would be uploaded."""

    sdist: Path
    wheel: Path
