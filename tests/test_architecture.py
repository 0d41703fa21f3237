"""Imports run one way, and only the command line talks: held over the source, by ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "typewriter_py"
MODULES = sorted(ROOT.rglob("*.py"))

LAYERS = (
    {"__main__"},
    {"cli"},
    {"catalogue"},
    {"config", "interchange", "audit", "diff", "rules", "targets", "output", "reporters"},
    {"plan"},
    {"casing", "diagnostics", "immutable", "names", "text", "util"},
    {"__init__"},
)
"""A part imports from its own layer or from one below; ``__init__`` is the version."""

ALONE = {"rules": {"targets"}, "targets": {"rules"}}
FOREIGN = {"rules": {"yaml", "click"}, "targets": {"yaml", "click"}}
LEAVES = {"casing", "diagnostics", "immutable", "names", "text", "util"}
LEAF_MAY = {"casing": {"names"}, "text": {"diagnostics"}}
ONLY = {
    "click": {"cli"},
    "yaml": {"plan"},
    "jinja2": {"targets"},
    "black": {"targets"},
    "jsonschema": {"plan"},
    "jsonschema_rs": {"plan"},
    "requests": {"interchange"},
}
LIBRARY = {
    "plan/rules.py",  # the plan's types as its rules
    "plan/values.py",  # formats and equality
    "targets/python/client.py",  # copies it
    "targets/python/rules.py",  # prints its words
}
"""Where the library is known: what checks a value goes through the plan's adapters."""


def part(path: Path) -> str:
    """The part of the house that a module belongs to: its first name below the root."""
    return path.relative_to(ROOT).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """The absolute names that a module imports from, wherever in it."""
    package = ("typewriter_py", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level]
            if node.module:
                yield ".".join((*base, node.module))
            else:
                yield from (".".join((*base, alias.name)) for alias in node.names)


def ours(path: Path) -> set[str]:
    """The other parts of the house that a module imports."""
    found = set()
    for name in imports(path):
        first, *rest = name.split(".")
        if first == "typewriter_py":
            known = rest and ((ROOT / rest[0]).is_dir() or (ROOT / f"{rest[0]}.py").is_file())
            found.add(rest[0] if known else "__init__")
    return found - {part(path)}


def theirs(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)} - {"typewriter_py"}


def layer(name: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if name in parts)


def test_the_whole_house_is_looked_at():
    assert len(MODULES) > 20
    assert {part(path) for path in MODULES} <= {name for parts in LAYERS for name in parts}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path):
    name = part(path)
    for other in ours(path):
        assert layer(other) >= layer(name), f"{name} imports {other}, which is above it"
        assert other not in ALONE.get(name, ()), f"{name} and {other} know nothing of each other"
    if name in LEAVES:
        assert ours(path) <= LEAF_MAY.get(name, set())
    assert not theirs(path) & FOREIGN.get(name, set())
    for library, places in ONLY.items():
        if library in theirs(path):
            assert name in places, f"{library} is for {places} alone"


def test_the_library_is_known_to_its_adapters_alone():
    found = {path for path in MODULES if "typewriter_client" in theirs(path)}
    assert {path.relative_to(ROOT).as_posix() for path in found} == LIBRARY


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_command_line_prints_exits_and_reads_the_clock(path: Path):
    if part(path) in ("cli", "__main__"):
        return
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not called & {"print", "exit", "sys.exit", "sys.stdout.write", "click.echo"}
    assert not called & {"time.time", "datetime.now", "datetime.datetime.now", "date.today"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_output_and_the_plans_editor_write(path: Path):
    if part(path) == "output" or path == ROOT / "plan" / "text_edit.py":
        return
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"write_text", "write_bytes", "unlink", "rmtree", "mkdir", "rmdir"}
