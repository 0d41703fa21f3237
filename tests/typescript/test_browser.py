"""The package for browsers with Segment's real SDK in headless Chromium, against a loopback
server: what arrives is what the package in Python sends for the same calls.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest
from packages import WIDE

from . import tools
from .loopback import Loopback
from .test_node import at_one_moment, in_python, shop

__all__ = ["shop"]

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="there is no Chromium here"
)
PAGE = '<!doctype html><title>Shop</title><div id="root"></div><script src="/page.js"></script>'


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What arrives from the page."""
    folder = tools.workspace(tmp_path_factory.mktemp("browser"))
    tools.write(folder / "shop", tools.files_of(tools.read(WIDE)))
    for name in ("browser_program.ts", "browser.mjs"):
        shutil.copy(tools.HERE / name, folder)
    # React's StrictMode runs effects twice, but not in production.
    tools.bundle(folder, "browser_program.ts", "site/page.js", "browser", mode="development")
    (folder / "site" / "index.html").write_text(PAGE)
    with Loopback(folder / "site") as segment:
        command = ["node", "browser.mjs", segment.url, str(folder / "profile")]
        environment = {**os.environ, "CHROMIUM": CHROMIUM or ""}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, "")
        return segment.wait_for(10)


def _calls(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages but for React's, in the order of their calls."""
    return [
        each
        for each in messages
        if each["properties" if "properties" in each else "traits"].get("path") != "/shop"
    ]


def _comparable(message: dict[str, Any]) -> dict[str, Any]:
    """What a call says: the SDK adds what it knows of the page and of the visitor."""
    body = message.get("properties", message.get("traits"))
    known = ("referrer", "search", "title", "url", "name", "category")
    kept = ("type", "event", "groupId", "name", "category")
    context = message["context"]
    at_one_moment(body)
    return {
        **{key: message[key] for key in kept if message.get(key) is not None},
        "body": {k: v for k, v in body.items() if message["type"] != "page" or k not in known},
        "version": context.get("protocols"),
        "ours": {key: context[key] for key in ("ip", "tenant") if key in context},
        "integrations": message.get("integrations", {}).get("Mixpanel"),
        "typewriter": context["typewriter"]["version"],
    }


@tools.needs_node
@needs_chromium
def test_what_arrives_is_what_python_sends(messages: list[dict[str, Any]], shop: Any) -> None:
    arrived = [json.dumps(_comparable(each), sort_keys=True) for each in _calls(messages)]
    sent = [json.dumps(_comparable(each), sort_keys=True) for each in in_python(shop)]
    assert sorted(arrived) == sorted(sent)


@tools.needs_node
@needs_chromium
def test_calls_before_the_sdk_is_loaded_are_sent(messages: list[dict[str, Any]]) -> None:
    (identified,) = [each for each in messages if each["type"] == "identify"]
    assert identified["userId"] == "u1"
    assert {each["userId"] for each in messages} == {"u1"}


@tools.needs_node
@needs_chromium
def test_a_page_call_for_each_path_and_search_and_for_no_other_render(
    messages: list[dict[str, Any]],
) -> None:
    pages = [each["properties"] for each in messages if each["type"] == "page"]
    of_react = [each for each in pages if each["path"] == "/shop"]
    assert [each["search"] for each in of_react] == ["?q=1", "?q=2"]
    assert of_react[0]["title"] == "Shop"
    assert of_react[0]["url"].endswith("/shop?q=1")
