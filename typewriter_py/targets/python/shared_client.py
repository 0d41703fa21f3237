"""The setting ``client``: the client of another package, in place of a copy of one's own."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from ...config.codes import INVALID
from ...diagnostics import Diagnostic
from ...output import File
from .. import Request
from . import literals, names

_OWN_CLIENT: Final = re.compile(r"^( *from )\.{1,2}_client\b", re.MULTILINE)


def problem(request: Request) -> Diagnostic | None:
    """What is wrong with the setting, if it is there."""
    client = request.settings.get("client")
    if client is None:
        return None
    place = request.places.get("client")
    said = f"the setting client = {literals.text(client)} names"
    parts = client.split(".")
    if not all(names.is_plain(part) for part in parts):
        help = 'write it as an import has it: "acme.tracking._client"'
        return INVALID.at(place, f"{said} no Python module", help=help)
    package = parts[: parts.index("_client")] if "_client" in parts else parts
    if _leads_to(package, request):
        help = "name another package's client, or remove the setting to have a copy in this one"
        message = f"{said} the client of the very package that would no longer have one"
        return INVALID.at(place, message, help=help)
    return None


def _leads_to(package: list[str], request: Request) -> bool:
    """Whether ``package`` is an import's name of the package that is being generated."""
    if request.folder is None:
        return package == [request.package]
    folders = {Path(os.path.abspath(request.folder)), Path(os.path.realpath(request.folder))}
    return any(_names(package, folder) for folder in folders)


def _names(package: list[str], folder: Path) -> bool:
    """Whether ``package`` can be the dotted name of ``folder``.

    A folder above it that is a package belongs to the name; without ``__init__.py`` it may.
    """
    above = folder.parents[len(package) - 1 : len(package)]
    within = [*folder.parts[-len(package) :]] == package
    return within and not any((each / "__init__.py").is_file() for each in above)


def sending_with(client: str, file: File) -> File:
    """``file`` with the client of another package in place of its own.

    A blank line sets such an import apart from those of the package, as isort has it.
    """
    text = _OWN_CLIENT.sub(rf"\g<1>{client}", file.text)
    statement = rf"(?P<indent> *)from {re.escape(client)}\b[^\n(]*(?:\([^)]*\))?\n"
    apart = re.compile(rf"^{statement}(?=(?P=indent)from \.)", re.MULTILINE)
    return File(file.path, apart.sub(r"\g<0>\n", text))
