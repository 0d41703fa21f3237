"""The library under a small package like those that the tool generates, but handwritten."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typewriter_client

from .server import Server

LIBRARY = Path(typewriter_client.__file__).parent
GOLDEN = Path(__file__).parents[1] / "golden"

INIT = """
from __future__ import annotations

from typing import TYPE_CHECKING

from typewriter_client import require

require(1, __name__)

from typewriter_client import ViolationError as ViolationError
from typewriter_client import scope as scope

from .events import *
from .events import PACKAGE as PACKAGE

configure = PACKAGE.configure
flush = PACKAGE.flush
close = PACKAGE.close
stats = PACKAGE.stats

if not TYPE_CHECKING:

    def __getattr__(name):
        import typewriter_client

        return getattr(typewriter_client, name)
"""

EVENTS = """
from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from typewriter_client import Package

if TYPE_CHECKING:
    from typewriter_client import Options, UserId
    from typewriter_client.rules import Rules


def _rules() -> Rules:
    from ._rules import RULES

    return RULES


PACKAGE = Package(__name__, _rules)


def order_completed(
    user_id: UserId | None = None, options: Options | None = None, /, **properties: object
) -> None:
    PACKAGE.track("Order Completed", user_id, options, properties)


def track(
    event: str,
    user_id: UserId | None = None,
    options: Options | None = None,
    properties: Mapping[str, object] | None = None,
    /,
) -> None:
    PACKAGE.track(event, user_id, options, properties)
"""

RULES = """
from typewriter_client import rules as r

RULES: r.Rules = {
    r.track("Order Completed"): lambda: r.open({
        "order_id": r.string(),
        r.optional("total"): r.number(),
        r.optional("at"): r.string("date-time"),
    }),
}
"""

TESTING = """
from typewriter_client import testing

from .events import PACKAGE

capture = testing.capture_for(PACKAGE)
sent = testing.fixture_for(PACKAGE)
"""


def write_package(folder: Path, name: str, rules: str = RULES, events: str = EVENTS) -> None:
    """A package like those of the Python target, as far as the library is concerned."""
    package = folder.joinpath(*name.split("."))
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(INIT)
    (package / "events.py").write_text(events)
    (package / "_rules.py").write_text(rules)
    (package / "testing.py").write_text(TESTING)
    (package / "py.typed").touch()


def copy_library(folder: Path) -> Path:
    """A copy of the library to modify, which is found before the installed one."""
    copy = folder / "typewriter_client"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def forget(*names: str) -> dict[str, ModuleType]:
    """Forget imported packages, so that they are imported again; returns their modules."""
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the package from."""
    folder = tmp_path_factory.mktemp("site")
    write_package(folder, "analytics")
    return folder


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The library, freshly imported and without settings.

    Other tests of the process go on with the one that they have imported.
    """
    for variable in [each for each in os.environ if each.startswith(("SEGMENT_", "TYPEWRITER_"))]:
        monkeypatch.delenv(variable)
    before = forget("typewriter_client")
    yield
    process = sys.modules.get("typewriter_client.process.clients")
    if process is not None:
        for each in list(process.clients):
            each.close(0.1)
    forget("typewriter_client")
    sys.modules.update(before)


@pytest.fixture
def analytics(site: Path, monkeypatch: pytest.MonkeyPatch, library: None) -> Iterator[Any]:
    """The package, freshly imported: nothing configured, nothing sent."""
    monkeypatch.syspath_prepend(str(site))
    yield importlib.import_module("analytics")
    forget("analytics")


@pytest.fixture
def messages(analytics: Any) -> Iterator[list[dict[str, Any]]]:
    """What is sent, whatever its violations."""
    testing = importlib.import_module("analytics.testing")
    with testing.capture(on_violation="warn") as sent:
        yield sent


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
