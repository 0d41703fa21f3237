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

_VALIDATORS: Final = "_validators"


def problems(files: Iterable[File], templates: Templates, client: Client) -> Iterator[Diagnostic]:
    """Each file of an overridden template that imports what the package does not hold."""
    gone = {_VALIDATORS} if client.vendored else {_VALIDATORS, FOLDER}
    for file in files:
        source = f"{file.path}.jinja"
        if source not in templates.overrides.names:
            continue
        for name in sorted(gone & set(_own_modules(file.text))):
            location = templates.overrides.location(source, re.compile(rf"\b{name}\b"))
            message = f"the template `{source}` imports `.{name}`, which packages no longer hold"
            help = f"start again from the template of this version: {templates.folder / source}"
            yield BAD_TEMPLATE.at(location, message, help=help)


def _own_modules(text: str) -> Iterator[str]:
    """The modules of the package itself that ``text``, a module of it, imports from."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (name.partition(".")[0] for name in names)
