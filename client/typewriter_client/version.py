"""The library's version, and the generated code that it serves."""

from __future__ import annotations

import os

__version__ = "0.1.0"

INTERFACES = (1,)
"""What generated code may need of the library.  Raised only when it needs more; a newer
library goes on serving older code."""


def require(interface: int, package: str) -> None:
    """The first statement of a generated package: does this library serve its code?

    Raises ImportError if not, which says what to do, and which library was found.
    """
    if interface in INTERFACES:
        return
    served = ", ".join(map(str, INTERFACES))
    if interface > max(INTERFACES):
        advice = "pip install --upgrade typewriter-py-client"
    else:
        advice = f"generate {package} again with a newer typewriter-py"
    raise ImportError(
        f"{package} needs interface {interface} of typewriter_client; version"
        f" {__version__} in {os.path.dirname(__file__)} serves {served}: {advice}",
        name="typewriter_client",
        path=__file__,
    )
