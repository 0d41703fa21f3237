"""The setting ``client``: whose client a package sends with, and which library it stands on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typewriter_client

from ...config.codes import INVALID
from ...diagnostics import Diagnostic
from ...output import File
from .. import Request
from . import literals, names

INTERFACE: Final = 1
"""What generated code needs of the library.  Raised when it needs more, and only then."""

INSTALLED: Final = "typewriter_client"
"""The library, as it is imported where its distribution is installed."""

FOLDER: Final = "_client"
"""Where the library's text is in a package that bears a copy of it."""

_VENDORED: Final = "vendored"


@dataclass(frozen=True, slots=True)
class Client:
    """What generated code imports.

    ``library`` is the library's module: ``typewriter_client``, ``._client``, or another
    package's ``acme.analytics._client``.  ``shared`` is the package whose client is used, as
    it is imported; "" for a client of the package's own.
    """

    library: str = INSTALLED
    shared: str = ""

    @property
    def vendored(self) -> bool:
        """Whether the package bears its own copy of the library."""
        return self.library.startswith(".")

    @property
    def interface(self) -> int | None:
        """What the package asks of the library; a copy is never too old for its package."""
        return INTERFACE if self.library == INSTALLED else None

    @property
    def as_home(self) -> str:
        """The statement that imports the library under the name ``home``."""
        if self.vendored:
            return f"from . import {FOLDER} as home"
        return f"import {self.library} as home"

    @property
    def gap(self) -> str:
        """What stands between an import of the library and one of the package's own modules:
        nothing where both are relative, as isort has it."""
        return "" if self.vendored else "\n"


def resolve(request: Request) -> Client | Diagnostic:
    """What the setting means, or what is wrong with it."""
    setting = request.settings.get("client")
    if setting is None:
        return Client()
    if setting == _VENDORED:
        return Client(f".{FOLDER}")
    place = request.places.get("client")
    said = f"the setting client = {literals.text(setting)} names"
    parts = setting.split(".")
    if not all(names.is_plain(part) for part in parts):
        help = f'write another package as an import has it ("acme.analytics"), or "{_VENDORED}"'
        return INVALID.at(place, f"{said} no Python package", help=help)
    package = parts[: parts.index(FOLDER)] if FOLDER in parts else parts
    asking = request.folder and Path(os.path.abspath(request.folder))
    found = _target(package, request.packages, asking)
    if _leads_to(package, request) if found is None else found == asking:
        help = "name another package, or remove the setting: without it the package has a client"
        message = f"{said} the client of the very package that asks for one"
        return INVALID.at(place, message, help=help)
    library = _library(parts, request.packages, asking)
    if library is None:
        message = f"{said} a package that uses another's client in turn, and so on in a circle"
        return INVALID.at(place, message, help="let one of them have a client of its own")
    return Client(library, ".".join(package))


def _library(
    parts: list[str], targets: Mapping[Path, Mapping[str, str]], asking: Path | None
) -> str | None:
    """The library that the package ``parts`` stands on; None where that leads in a circle.

    Its own target says so, if the configuration has it, else how the setting is spelled.
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
    """The target that ``package`` is, as the one in the folder ``asking`` would import it.

    Of several that may have the name it is one that is found from where that one is found.
    """
    named = [each for each in targets if is_name_of(package, each)]
    if asking is not None:
        beside = [each for each in named if each.parents[len(package) - 1] in asking.parents]
        if beside != [asking]:
            beside = [each for each in beside if each != asking]
        named = beside or named
    return min(named, key=lambda each: len(each.parts), default=None)


def _leads_to(package: list[str], request: Request) -> bool:
    """Whether ``package`` is an import's name of the package that is being generated."""
    if request.folder is None:
        return package == [request.package]
    folders = {Path(os.path.abspath(request.folder)), Path(os.path.realpath(request.folder))}
    return any(is_name_of(package, folder) for folder in folders)


def is_name_of(package: Sequence[str], folder: Path) -> bool:
    """Whether ``package`` can be the dotted name of ``folder``, an absolute path.

    A folder above it that is a package belongs to the name; without ``__init__.py`` it may.
    """
    above = folder.parents[len(package) - 1 : len(package)]
    within = folder.parts[-len(package) :] == tuple(package)
    return within and not any((each / "__init__.py").is_file() for each in above)


def library_files() -> list[File]:
    """The library that the tool runs with, below ``_client/``.  Raises OSError.

    Its version has been checked by the command line, before anything is generated.
    """
    home = Path(typewriter_client.__file__).parent
    modules = sorted(home.rglob("*.py"))
    return [
        File(f"{FOLDER}/{each.relative_to(home).as_posix()}", each.read_text(encoding="utf-8"))
        for each in modules
    ]
