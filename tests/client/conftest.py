"""The client as a generated package has it, with a validator written by hand."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .server import Server

TEMPLATES = Path(__file__).parents[2] / "templates" / "python"

INIT = """
from ._client import Sender, ViolationError, close, configure, flush, scope, stats

_plan = Sender(f"{__package__}._validators")


def order_completed(user_id=None, options=None, /, **properties):  # type: ignore
    _plan.track("Order Completed", user_id, options, properties)


def track(event, user_id=None, options=None, properties=None, /):  # type: ignore
    _plan.track(event, user_id, options, properties)


def __getattr__(name):  # type: ignore
    from . import _client

    return getattr(_client, name)
"""

VALIDATORS = """
from ._client.formats import date_time


def order_completed(properties, report):
    if "order_id" not in properties:
        report.missing(("properties", "order_id"))
    elif type(properties["order_id"]) is not str:
        report.wrong_type(("properties", "order_id"), properties["order_id"], "string")
    total = properties.get("total", 0)
    if type(total) not in (int, float):
        report.wrong_type(("properties", "total"), total, "number")
    at = properties.get("at", "2026-01-31T00:00:00Z")
    if type(at) is not str:
        report.wrong_type(("properties", "at"), at, "string")
    elif not date_time(at):
        report.wrong_format(("properties", "at"), at, "date-time")


CHECKS = {("track", "Order Completed", None): order_completed}
COMMON = None
"""


def write_package(folder: Path, name: str) -> None:
    """A package as the target would write it, as far as the client is concerned."""
    package = folder / name
    bytecode = shutil.ignore_patterns("__pycache__")
    shutil.copytree(TEMPLATES / "_client", package / "_client", ignore=bytecode)
    for module in TEMPLATES.glob("*.py"):
        shutil.copy(module, package)
    (package / "__init__.py").write_text(INIT)
    (package / "_validators.py").write_text(VALIDATORS)
    (package / "py.typed").touch()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to import the package from."""
    folder = tmp_path_factory.mktemp("site")
    write_package(folder, "analytics")
    return folder


@pytest.fixture
def analytics(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package, imported anew: nothing configured, nothing sent."""
    monkeypatch.syspath_prepend(str(site))
    for variable in ("SEGMENT_WRITE_KEY", "TYPEWRITER_ON_VIOLATION"):
        monkeypatch.delenv(variable, raising=False)
    package = importlib.import_module("analytics")
    yield package
    process = sys.modules.get("analytics._client.process")
    if process is not None:
        for each in list(process.clients):
            each.close(0.1)
    for name in [name for name in sys.modules if name.partition(".")[0] == "analytics"]:
        del sys.modules[name]


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
