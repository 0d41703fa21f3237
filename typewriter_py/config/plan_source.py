"""Where a plan is: a file, or ``package:NAME/PATH``, a file of an installed distribution."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ..diagnostics import Diagnostic, Span
from ..filenames import readable
from . import codes

PREFIX: Final = "package:"


@dataclass(frozen=True, slots=True)
class PlanSource:
    """``path`` is where to read; ``name`` is what the generated files say of it.

    The name knows no folders of this machine, so the same plan gives the same bytes from
    everywhere.
    """

    path: str
    name: str
    installed: bool = False


def locate(text: str, folder: Path = Path(), span: Span | None = None) -> PlanSource | Diagnostic:
    """The plan that ``text`` names, relative to ``folder``; only a package must exist."""
    if not text.startswith(PREFIX):
        path = os.path.normpath(folder / text)
        return PlanSource(path, readable(os.path.basename(path)))
    package, _, rest = text.removeprefix(PREFIX).partition("/")
    if not package or not rest or ".." in rest.split("/"):
        message = f"`{text}` names no file of a package"
        return codes.INVALID.at(span, message, help="write package:NAME/PATH/TO/plan.yaml")
    folders = list(_folders(package))
    for each in folders:
        if (each / rest).is_file():
            return PlanSource(str(each / rest), readable(text), installed=True)
    if not folders:
        message = f"package `{package}` is not installed where typewriter runs"
        help = f"pip install {package.partition('.')[0].replace('_', '-')}"
        return codes.NO_PACKAGE.at(span, message, help=help)
    return codes.NO_PACKAGE.at(span, f"package `{package}` has no file `{rest}`")


def _folders(package: str) -> Iterator[Path]:
    """The package's folders, found without running any of its code.

    ``find_spec`` of a dotted name imports the parents, so only the first part goes there.
    """
    top, *inner = package.replace("-", "_").split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    for location in (spec.submodule_search_locations or ()) if spec else ():
        found = Path(location, *inner)
        if found.is_dir():
            yield found
