"""The setting ``client``: the client and the library that a package uses."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typewriter_client

from ... import disk
from ...config.codes import INVALID
from ...diagnostics import Diagnostic
from ...output import File
from .. import Request
from . import literals, names

INTERFACE: Final = 1
"""The library interface that generated code needs.  Incremented only when it needs more."""

INSTALLED: Final = "typewriter_client"
"""The import name of the installed library."""

FOLDER: Final = "_client"
"""The folder of the library in a package that has a copy of it."""

_VENDORED: Final = "vendored"


@dataclass(frozen=True, slots=True)
class Client:
    """What generated code imports.

    ``library`` is the library's module: ``typewriter_client``, ``._client``, or another
    package's ``acme.analytics._client``.  ``shared`` is the import name of the package whose
    client is used; "" if the package has its own client.
    """

    library: str = INSTALLED
    shared: str = ""

    @property
    def vendored(self) -> bool:
        """Whether the package has its own copy of the library."""
        return self.library.startswith(".")

    @property
    def interface(self) -> int | None:
        """The interface that the package requires; None for a copy, which always fits."""
        return INTERFACE if self.library == INSTALLED else None

    @property
    def as_home(self) -> str:
        """The statement that imports the library as ``home``."""
        if self.vendored:
            return f"from . import {FOLDER} as home"
        return f"import {self.library} as home"

    @property
    def gap(self) -> str:
        """The blank line between imports of the library and of the package's own modules; ""
        if both are relative, as isort has it."""
        return "" if self.vendored else "\n"


def resolve(request: Request) -> Client | Diagnostic:
    """The client that the setting selects, or the error in it."""
    setting = request.settings.get("client")
    if setting is None:
        return Client()
    if setting == _VENDORED:
        return Client(f".{FOLDER}")
    span = request.spans.get("client")
    subject = f"the setting client = {literals.text(setting)}"
    parts = setting.split(".")
    if not all(names.is_plain(part) for part in parts):
        help = f'write another package as in an import ("acme.analytics"), or "{_VENDORED}"'
        return INVALID.at(span, f"{subject} does not name a Python package", help=help)
    package = parts[: parts.index(FOLDER)] if FOLDER in parts else parts
    asking = request.folder and Path(os.path.abspath(request.folder))
    found = _target(package, request.packages, asking)
    if _leads_to(package, request) if found is None else found == asking:
        help = "name another package, or remove the setting to give this one its own client"
        return INVALID.at(span, f"{subject} names the package that is being generated", help=help)
    library = _library(parts, request.packages, asking)
    if library is None:
        message = f"{subject} leads in a circle of packages that use each other's client"
        return INVALID.at(span, message, help="give one of them its own client")
    return Client(library, ".".join(package))


def _library(
    parts: list[str], targets: Mapping[Path, Mapping[str, str]], asking: Path | None
) -> str | None:
    """The library that the package ``parts`` uses; None if that leads in a circle.

    The package's own target determines it, or the setting's spelling if it is not configured.
    """
    seen: set[Path] = set()
    while True:
        package = parts[: parts.index(FOLDER)] if FOLDER in parts else parts
        folder = _target(package, targets, asking)
        copy = ".".join([*package, FOLDER])
        if folder is None:
            return copy if len(package) < len(parts) else INSTALLED
        if folder in seen:
            return None
        seen.add(folder)
        setting = targets[folder].get("client")
        if setting is None or setting == _VENDORED:
            return INSTALLED if setting is None else copy
        parts, asking = setting.split("."), folder


def _target(package: list[str], targets: Iterable[Path], asking: Path | None) -> Path | None:
    """The folder of the target that ``asking`` would import as ``package``.

    If several could have the name, one that is in the same import root is preferred.
    """
    named = [each for each in targets if is_name_of(package, each)]
    if asking is not None:
        siblings = [each for each in named if each.parents[len(package) - 1] in asking.parents]
        if siblings != [asking]:
            siblings = [each for each in siblings if each != asking]
        named = siblings or named
    return min(named, key=lambda each: len(each.parts), default=None)


def _leads_to(package: list[str], request: Request) -> bool:
    """Whether ``package`` is an import name of the package that is being generated."""
    if request.folder is None:
        return package == [request.package]
    folders = {Path(os.path.abspath(request.folder)), Path(os.path.realpath(request.folder))}
    return any(is_name_of(package, folder) for folder in folders)


def is_name_of(package: Sequence[str], folder: Path) -> bool:
    """Whether ``package`` can be the dotted name of ``folder``, an absolute path.

    A parent folder with an ``__init__.py`` is part of the name; one without may be.
    """
    above = folder.parents[len(package) - 1 : len(package)]
    within = folder.parts[-len(package) :] == tuple(package)
    return within and not any((each / "__init__.py").is_file() for each in above)


def library_files() -> list[File]:
    """The library that the tool runs with, below ``_client/``.  Raises OSError.

    The command line checks its version before anything is generated.
    """
    home = Path(typewriter_client.__file__).parent
    modules = [Path(each) for each in disk.below(home) if each.endswith(".py")]
    return [
        File(f"{FOLDER}/{each.relative_to(home).as_posix()}", disk.read(each).decode())
        for each in sorted(modules)
    ]
