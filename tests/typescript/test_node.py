"""The package for servers with Segment's real SDK for Node, against a loopback server: what
arrives is what the package in Python sends for the same calls.
"""

from __future__ import annotations

import importlib
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from packages import WIDE, generate

from . import tools
from .loopback import Loopback

ORDER = {"order_id": "1", "total": 9.5, "products": [{"product_id": "p"}]}


def comparable(message: dict[str, Any]) -> dict[str, Any]:
    """What a message says, without what the SDK and the moment say (or say nothing by)."""
    message = deepcopy(message)
    context = {key: value for key, value in message["context"].items() if key != "library"}
    assert context["typewriter"].pop("language") in ("python", "typescript")
    kept = {key: value for key, value in message.items() if key != "_metadata"}
    if kept.get("integrations") == {}:
        del kept["integrations"]
    if kept["type"] == "page":  # the SDK repeats it there
        kept["properties"].pop("category", None)
    at_one_moment(kept.get("traits", {}))
    return {**kept, "context": context, "messageId": "", "timestamp": ""}


def at_one_moment(traits: dict[str, Any]) -> None:
    """A moment in traits as one text: Python writes 00:00, JavaScript 00:00.000Z."""
    if "created" in traits:
        traits["created"] = datetime.fromisoformat(traits["created"]).isoformat()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The package in Python."""
    generate(WIDE, tmp_path / "python" / "shop")
    monkeypatch.syspath_prepend(str(tmp_path / "python"))
    yield importlib.import_module("shop")
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


def in_python(shop: Any) -> list[dict[str, Any]]:
    """The calls of node_program.ts, in Python."""
    testing = importlib.import_module("shop.testing")
    with testing.capture() as sent:
        shop.order_completed("u1", **ORDER, coupon=None)
        shop.order_completed_v1("u1", order_id=1)
        shop.app_opened(None, {"anonymous_id": "a1"})
        created = datetime.fromtimestamp(0, UTC)
        shop.identify("u1", email="a@b", company={"id": "c"}, created=created)
        shop.group("u1", "g1", name="n")
        shop.page("u1", "Home", {"category": "Docs"}, path="/")
        shop.screen("u1", None, depth=1)
        options = {
            "context": {"ip": "127.0.0.1", "tenant": "t"},
            "integrations": {"Mixpanel": True},
        }
        shop.order_completed("u1", options, **ORDER)
    return list(sent)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """node_program.ts as Node runs it."""
    folder = tools.workspace(tmp_path_factory.mktemp("node"))
    tools.write(folder / "shop", tools.files_of(tools.read(WIDE), "analytics-node"))
    for name in ("node_program.ts", "bundle.mjs"):
        shutil.copy(tools.HERE / name, folder)
    tools.bundle(folder, "node_program.ts", "program.mjs", "node", "@segment/analytics-node")
    return folder / "program.mjs"


@tools.needs_node
def test_what_arrives_is_what_python_sends(program: Path, shop: Any, tmp_path: Path) -> None:
    with Loopback(tmp_path) as segment:
        command = ["node", str(program), segment.url]
        subprocess.run(command, check=True, timeout=60, cwd=program.parent)
    arrived = segment.messages  # of several batches, in whatever order
    sent = in_python(shop)
    assert sorted(map(_text, arrived)) == sorted(map(_text, sent))
    assert {m["context"]["typewriter"]["language"] for m in arrived} == {"typescript"}
    (chosen,) = [message for message in arrived if message["messageId"] == "m1"]
    assert chosen["timestamp"] == "2026-01-02T03:04:05.000Z"
    assert chosen["context"]["protocols"] == {"event_version": 2}


def _text(message: dict[str, Any]) -> str:
    return json.dumps(comparable(message), sort_keys=True)


@tools.needs_node
def test_what_waits_is_sent_before_the_process_ends(program: Path, tmp_path: Path) -> None:
    with Loopback(tmp_path) as segment:
        command = ["node", str(program), segment.url, "exit"]
        subprocess.run(command, check=True, timeout=60, cwd=program.parent)
        assert len(segment.messages) == 1


@tools.needs_node
@pytest.mark.parametrize(("mode", "status"), [("sigterm", -signal.SIGTERM), ("shutdown", 7)])
def test_what_waits_is_sent_on_sigterm(
    mode: str, status: int, program: Path, tmp_path: Path
) -> None:
    with Loopback(tmp_path) as segment:
        command = ["node", str(program), segment.url, mode]
        process = subprocess.Popen(command, cwd=program.parent, stdout=subprocess.PIPE)
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == status
        process.stdout.close()
        assert len(segment.messages) == 1
