"""Where messages go, as ``configure`` is told: checked."""

from __future__ import annotations

import os
import sys
from errno import EISDIR
from typing import Any, cast

from .forks import load

_CO_COROUTINE = 0x80  # as inspect has it, which is dear to import
_PATH = "/v1/batch"
REGIONS = {"us": "https://api.segment.io", "eu": "https://events.eu1.segmentapis.com"}


def file_path(name: str, given: object) -> str | None:
    """The absolute path that a setting gives.  Raises TypeError or ValueError."""
    if given is None:
        return None
    if not isinstance(given, (str, os.PathLike)):
        raise TypeError(f"{name} must be a path, not {given!r}")
    path = cast("object", os.fspath(cast("str | os.PathLike[str]", given)))
    if not isinstance(path, str):
        raise TypeError(f"{name} must be a path of text, not {given!r}")
    if not path or "\0" in path:
        raise ValueError(f"{name} must be the path of a file, not {path!r}")
    return os.path.abspath(path)


def local_file(given: object) -> str | None:
    """The absolute path of the local file.  Raises TypeError, ValueError or OSError."""
    path = file_path("local", given)
    if path is not None and os.path.isdir(path):
        raise IsADirectoryError(EISDIR, "local must be a file, but is a folder", path)
    return path


def check_write_key(write_key: object) -> None:
    """Raises TypeError, ValueError, or ImportError if there is no way to use it."""
    if not isinstance(write_key, str):
        raise TypeError(f"write_key must be a text, not {type(write_key).__name__}")
    if not write_key:
        raise ValueError(
            "no write key: give write_key= or set SEGMENT_WRITE_KEY; to send nothing to "
            "Segment say so with local=PATH, transport= or enabled=False"
        )
    if not (write_key.isascii() and write_key.isprintable() and " " not in write_key):
        raise ValueError("the write key has characters that no write key has")
    util = load("importlib.util")
    if "urllib3" not in sys.modules and util.find_spec("urllib3") is None:
        raise ImportError("urllib3 is needed to send to Segment: pip install urllib3")


def check_transport(transport: object) -> None:
    """Raises TypeError."""
    for name in ("send", "track"):
        method = getattr(transport, name, None)
        if callable(method):
            check_sync(f"transport: {name}", method)
            return
    raise TypeError("transport needs a method send(batch), or those of an SDK's client")


def check_sync(name: str, function: object) -> None:
    """Raises TypeError for what would have to be awaited, as nobody does."""
    code: Any = getattr(function, "__code__", None)
    if code is not None and code.co_flags & _CO_COROUTINE:
        raise TypeError(f"{name} must not be async")


def batch_url(region: object, endpoint: object) -> str:
    """Where batches are posted.  Raises TypeError or ValueError."""
    if not isinstance(region, str) or region not in REGIONS:
        raise ValueError(f"region must be one of {', '.join(REGIONS)}, not {region!r}")
    if endpoint is None:
        return REGIONS[region] + _PATH
    if not isinstance(endpoint, str):
        raise TypeError(f"endpoint must be a URL as text, not {endpoint!r}")
    if "@" in endpoint:  # which no message should show
        raise ValueError("endpoint must be a URL without a user or password")
    if not _is_url(endpoint):
        raise ValueError(f"endpoint must be an http(s) URL, not {endpoint!r}")
    base = endpoint.rstrip("/")
    return base if base.endswith(_PATH) else base + _PATH


def _is_url(text: str) -> bool:
    """Whether there is a host to send to, and a port that exists."""
    parse = load("urllib.parse")
    try:
        parts = parse.urlsplit(text)
        port: int | None = parts.port  # ValueError for what is none
    except ValueError:
        return False
    right = parts.scheme in ("http", "https") and parts.hostname and port != 0
    return bool(right) and text.isprintable() and not set(" ?#") & set(text)
