"""Generated packages for tests that read, check or run them as a user's."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from typewriter_py.plan.load import load
from typewriter_py.targets import Request
from typewriter_py.targets.python import generate as generate_python

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "client" / "typewriter_client"
WIDE = ROOT / "tests" / "typing" / "plan.yaml"
"""A plan with every kind of type."""
MYAPP = ROOT / "plans" / "myapp.yaml"
GOLDEN = {
    folder.name: own if (own := folder / "plan.yaml").is_file() else MYAPP
    for folder in sorted((ROOT / "tests" / "golden").iterdir())
    if folder.is_dir()
}
"""The golden plans by name; that of ``myapp`` is the product's own."""
COMMITTED = {
    "calls": ("_rules.py", "_types.py", "events.py", "events.ts", "types.ts", "validators.ts"),
    "definitions": ("_rules.py", "_types.py", "types.ts", "validators.ts"),
    "hostile": ("__init__.py", "_types.py", "events.py", "events.ts", "types.ts"),
    "minimal": ("events.py", "events.ts"),
}
"""The files that show what a golden plan is about, where only these are committed."""


def assert_golden(folder: Path, files: Mapping[str, str], update: bool) -> None:
    """A golden folder has the files of its case as they are generated; ``update`` writes them."""
    case = folder.parent.name
    wanted = {path: files[path] for path in COMMITTED.get(case, files) if path in files}
    if update:
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, wanted)
    committed = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert wanted == {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in committed
    }


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def generate(plan: Path, package: Path, client: str | None = None) -> None:
    """Write the package of a plan: on the installed library, or what the setting says."""
    loaded = load(plan)
    assert loaded.plan is not None, loaded.diagnostics
    settings = {"client": client} if client else {}
    result = generate_python(Request(loaded.plan, package.name, plan.name, settings))
    assert result.files, result.diagnostics
    write(package, {file.path: file.text for file in result.files})
