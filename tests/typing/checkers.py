"""The type checkers: how to run each on a folder, and read its findings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interpreters import MYPY, venv
from packages import LIBRARY

OLDEST, NEWEST = "3.9", "3.14"
"""The versions of Python that packages are checked for."""
MYPY_OLDEST = "3.10"
"""mypy 2 supports no older one: for 3.9, the newest mypy that runs there is used."""

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Finding:
    """An error, with its location (lines and columns from 1)."""

    file: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}"


@dataclass(frozen=True)
class Checker:
    """One way to run a checker: the Python it checks for, its command, how to read its output."""

    name: str
    python: str
    command: Callable[[Path, str], list[str]]
    read: Callable[[Path, str], Iterator[Finding]]

    def __str__(self) -> str:
        return f"{self.name}-{self.python}"

    def run(self, folder: Path) -> list[Finding]:
        """All errors in the Python files of ``folder``."""
        program, *arguments = self.command(folder, self.python)
        command = [str(BIN / program), *arguments]
        environment = {**os.environ, "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}
        run = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300
        )
        assert run.returncode in (0, 1), run.stdout + run.stderr
        return list(self.read(folder, run.stdout))


def _mypy(folder: Path, python: str) -> list[str]:
    return ["mypy", "--strict", "--python-version", python, "--output", "json", "."]


def _mypy_of_oldest(folder: Path, python: str) -> list[str]:
    """With the packages installed for that Python, as newer ones have newer syntax."""
    config = folder / "mypy-oldest.ini"
    config.write_text(f"[mypy]\nmypy_path = {LIBRARY.parent}\n")
    program, *arguments = _mypy(folder, python)
    oldest = venv(python, *MYPY)
    return [str(oldest), "-m", program, f"--config-file={config}", *arguments]


def _read_mypy(folder: Path, output: str) -> Iterator[Finding]:
    for line in output.splitlines():
        each = json.loads(line) if line.startswith("{") else {}
        if each.get("severity") == "error":  # the others are notes about these
            at = each["file"], each["line"], each["column"] + 1
            yield Finding(*at, each["code"], each["message"])


def _pyright(program: str, **rules: object) -> Callable[[Path, str], list[str]]:
    def command(folder: Path, python: str) -> list[str]:
        settings = {"typeCheckingMode": "strict", "pythonVersion": python, **rules}
        (folder / "pyrightconfig.json").write_text(json.dumps(settings))
        arguments = ["--outputjson", "--level", "error", "--pythonpath", sys.executable]
        return [program, *arguments]

    return command


def _read_pyright(folder: Path, output: str) -> Iterator[Finding]:
    report = json.loads(output)
    assert report["summary"]["filesAnalyzed"], output
    for each in report["generalDiagnostics"]:
        start = each["range"]["start"]
        at = _below(folder, each["file"]), start["line"] + 1, start["character"] + 1
        yield Finding(*at, each.get("rule", ""), each["message"])


def _pyrefly(folder: Path, python: str) -> list[str]:
    (folder / "pyrefly.toml").write_text(f'python-version = "{python}"\n')
    python_itself = ["--python-interpreter-path", sys.executable]
    return ["pyrefly", "check", "--output-format", "json", *python_itself]


def _read_pyrefly(folder: Path, output: str) -> Iterator[Finding]:
    for each in json.loads(output)["errors"]:
        if each["severity"] == "error":
            at = each["path"], each["line"], each["column"]
            yield Finding(*at, each["name"], each["description"])


def _ty(folder: Path, python: str) -> list[str]:
    version = ["--python-version", python, "--python", sys.executable]
    return ["ty", "check", "--output-format", "gitlab", *version]


def _read_ty(folder: Path, output: str) -> Iterator[Finding]:
    for each in json.loads(output):
        if each["severity"] not in ("info", "minor"):
            location: Mapping[str, Any] = each["location"]
            start = location["positions"]["begin"]
            at = location["path"], start["line"], start["column"]
            yield Finding(*at, each["check_name"], each["description"])


def _below(folder: Path, path: str) -> str:
    return Path(path).relative_to(folder).as_posix()


_NO_IDLE_IGNORE = {"reportUnnecessaryTypeIgnoreComment": "error"}
CHECKERS = (
    Checker("mypy", OLDEST, _mypy_of_oldest, _read_mypy),
    Checker("mypy", MYPY_OLDEST, _mypy, _read_mypy),
    Checker("mypy", NEWEST, _mypy, _read_mypy),
    Checker("pyright", OLDEST, _pyright("pyright", **_NO_IDLE_IGNORE), _read_pyright),
    Checker("pyright", NEWEST, _pyright("pyright", **_NO_IDLE_IGNORE), _read_pyright),
    Checker("basedpyright", NEWEST, _pyright("basedpyright"), _read_pyright),
    Checker("pyrefly", OLDEST, _pyrefly, _read_pyrefly),
    Checker("pyrefly", NEWEST, _pyrefly, _read_pyrefly),
    Checker("ty", OLDEST, _ty, _read_ty),
    Checker("ty", NEWEST, _ty, _read_ty),
)
