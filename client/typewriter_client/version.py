"""The library's version, and the interfaces that generated code may need of it."""

from __future__ import annotations

import os

__version__ = "0.1.0"

INTERFACES = (1,)
"""The interfaces that the library supports.  Only raised when generated code needs more;
a newer library keeps supporting older code."""


def require(interface: int, package: str) -> None:
    """Check that this library supports the interface; a generated package calls this first.

    Raises an ImportError that says what to do and which library was found.
    """
    if interface in INTERFACES:
        return
    served = ", ".join(map(str, INTERFACES))
    if interface > max(INTERFACES):
        advice = "pip install --upgrade typewriter-py-client"
    else:
        advice = f"regenerate {package} with a newer typewriter-py"
    raise ImportError(
        f"{package} needs interface {interface} of typewriter_client; version"
        f" {__version__} in {os.path.dirname(__file__)} supports {served}: {advice}",
        name="typewriter_client",
        path=__file__,
    )
