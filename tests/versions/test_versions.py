"""The generated package does the same on every Python that it supports: without any other
package, with a warning being an error, and over HTTP with urllib3.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from client.server import Server
from interpreters import interpreter, venv

HERE = Path(__file__).parent
RIGHT_CALLS = HERE.parent / "typing" / "calls_right.py"
STRICT = ("-X", "dev", "-W", "error")

CLEAN = {
    "plain",
    "emoji count as one",
    "whole float",
    "naive",
    "with an offset",
    "text with Z",
    "uuid",
    "enum",
    "tuple and set",
    "order",
    "extra",
    "another alphabet",
    "user",
    "identify",
    "group",
    "page",
    "alias",
    "untyped and unplanned",
}
"""The calls of program.py that keep to the plan."""


def run(python: Path, *arguments: str | Path, cwd: Path, **environment: str) -> str:
    """What a program prints; it must end well, and without a word on stderr."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(
        [str(python), *STRICT, *map(str, arguments)],
        cwd=cwd,
        env={**kept, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    return result.stdout


@cache
def outcome(python: Path, site: Path) -> dict[str, Any]:
    """What program.py makes of the packages there."""
    folder = Path(tempfile.mkdtemp(dir=site.parent))
    printed = run(python, "-I", "-S", HERE / "program.py", site, folder, cwd=folder)
    result: dict[str, Any] = json.loads(printed)
    return result


@pytest.fixture
def done(version: str, site: Path) -> dict[str, Any]:
    return outcome(interpreter(version), site)


@pytest.fixture
def reference(site: Path) -> dict[str, Any]:
    """The outcome on the Python that runs the tests."""
    return outcome(Path(sys.executable), site)


def test_verdicts_and_messages_are_the_same(
    done: dict[str, Any], reference: dict[str, Any]
) -> None:
    assert done["judged"] == reference["judged"]
    clean = {name for name, each in done["judged"].items() if not each["violations"]}
    assert clean == CLEAN


def test_every_public_name_is_there(done: dict[str, Any], reference: dict[str, Any]) -> None:
    assert done["types"] == reference["types"]
    assert {"OrderCompleted", "order_completed", "注文完了", "UserId"} <= set(done["types"])


IMPORTING = """
import importlib, pathlib, sys

site = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(site))
for package in sys.argv[2:]:
    for path in sorted((site / package).rglob("*.py")):
        if path.stem not in ("__main__", "pytest_plugin"):
            parts = path.relative_to(site).with_suffix("").parts
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
"""


def test_every_module_is_imported(version: str, site: Path, tmp_path: Path) -> None:
    python = venv(version, "urllib3")
    packages = ("typewriter_client", "shop", "analytics", "vendored")
    for package in packages:
        run(python, "-I", "-c", IMPORTING, site, package, cwd=tmp_path)


def test_violations_are_raised(done: dict[str, Any]) -> None:
    text, *paths = done["raised"]
    assert text.startswith("Order Completed: properties.order_id: Invalid type.")
    assert paths == ["properties.order_id", "properties.total", "properties.products"]


def test_messages_go_to_a_local_file(done: dict[str, Any]) -> None:
    first, second = done["file"]
    assert (first["event"], first["userId"]) == ("App Opened", "in scope")
    assert (second["type"], second["context"]["ip"]) == ("page", "127.0.0.1")


def test_requests_say_the_same(done: dict[str, Any], reference: dict[str, Any]) -> None:
    assert done["web"] == reference["web"]
    by_asgi, by_wsgi = done["web"]
    for message in (by_asgi, by_wsgi):
        assert (message["userId"][-1], message["anonymousId"]) == ("4", "x")
        context = message["context"]
        assert (context["ip"], context["locale"]) == ("203.0.113.7", "da")
        assert context["page"]["path"] == "/%C3%BC"
    assert by_asgi["context"]["page"]["search"] == "?q=1"


def test_messages_go_to_a_transport(done: dict[str, Any]) -> None:
    assert done["transport"] == {
        **dict.fromkeys(("stored", "handed_over", "queued", "violations", "retries"), 0),
        "accepted": 5,
        "delivered": 5,
        "dropped": {},
        "sizes": 5,
    }


# --- with urllib3 ---------------------------------------------------------------------------------

SENDING = """
import sys
import shop

shop.configure(write_key="k", endpoint=sys.argv[1], flush_interval=60)
for number in range(3):
    shop.order_completed(number, order_id=str(number), total=1, products=[])
assert shop.flush(10)
shop.app_opened("at exit")
assert shop.stats().delivered == 3
"""


def test_messages_go_over_http(version: str, site: Path, tmp_path: Path) -> None:
    python = venv(version, "urllib3")
    with Server() as server:
        run(python, "-c", SENDING, server.url, cwd=tmp_path, PYTHONPATH=str(site))
        users = [message["userId"] for message in server.delivered]
        (first, *_) = server.requests
    assert users == ["0", "1", "2", "at exit"]
    assert first.path == "/v1/batch"
    assert first.headers["Authorization"].startswith("Basic ")


def test_right_calls_are_right_at_run_time(version: str, site: Path, tmp_path: Path) -> None:
    python = venv(version, "urllib3")
    shutil.copy(RIGHT_CALLS, tmp_path)
    environment = {
        "PYTHONPATH": str(site),
        "XDG_STATE_HOME": str(tmp_path),
        "TYPEWRITER_ON_VIOLATION": "raise",
    }
    quiet = "import logging, runpy; logging.disable(); runpy.run_path('calls_right.py')"
    run(python, "-c", quiet, cwd=tmp_path, **environment)
    lines = (tmp_path / "typewriter" / "shop.jsonl").read_text(encoding="utf-8").splitlines()
    events = [json.loads(line).get("event") for line in lines]
    assert events.count("Everything Sent") == 3
    assert len(events) > 30


OUTBOX = """
import os
import sys
import shop


class Transport:
    def __init__(self, fails):
        self.fails = fails
        self.sent = []

    def send(self, batch):
        if self.fails:
            raise OSError
        self.sent += [message["userId"] for message in batch]


def configure(transport):
    shop.configure(transport=transport, outbox="shop.db", close_timeout=0)


configure(Transport(True))
shop.app_opened("parent")
if os.fork() == 0:
    shop.app_opened("child")
    os._exit(0)
os.wait()
shop.close()
assert shop.stats()[:5] == (1, 0, 0, {}, 1)
transport = Transport(False)
configure(transport)
assert shop.flush(10)
assert sorted(transport.sent) == ["child", "parent"], transport.sent
assert shop.stats()[:5] == (2, 2, 0, {}, 0)
shop.close()
assert os.listdir() == ["shop.db"]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_outbox_outlives_its_processes(version: str, site: Path, tmp_path: Path) -> None:
    quiet = "import logging, warnings; logging.disable(); warnings.simplefilter('ignore')\n"
    run(interpreter(version), "-c", quiet + OUTBOX, cwd=tmp_path, PYTHONPATH=str(site))
    console = ("-m", "typewriter_client", "outbox", "shop.db")
    shown = run(interpreter(version), *console, cwd=tmp_path, PYTHONPATH=str(site))
    assert shown.startswith("shop.db: 0 messages")


# --- with pydantic --------------------------------------------------------------------------------

VALIDATING = """
import typing
import pydantic
import shop

order = pydantic.TypeAdapter(shop.OrderCompleted)
given = {"order_id": "1", "total": "9.99", "products": [{"product_id": "p", "price": 1}]}
assert order.validate_python(given)["products"][0]["product_id"] == "p"
for wrong in ({"total": 1}, {**given, "currency": "GBP"}, {**given, "products": [{}]}):
    try:
        order.validate_python(wrong)
    except pydantic.ValidationError:
        continue
    raise AssertionError(wrong)
pydantic.TypeAdapter(shop.EverythingSent).json_schema()
pydantic.TypeAdapter(shop.OddlyNamed).json_schema()
recursive = {"name": "c", "parent": {"name": "d", "children": [{"name": "e"}]}}
assert pydantic.TypeAdapter(shop.Category).validate_python(recursive) == recursive
json = {"a": [1, None, {"b": True}]}
assert pydantic.TypeAdapter(shop.Json).validate_python(json) == json
hints = typing.get_type_hints(shop.OrderCompleted)
assert hints["products"].__args__ == (shop.Product,), hints
"""


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"], indirect=True)
def test_types_serve_pydantic(version: str, site: Path, tmp_path: Path) -> None:
    python = venv(version, "pydantic")
    run(python, "-c", VALIDATING, cwd=tmp_path, PYTHONPATH=str(site))
