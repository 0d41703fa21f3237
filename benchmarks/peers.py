"""The peers: public generators, installed separately and run on the same plan."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .process import Cost, FailedError, run

DMCG = "datamodel-code-generator>=0.89"
TYPEWRITER = ("typewriter@9.2.0", "typescript@5.3.3")


@dataclass(frozen=True, slots=True)
class Peer:
    """A generator: its name, its command, where it runs and what it must write."""

    name: str
    command: tuple[str, ...]
    folder: str
    product: str

    def generate(self, plan: Path, limit: float) -> Cost:
        """The cost of one run on the plan in that folder, without an earlier result."""
        cwd = plan / self.folder
        product = cwd / self.product
        product.unlink(missing_ok=True)
        cost = run(self.command, cwd=cwd, limit=limit)
        if not product.is_file():
            raise FailedError(f"{self.name} wrote nothing")
        return cost


def installed(cache: Path, which: str) -> tuple[list[Peer], list[str]]:
    """The peers that are available here, and why the others are not."""
    peers: list[Peer] = []
    missing: list[str] = []
    for key, install in (("dmcg", _dmcg), ("typewriter", _typewriter)):
        if which not in ("all", key):
            continue
        try:
            peers += install(cache)
        except (OSError, subprocess.CalledProcessError) as error:
            missing.append(f"{key} is left out: {_reason(error)}")
    return peers, missing


def _reason(error: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(error, OSError):
        return str(error)
    said = (error.stdout or b"").decode(errors="replace").strip()
    return f"{Path(error.cmd[0]).name} failed: {said[-300:] or 'no output'}"


def _call(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout.decode()


def _dmcg(cache: Path) -> list[Peer]:
    """datamodel-code-generator, twice: with its default formatters and its own, faster one."""
    home = cache / "dmcg"
    python, program = home / "bin" / "python", home / "bin" / "datamodel-codegen"
    if not program.exists():
        print("Installing datamodel-code-generator …", file=sys.stderr)
        _call(sys.executable, "-m", "venv", "--clear", home)
        _call(python, "-m", "pip", "install", "--quiet", DMCG)
    asked = "import importlib.metadata as m; print(m.version('datamodel-code-generator'))"
    version = _call(python, "-c", asked).strip()
    peers = []
    for label, formatters in (("black, isort", ("black", "isort")), ("builtin", ("builtin",))):
        product = f"dmcg_{formatters[0]}.py"
        command = (
            str(program),
            *("--input", "schema.json", "--input-file-type", "jsonschema"),
            *("--output-model-type", "typing.TypedDict", "--target-python-version", "3.11"),
            *("--output", product, "--formatters", *formatters),
        )
        name = f"datamodel-code-generator {version} → TypedDict, formatter {label}"
        peers.append(Peer(name, command, ".", product))
    return peers


def _typewriter(cache: Path) -> list[Peer]:
    """Segment's Typewriter, on a local copy of the plan (no token, no network)."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise FileNotFoundError("npm is not installed")
    home = cache / "typewriter"
    program = home / "node_modules" / "typewriter" / "bin" / "run"
    if not program.exists():
        print("Installing Segment's Typewriter …", file=sys.stderr)
        home.mkdir(parents=True, exist_ok=True)
        quiet = ("--no-audit", "--no-fund", "--loglevel=error")
        _call(npm, "install", *quiet, "--prefix", home, *TYPEWRITER, cwd=home)
    name = "Segment Typewriter 9.2.0 → TypeScript"
    return [Peer(name, (node, str(program), "build"), "segment", "plan/segment.ts")]
