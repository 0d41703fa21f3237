"""The layers of the library: each imports only from those below it, and nothing by string."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import LIBRARY

ROOMS = (
    ("version", "log", "process"),
    ("rules",),
    ("calls",),
    ("delivery",),
    ("outbox",),
    ("environment", "setting_types", "settings", "client", "fan_out", "package"),
    ("web", "asgi", "wsgi", "testing", "__main__"),
)
"""From bottom to top."""
FLOOR = {name: floor for floor, names in enumerate(ROOMS) for name in names}
FILES = {
    ".".join(path.relative_to(LIBRARY).with_suffix("").parts): path
    for path in sorted(LIBRARY.rglob("*.py"))
}
"""Each module by its name within the library."""
FACE = "__init__"
"""The library's __init__ may import everything that it exports; nothing below imports it."""
STANDARD = {"importlib.util"}
"""Only used to find out whether something is installed."""


def imports(module: str, path: Path, types: bool = True) -> Iterator[tuple[int, str]]:
    """The modules of the library that a module imports, wherever in it, with line numbers.

    ``types``: also those that only type checkers import.
    """
    tree = ast.parse(path.read_text("utf-8"))
    only_types = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for child in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        if node in only_types and not types:
            continue
        package = module.split(".")[: -node.level]
        base = [*package, *(node.module.split(".") if node.module else ())]
        for alias in node.names:
            named = ".".join([*base, alias.name])
            yield node.lineno, named if module_file(named) else ".".join(base)


def module_file(name: str) -> bool:
    return name in FILES or f"{name}.{FACE}" in FILES


def test_every_module_has_a_room() -> None:
    assert {name.partition(".")[0] for name in FILES} - {FACE} == set(FLOOR)


@pytest.mark.parametrize("module", FILES)
def test_a_module_imports_from_rooms_below(module: str) -> None:
    if module == FACE:
        return
    own = FLOOR[module.partition(".")[0]]
    for line, name in imports(module, FILES[module]):
        room = name.partition(".")[0]
        assert room in FLOOR, f"line {line}: {name or 'the face'}"
        assert FLOOR[room] <= own, f"line {line}: {name}"


@pytest.mark.parametrize("rooms", ROOMS[:1] + ROOMS[5:6], ids=str)
def test_modules_of_the_same_floor_are_in_order(rooms: tuple[str, ...]) -> None:
    for module, path in FILES.items():
        own = module.partition(".")[0]
        if own in rooms:
            for line, name in imports(module, path):
                room = name.partition(".")[0]
                if room in rooms:
                    assert rooms.index(room) <= rooms.index(own), f"{module}, line {line}"


def test_there_are_no_circles() -> None:
    stands_on = {
        module: {
            name if name in FILES else f"{name}.{FACE}"
            for _, name in imports(module, path, types=False)
        }
        for module, path in FILES.items()
    }
    while stands_on:
        free = {module for module, below in stands_on.items() if not below & stands_on.keys()}
        assert free, {module: below & stands_on.keys() for module, below in stands_on.items()}
        for module in free:
            del stands_on[module]


@pytest.mark.parametrize("module", FILES)
def test_imports_within_the_library_are_relative_and_spelled_out(module: str) -> None:
    """So that a copy works under any name, and tools that freeze applications find all modules."""
    for node in ast.walk(ast.parse(FILES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            names = []
        for name in names:
            assert name.partition(".")[0] != "typewriter_client"
            assert name.partition(".")[0] != "importlib" or name in STANDARD
        if isinstance(node, ast.Name):
            assert node.id not in ("__package__", "__import__", "__spec__")
            assert node.id != "__name__" or module in (FACE, "rules.__init__", "__main__")
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("__package__", "__import__", "import_module", "__spec__")
