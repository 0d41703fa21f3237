"""The library that generated code stands on, as this environment has it: is it ours?

Whoever installs both as their requirements say has the right one.  ``pip install --no-deps``,
two requirements files and a file of that name say otherwise, and what would come of it are
errors that name neither.
"""

from __future__ import annotations

import os
import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from .. import __version__

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic

_NAME: Final = "typewriter_client"
_VERSION: Final = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


def mismatch() -> Diagnostic | None:
    """What is wrong with the library, if anything: it must be of this tool's minor version."""
    wanted = _minor(__version__)
    version, location = found()
    if version is not None and _minor(version) == wanted:
        return None
    from ..config.codes import WRONG_LIBRARY

    if not location:
        problem = "it is not installed"
    elif version is None:
        problem = f"{location} is something else"
    else:
        problem = f"{location} is version {version}"
    message = f"typewriter-py {__version__} needs typewriter-py-client {wanted}; {problem}"
    return WRONG_LIBRARY.at(None, message, help=f"pip install 'typewriter-py-client=={wanted}.*'")


def found() -> tuple[str | None, str]:
    """The version of what ``import typewriter_client`` would find, and where that is.

    The version is read, not imported: the library is more than some commands need.
    """
    spec = find_spec(_NAME)
    if spec is None:
        return None, ""
    if spec.origin is None:  # a folder without a module
        return None, next(iter(spec.submodule_search_locations or ()), _NAME)
    if not spec.submodule_search_locations:
        return None, spec.origin
    folder = os.path.dirname(spec.origin)
    try:
        data = spec.loader.get_data(os.path.join(folder, "version.py"))  # type: ignore[union-attr]
    except OSError:
        return None, folder
    version = _VERSION.search(data.decode("utf-8", "replace"))
    return version and version[1], folder


def _minor(version: str) -> str:
    """``1.2`` of ``1.2.3``."""
    return ".".join(version.split(".")[:2])
