"""Generated packages for tests that read, check or run them as a user's."""

from __future__ import annotations

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


def generate(plan: Path, package: Path, client: str | None = None) -> None:
    """Write the package of a plan: on the installed library, or what the setting says."""
    loaded = load(plan)
    assert loaded.plan is not None, loaded.diagnostics
    settings = {"client": client} if client else {}
    result = generate_python(Request(loaded.plan, package.name, plan.name, settings))
    assert result.files, result.diagnostics
    for file in result.files:
        target = package / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text, encoding="utf-8")
