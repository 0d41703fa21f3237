"""Notes on upgrading packages that were generated before the client was a library.

Packages used to contain their own client, validators, web middleware and console.  Generating
removes those; the notes say what to install, and which code still imports them.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from .. import disk
from ..audit.discover import find
from ..audit.source import LARGEST, parse
from ..diagnostics import Diagnostic
from ..output import Comparison, Kind, is_ours
from ..targets import Request
from ..targets.python.client import INSTALLED, Client, is_name_of, resolve
from ..text import printable

_MODULES: Final = ("asgi", "wsgi", "_client", "_validators")
_CONSOLE: Final = "__main__"
_WORDS: Final = (*map(str.encode, _MODULES), b"-m")
_DOTTED: Final = re.compile(r"\w+(?:\.\w+)+")
_RUN: Final = re.compile(r"-m\s+(\w+(?:\.\w+)*)(?![\w.])")
_FOLDERS: Final = 20_000
"""A limit on the folders that are searched, in case the configuration is at the root of a disk."""
_SHOWN: Final = 20


def notes(comparison: Comparison, request: Request, root: Path) -> Iterator[str]:
    """Notes for whoever regenerates a package of the old kind; none for any other."""
    gone = {each.path.partition("/")[0] for each in comparison.changes if each.kind is Kind.EXTRA}
    modules = {name for name in (*_MODULES, _CONSOLE) if name in gone or f"{name}.py" in gone}
    client = resolve(request)
    if not modules or isinstance(client, Diagnostic):
        return
    if client.library == INSTALLED:
        yield "the client is a library now: pip install typewriter-py-client"
    folder = Path(os.path.realpath(comparison.folder))
    found = sorted({each for each in _imports(folder, root) if each[2] in modules})
    for file, line, module in found[:_SHOWN]:
        yield f"{printable(file)}:{line}: {_instead(module, client, request)}"
    if len(found) > _SHOWN:
        yield f"… and {len(found) - _SHOWN} more"


def _instead(module: str, client: Client, request: Request) -> str:
    """What to write instead of a module that is gone."""
    package = request.package
    library = package + client.library if client.vendored else client.library
    if module == _CONSOLE:
        return f"`python -m {package}` is now `python -m {library} outbox PATH`"
    if module == "_validators":
        return f"`{package}._validators` was removed: the library now validates with `_rules.py`"
    return f"`{package}.{module}` is now `{library}{'' if module == '_client' else f'.{module}'}`"


def _imports(folder: Path, root: Path) -> Iterator[tuple[str, int, str]]:
    """The Python files under ``root`` and their lines that need a former module of the package."""
    for file in find([str(root)], most=_FOLDERS).files:
        try:
            if os.path.getsize(file.path) > LARGEST:
                continue
            data = disk.read(file.path)
        except OSError:
            continue
        if is_ours(data[:100].decode(errors="replace")) or not any(map(data.__contains__, _WORDS)):
            continue
        tree = parse(data).tree
        for line, module in _Uses(folder, Path(file.path)).of(tree) if tree else ():
            yield file.shown, line, module


class _Uses:
    """Finds what a file imports from the package in ``folder``."""

    def __init__(self, folder: Path, file: Path) -> None:
        self._folder = folder
        self._file = file

    def of(self, tree: ast.Module) -> Iterator[tuple[int, str]]:
        """Lines, and the former modules that they need."""
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    modules = [self._module(each.name.split(".")) for each in names]
                case ast.ImportFrom():
                    modules = list(self._imported(node))
                case ast.Constant(value=str(text)):
                    modules = list(self._named(text))
                case ast.List(elts=words) | ast.Tuple(elts=words) | ast.Call(args=words):
                    modules = list(self._run(words))
                case _:
                    continue
            yield from ((node.lineno, module) for module in modules if module)

    def _imported(self, node: ast.ImportFrom) -> Iterator[str | None]:
        module = node.module.split(".") if node.module else []
        for alias in node.names:
            if not node.level:
                yield self._module([*module, alias.name])
                continue
            location = self._file.parents[node.level - 1 : node.level]
            for path in (each.joinpath(*module, alias.name) for each in location):
                if path.is_relative_to(self._folder) and path != self._folder:
                    name = path.relative_to(self._folder).parts[0]
                    yield name if name in _MODULES else None

    def _module(self, parts: Sequence[str]) -> str | None:
        """The former module that a dotted name names or passes through."""
        for index, part in enumerate(parts):
            if index and part in _MODULES and is_name_of(parts[:index], self._folder):
                return part
        return None

    def _named(self, text: str) -> Iterator[str | None]:
        """Modules named in a string, such as a middleware in settings, or a command."""
        for dotted in _DOTTED.findall(text):
            yield self._module(dotted.split("."))
        for name in _RUN.findall(text):
            yield self._console(name)

    def _run(self, words: Sequence[ast.expr]) -> Iterator[str | None]:
        """``[sys.executable, "-m", "acme.analytics", "outbox"]``."""
        texts = [each.value if isinstance(each, ast.Constant) else None for each in words]
        for flag, name in pairwise(texts):
            if flag == "-m" and isinstance(name, str):
                yield self._console(name)

    def _console(self, name: str) -> str | None:
        return _CONSOLE if is_name_of(name.split("."), self._folder) else None
