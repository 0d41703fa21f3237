"""The architecture, checked in the source: who may import whom; only the command line prints."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "typewriter_py"
MODULES = sorted(ROOT.rglob("*.py"))
EACH = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))

FLOORS = (
    {"__main__"},
    {"cli"},
    {"catalogue"},
    {"infer", "sync"},
    {"audit", "formats"},
    {"diff", "lint", "targets"},
    {"config"},
    {"output", "plan"},
    {"casing", "reporters"},
    {"registry", "text"},
    {"diagnostics", "disk", "names", "util"},
    {"spellings"},
    {"__init__"},
)
"""A part imports from floors below its own alone; ``__init__`` is the version."""

ONLY = {
    "click": {"cli"},
    "yaml": {"plan"},
    "jinja2": {"targets"},
    "black": {"targets"},
    "jsonschema": {"plan"},
    "jsonschema_rs": {"plan"},
    "requests": {"sync"},
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


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """What a module imports, wherever in it: from which module, and which name of that."""
    package = ("typewriter_py", *path.relative_to(ROOT).parent.parts)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            yield from ((module, alias.name) for alias in node.names)


def ours(path: Path) -> set[Path]:
    """The other modules of the house that a module imports."""
    found = set()
    for module, name in imports(path):
        if module.partition(".")[0] == "typewriter_py":
            folder = ROOT.parent.joinpath(*module.split("."))
            places = (folder / f"{name}.py", folder / name / "__init__.py")
            more = (folder.with_suffix(".py"), folder / "__init__.py")
            found.add(next(each for each in (*places, *more) if each.is_file()))
    return found - {path}


def theirs(path: Path) -> set[str]:
    return {module.partition(".")[0] for module, _ in imports(path)} - {"typewriter_py"}


def floor(name: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if name in parts)


def test_every_part_has_its_floor():
    assert len(MODULES) > 100
    assert {part(path) for path in MODULES} == {name for parts in FLOORS for name in parts}


@EACH
def test_imports_lead_down(path: Path):
    """Parts of one floor do not know each other; neither do two parts import each other."""
    for other in {part(each) for each in ours(path)} - {part(path)}:
        assert floor(other) > floor(part(path)), f"{part(path)} imports {other}"
    for library, parts in ONLY.items():
        assert library not in theirs(path) or part(path) in parts, f"{library}: {parts} alone"


def test_no_modules_import_each_other():
    """Nor round several corners, nor for their types alone.  A package's face is left out: it
    may offer what is within, which has the rest of the package beside it."""
    graph = {path: [each for each in ours(path) if not faces(each, path)] for path in MODULES}
    TopologicalSorter(graph).prepare()


def faces(face: Path, path: Path) -> bool:
    return face.name == "__init__.py" and face.parent in path.parents


@EACH
def test_nobody_uses_the_privates_of_another(path: Path):
    taken = {name for module, name in imports(path) if module.startswith("typewriter_py")}
    assert not {name for name in taken if name.startswith("_") and name != "__version__"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            private = node.attr.startswith("_") and not node.attr.startswith("__")
            assert not (private and node.value.id in taken), ast.unparse(node)


def test_the_library_is_known_to_its_adapters_alone():
    found = {path for path in MODULES if "typewriter_client" in theirs(path)}
    assert {path.relative_to(ROOT).as_posix() for path in found} == LIBRARY


@EACH
def test_only_the_command_line_prints_exits_and_reads_the_clock(path: Path):
    if part(path) in ("cli", "__main__"):
        return
    called = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    assert not called & {"print", "exit", "sys.exit", "sys.stdout.write", "click.echo"}
    assert not called & {"time.time", "datetime.now", "datetime.datetime.now", "date.today"}


OPENING = {
    "open", "os.open", "os.scandir", "os.walk", "os.listdir", "os.fdopen", "glob.glob",
    ".open", ".read_text", ".read_bytes", ".write_text", ".write_bytes", ".rglob", ".glob",
    ".iterdir",
}  # fmt: skip
OPEN = {
    "disk.py",
    "audit/discover.py",  # its walk knows links, pipes and devices
    "output/__init__.py",  # its own files alone
    "output/cache.py",
    "output/write.py",
    "plan/globs.py",  # the pattern of an include
    "cli/__init__.py",  # /dev/null, for a broken pipe
}


@EACH
def test_one_module_prints(path: Path):
    """It knows what a terminal and the log of a CI run take for commands."""
    called = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    prints = called & {"print", "click.echo", "click.secho", "sys.stdout.write", "sys.stderr.write"}
    allowed = {"cli/io.py": {"click.echo"}, "cli/__init__.py": {"sys.stdout.write"}}  # the help
    assert prints <= allowed.get(path.relative_to(ROOT).as_posix(), set())


@EACH
def test_only_the_disk_opens_paths(path: Path):
    """It knows pipes, devices and links that lead out, and so must whatever reads or writes."""
    calls = [node.func for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    methods = {f".{func.attr}" for func in calls if isinstance(func, ast.Attribute)}
    opens = OPENING & {*map(ast.unparse, calls), *methods}
    assert bool(opens) == (path.relative_to(ROOT).as_posix() in OPEN), opens


@EACH
def test_only_output_and_the_plans_editor_write(path: Path):
    if part(path) == "output" or path == ROOT / "plan" / "text_edit.py":
        return
    called = {
        node.func.attr
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"write_text", "write_bytes", "unlink", "rmtree", "mkdir", "rmdir"}
