"""Whether a name is free for a generated package.

``analytics`` is also the module of Segment's older SDK.  A package of that name would be imported
in its place, and calls of ``analytics.track(user_id, event)`` would go to a function that takes
them in another order.
"""

from __future__ import annotations

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Final

from .. import disk
from ..audit import discover, sdks
from ..config.toml_spans import parse_toml
from ..output import is_ours

NAMES: Final = ("analytics", "tracking", "product_analytics", "tracking_plan")
"""The names to propose, the best one first."""

_IMPORTED_AS: Final = {"analytics-python": "analytics", "segment-analytics-python": "segment"}
"""Distributions whose modules have another name than theirs."""

_FOLDERS: Final = 2_000  # that are searched for code
_INIT: Final = "__init__.py"


def free(parent: str) -> tuple[str, str]:
    """A folder for a package in the folder ``parent``, and why it is not the first of ``NAMES``,
    "" if it is."""
    why = ""
    for name in NAMES:
        out = (Path(parent) / name).as_posix()
        reason = hidden(out) or _bound(name)
        if not reason:
            return out, why
        why = why or f"`{name}` is in use ({reason})"
    return (Path(parent) / NAMES[-1]).as_posix(), why


def hidden(out: str) -> str:
    """What a package in the folder ``out`` would hide or mix with, "" if nothing."""
    folder, name = os.path.split(os.path.normpath(out))
    init = _text(Path(out, _INIT))
    if init is not None and is_ours(init):
        return ""
    if init is not None:
        return f"{out} is a package of yours"
    if os.path.isfile(os.path.join(folder, f"{name}.py")):
        return f"{Path(folder, name).as_posix()}.py is a module of yours"
    if os.path.isfile(os.path.join(folder, _INIT)):  # imported by its parent's name
        return ""
    if name in sys.stdlib_module_names:
        return "it is a module of Python's standard library"
    return _imported(name) or _required(name) or _installed(name)


# --- in the project's code -----------------------------------------------------------------------


def _imported(name: str) -> str:
    """Where code imports a module of that name, which is not in the project."""
    for file, node in _imports(name):
        absolute = isinstance(node, ast.Import) or node.level == 0
        modules = (
            [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module]
        )
        if absolute and any((module or "").partition(".")[0] == name for module in modules):
            return f"{file}:{node.lineno} imports a module of that name"
    return ""


def _bound(name: str) -> str:
    """Where code imports an SDK by that name."""
    for file, node in _imports(name):
        from_ = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for each in node.names:
            parts = f"{from_}{each.name}".split(".")
            bound = each.asname or (parts[-1] if from_ else parts[0])
            if bound == name and sdks.length(parts):
                return f"{file}:{node.lineno} imports an SDK by that name"
    return ""


def _imports(name: str) -> Iterator[tuple[str, ast.Import | ast.ImportFrom]]:
    """The imports of each file that contains ``name``."""
    for file in discover.find(["."], most=_FOLDERS).files:
        text = _text(Path(file.path))
        if text is None or name not in text:
            continue
        try:
            tree = ast.parse(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield file.shown, node


# --- among its requirements, and in its environment ----------------------------------------------


def _required(name: str) -> str:
    """Where the project requires a distribution with a module of that name."""
    for file in disk.names(os.curdir):
        for requirement in _requirements(file):
            found = re.match(r"[\w.-]*\w", requirement.strip())
            distribution = re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""
            module = _IMPORTED_AS.get(distribution, distribution.replace("-", "_"))
            if module == name:
                return f"{file} requires {distribution}, which is imported by that name"
    return ""


def _requirements(file: str) -> Iterator[str]:
    if file == "pyproject.toml":
        try:
            yield from _dependencies(parse_toml(_text(Path(file)) or ""))
        except tomllib.TOMLDecodeError:
            return
    elif file.startswith("requirements") and file.endswith((".txt", ".in")):
        yield from (_text(Path(file)) or "").splitlines()


def _dependencies(data: dict[str, Any]) -> Iterator[str]:
    """Every string, and every key of a table, under a key that is about dependencies."""
    for key, value in data.items():
        if "dependenc" in key:
            yield from _strings(value)
        elif isinstance(value, dict):
            yield from _dependencies(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _installed(name: str) -> str:
    """Where the project's environment, or the one that runs typewriter, has such a module."""
    for folder in _site_packages():
        if PathFinder.find_spec(name, [folder]) is not None:
            return f"{os.path.join(folder, name)} is installed"
    return ""


def _site_packages() -> Iterator[str]:
    root = disk.repository(os.curdir) or os.curdir  # whose services may share an environment
    folders = dict.fromkeys(os.path.relpath(each) for each in (os.curdir, root))
    nearby = (os.path.join(each, name) for each in folders for name in (".venv", "venv", "env"))
    for environment in (*map(os.path.normpath, nearby), os.environ.get("VIRTUAL_ENV", "")):
        if not environment or not os.path.isfile(os.path.join(environment, "pyvenv.cfg")):
            continue
        yield os.path.join(environment, "Lib", "site-packages")
        lib = os.path.join(environment, "lib")
        for version in disk.names(lib) if os.path.isdir(lib) else ():
            yield os.path.join(lib, version, "site-packages")
    # Others on the path may be the project itself, installed to be edited.
    yield from (
        each for each in sys.path if os.path.basename(each) in ("site-packages", "dist-packages")
    )


def _text(file: Path) -> str | None:
    try:
        return disk.read(file).decode("utf-8", "replace")
    except OSError:
        return None
