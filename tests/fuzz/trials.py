"""What each kind of input goes through, and what must be true of it afterwards."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

from typewriter_py.cli.app import run
from typewriter_py.diagnostics import Diagnostic
from typewriter_py.plan.load import load
from typewriter_py.sync.lock import read_lock

from .corpus import ROOT, Seed, seeds
from .mutations import mutated

PLAN: Final = (ROOT / "tests/golden/minimal/plan.yaml").read_text("utf-8")
_CODE: Final = re.compile(r"TW\d{3}")
_FORMATS: Final = ("text", "json", "github", "sarif")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class WrongError(AssertionError):
    """Something that must never happen, with the command line that made it."""


@dataclass
class Files:
    """The input of one run: a few files, and the seed of what is done with them."""

    kind: str
    texts: dict[str, bytes]
    choice: int


def made(kind: str, chance: Random) -> Files:
    """The files of a run."""
    found = seeds(kind)
    seed, other = chance.choice(found), chance.choice(found)
    name = NAMES.get(kind, seed.name)
    texts = {name: mutated(chance, seed.text, other.text, seed.form)}
    texts |= {each: text.encode() for each, text in seed.beside}
    if kind == "plan":
        texts["old.yaml"] = _other(chance, seed, other)
    if kind in ("config", "source", "report", "logs"):
        texts["plan.yaml"] = PLAN.encode()
    return Files(kind, texts, chance.randrange(1 << 30))


def _other(chance: Random, seed: Seed, other: Seed) -> bytes:
    """What a mutated plan is compared with: the good one, or another mutation."""
    if chance.random() < 0.6:
        return seed.text.encode()
    return mutated(chance, seed.text, other.text, seed.form)


NAMES: Final = {"plan": "plan.yaml", "logs": "log.ndjson", "lock": "typewriter.lock"}


def try_out(files: Files, folder: Path) -> None:
    """Write the files into an empty folder, which must be the working directory, and run what
    their kind goes through; raises ``WrongError``."""
    for name, raw in files.texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    TRIALS[files.kind](Trial(folder, Random(files.choice)), files)


@dataclass
class Trial:
    """A folder, and the commands that run in it."""

    folder: Path
    chance: Random
    out: str = ""
    err: str = ""
    shown: list[str] = field(default_factory=list)

    def run(self, *args: str, may: tuple[int, ...] = (0, 1, 2)) -> int:
        """The exit status of a command, which must be one of ``may``."""
        self.shown = [*args]
        with _captured() as (out, err):
            code = run("typewriter", [*args])
        self.out, self.err = out(), err()
        self.insist("this is a bug" not in self.err, f"a traceback: {self.err[-600:]}")
        self.insist(code in may, f"exit {code}: {(self.out + self.err)[-600:]}")
        said = _CODE.search(self.out + self.err)
        self.insist(code != 2 or bool(said), f"exit 2 without a diagnostic: {self.err[-300:]}")
        return code

    def insist(self, fine: bool, problem: str) -> None:
        if not fine:
            raise WrongError(f"typewriter {' '.join(self.shown)}: {problem}")

    def form(self) -> str:
        return self.chance.choice(_FORMATS)

    def report(self, *args: str) -> int:
        """Run a command that reports diagnostics, in any format; each must have a location."""
        form = self.form()
        code = self.run(*args, "--output-format", form)
        if form in ("json", "sarif"):
            try:
                found = json.loads(self.out)
            except ValueError as error:
                raise WrongError(f"typewriter {' '.join(self.shown)}: not JSON: {error}") from None
            if form == "json":
                lost = [each for each in found if not each["file"] or each["line"] < 1]
                self.insist(not lost, f"no location: {lost[:1]}")
        else:
            raw = _CONTROLS.search(self.out)
            self.insist(raw is None, f"raw {raw and raw[0]!r} in the output")
        return code

    def snapshot(self) -> Mapping[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@contextmanager
def _captured() -> Iterator[tuple[Callable[[], str], Callable[[], str]]]:
    """Standard output and error, as a process has them."""
    raw = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(each, "utf-8", errors="backslashreplace") for each in raw]
    before = sys.stdout, sys.stderr, sys.stdin
    sys.stdout, sys.stderr, sys.stdin = *streams, io.TextIOWrapper(io.BytesIO())

    def text(number: int) -> str:
        streams[number].flush()
        return raw[number].getvalue().decode("utf-8", "replace")

    try:
        yield lambda: text(0), lambda: text(1)
    finally:
        sys.stdout, sys.stderr, sys.stdin = before


# --- the kinds -----------------------------------------------------------------------------------


def _plan(trial: Trial, files: Files) -> None:
    good = load("plan.yaml").plan is not None
    steps = [_lint, _amend, generate, _export, _diff]
    for step in trial.chance.sample(steps, 2):
        step(trial, good)


def _lint(trial: Trial, good: bool) -> None:
    trial.report("lint", "plan.yaml", "--select", "all")


def _amend(trial: Trial, good: bool) -> None:
    """Amending a plan leaves a good one good, and changes nothing of a bad one but spaces."""
    option = trial.chance.choice(["--fix", "--add-ignores"])
    trial.run("lint", "plan.yaml", "--select", "all", option)
    trial.insist(not good or load("plan.yaml").plan is not None, "the plan is no longer valid")


_LANGUAGES: Final = ("python", "typescript", "markdown")


def generate(trial: Trial, good: bool) -> None:
    """A package is generated whole, and is current then; or the one before stays as it was."""
    language = trial.chance.choice(_LANGUAGES)
    name = str(trial.folder / "made")
    args = ["--plan", "plan.yaml", "--out", "made", "--target", language]
    shutil.copytree(_before(trial, language), name)
    before = trial.snapshot()
    if trial.run("generate", *args) == 0:
        trial.run("generate", *args, "--check", may=(0,))
    else:
        trial.insist(trial.snapshot() == before, "a run that failed has changed files")


_made: dict[str, Path] = {}


def _before(trial: Trial, language: str) -> Path:
    """What is generated from another plan, once for all runs."""
    if language not in _made:
        home = trial.folder.parent / f"before-{language}"
        (trial.folder / "first.yaml").write_text(PLAN)
        args = ["--plan", "first.yaml", "--out", str(home / "made"), "--target", language]
        if not home.exists():
            trial.run("generate", *args, may=(0,))
        (trial.folder / "first.yaml").unlink()
        _made[language] = home / "made"
    return _made[language]


def _export(trial: Trial, good: bool) -> None:
    """What is exported can be imported again."""
    form, out = trial.chance.choice(
        [("segment", "out.json"), ("jsonschema", "schemas"), ("csv", "out.csv")]
    )
    if trial.run("export", "--plan", "plan.yaml", "--format", form, "--out", out) == 0:
        _import_of(trial, out)


def _diff(trial: Trial, good: bool) -> None:
    form = trial.chance.choice((*_FORMATS, "markdown"))
    trial.run("diff", "old.yaml", "plan.yaml", "--output-format", form)
    if form == "json":
        json.loads(trial.out or "[]")


def _import(trial: Trial, files: Files) -> None:
    _import_of(trial, next(iter(files.texts)))


def _import_of(trial: Trial, source: str) -> None:
    """What is imported without an error is a plan."""
    options = trial.chance.sample(["--closed", "--share"], trial.chance.randrange(3))
    args = ["import", source, "--out", "imported.yaml", *options, "--output-format", trial.form()]
    if trial.run(*args) == 0:
        found = [str(each) for each in load("imported.yaml").diagnostics]
        trial.insist(load("imported.yaml").plan is not None, f"no plan: {found[:2]}")


def _config(trial: Trial, files: Files) -> None:
    which = [["lint"], ["generate", "--check"], ["audit", "."], ["export", "--format", "segment"]]
    args = trial.chance.choice(which)
    trial.run(*args, "--config", "typewriter.toml")


def _source(trial: Trial, files: Files) -> None:
    args = ["--plan", "plan.yaml", "--package", "shop.analytics", "--no-cache"]
    trial.run("audit", "app.py", *args, "--output-format", trial.form())
    if trial.run("infer", "--from-code", "app.py", "--out", "inferred.yaml") == 0:
        trial.insist(load("inferred.yaml").plan is not None, "what was inferred is not a plan")


def _report(trial: Trial, files: Files) -> None:
    args = ["--plan", "plan.yaml", "--output-format", trial.form()]
    trial.run("audit", "--merge", "report.json", *args)


def _logs(trial: Trial, files: Files) -> None:
    if trial.run("infer", "log.ndjson", "--out", "inferred.yaml") == 0:
        trial.insist(load("inferred.yaml").plan is not None, "what was inferred is not a plan")


def _lock(trial: Trial, files: Files) -> None:
    text = files.texts["typewriter.lock"].decode("utf-8", "replace")
    found = read_lock("typewriter.lock", text)
    trial.insist(not isinstance(found, Diagnostic) or found.span is not None, "no location")


TRIALS: Final[Mapping[str, Callable[[Trial, Files], Any]]] = {
    "plan": _plan,
    "import": _import,
    "config": _config,
    "logs": _logs,
    "source": _source,
    "report": _report,
    "lock": _lock,
}
SHARES: Final = {
    "plan": 50, "import": 20, "config": 8, "logs": 8, "source": 6, "report": 5, "lock": 3,
}  # fmt: skip
"""How many of a hundred runs are of each kind."""
