"""A user's templates from before the library: what they print can no longer be imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from ...config.codes import BAD_TEMPLATE
from ...diagnostics import Diagnostic
from ...output import File
from .client import FOLDER, Client
from .rendering import Templates

_FORMER: Final = {"_validators", "asgi", "wsgi", "__main__", FOLDER}


def problems(
    files: Iterable[File], templates: Templates, client: Client, package: str
) -> Iterator[Diagnostic]:
    """Each file of an overridden template that imports what the package does not hold."""
    gone = _FORMER - {FOLDER} if client.vendored else _FORMER
    for file in files:
        source = f"{file.path}.jinja"
        if source not in templates.overrides.names:
            continue
        for name in sorted(gone & set(_own_modules(file.text, package))):
            location = templates.overrides.location(source, re.compile(rf"\b{name}\b"))
            message = f"the template `{source}` imports `.{name}`, which packages no longer hold"
            help = f"start again from the template of this version: {templates.folder / source}"
            yield BAD_TEMPLATE.at(location, message, help=help)


def _own_modules(text: str, package: str) -> Iterator[str]:
    """The modules of the package itself that ``text``, a module of it, imports (from)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = node.module.split(".") if node.module else []
            above = [package, *above] if node.level else above
            imported = [[*above, alias.name] for alias in node.names]
        else:
            continue
        for parts in imported:
            if package in parts[:-1]:
                yield parts[parts.index(package) + 1]
