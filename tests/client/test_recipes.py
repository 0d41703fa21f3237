"""The README's recipes for other SDKs, several destinations and webhooks, verbatim."""

from __future__ import annotations

import hmac
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import GOLDEN
from .server import Reply, Server

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECRET = "whsec_test"


@pytest.fixture(scope="module")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the README's files, and the package that they import."""
    folder = tmp_path_factory.mktemp("recipes")
    shutil.copytree(GOLDEN / "myapp" / "package", folder / "analytics")
    for path, text in re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", README, re.DOTALL | re.M):
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


def run(folder: Path, *command: str, warnings: int = 0, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (0, warnings), done.stderr
    return done.stdout


def orders(server: Server) -> list[tuple[str, str]]:
    return [(m["userId"], m["properties"]["order_id"]) for m in server.delivered]


def test_beside_segments_sdk(recipes: Path, server: Server) -> None:
    run(recipes, "beside_segment.py", SEGMENT_WRITE_KEY="k", SEGMENT_HOST=server.url)
    assert orders(server) == [("u_1", "o_1")]
    (message,) = server.delivered
    assert message["context"]["library"]["name"] == "analytics-python"
    assert message["context"]["typewriter"]["language"] == "python"


def test_beside_rudderstacks_sdk(recipes: Path, server: Server) -> None:
    where = {"RUDDERSTACK_WRITE_KEY": "k", "RUDDERSTACK_URL": server.url}
    run(recipes, "beside_rudderstack.py", **where)
    assert orders(server) == [("u_1", "o_1")]
    assert server.delivered[0]["channel"] == "server"


def test_a_transport_of_ones_own(recipes: Path, server: Server) -> None:
    server.behave = lambda n, batch: Reply(503) if n == 0 else Reply()
    run(recipes, "to_warehouse.py", warnings=2, WAREHOUSE_URL=server.url)  # of the outage
    assert orders(server) == [("u_1", "o_1")]
    assert len(server.requests) == 2


def test_several_destinations(recipes: Path, server: Server, other: Server) -> None:
    with Server() as rudderstack:
        said = run(
            recipes,
            "two_destinations.py",
            SEGMENT_WRITE_KEY="a",
            TYPEWRITER_ENDPOINT=server.url,
            EU_WRITE_KEY="b",
            EU_URL=other.url,
            RUDDERSTACK_WRITE_KEY="c",
            RUDDERSTACK_URL=rudderstack.url,
        )
        assert said == "1 1\n"
        everywhere = (server, other, rudderstack)
        assert [orders(each) for each in everywhere] == [[("u_1", "o_1")]] * 3
        assert len({each.delivered[0]["messageId"] for each in everywhere}) == 1
        assert other.requests[0].headers["Authorization"] == "Basic Yjo="


def signed(event: dict[str, Any], secret: str = SECRET) -> tuple[str, str]:
    """A webhook's body and signature, as in Stripe's documentation."""
    body, now = json.dumps(event), int(time.time())
    digest = hmac.new(secret.encode(), f"{now}.{body}".encode(), "sha256").hexdigest()
    return body, f"t={now},v1={digest}"


def test_a_webhook_that_comes_again_counts_once(recipes: Path, server: Server) -> None:
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "client_reference_id": "u_1",
        "amount_total": 3998,
        "currency": "eur",
    }
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "created": 1_769_860_800,
        "data": {"object": session},
    }
    forged = signed({**event, "id": "evt_2"}, "whsec_guess")
    unknown = signed({**event, "id": "evt_3", "type": "invoice.paid"})
    code = f"""
import io
from analytics import configure, flush
from webhook import application
configure(write_key="k", endpoint={server.url!r}, on_violation="raise")
for body, signature in {[signed(event), signed(event), forged, unknown, ("{", "")]!r}:
    environ = {{
        "wsgi.input": io.BytesIO(body.encode()),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_STRIPE_SIGNATURE": signature,
    }}
    assert application(environ, lambda status, headers: print(status[:3])) == []
assert flush()
"""
    said = run(recipes, "-c", code, STRIPE_WEBHOOK_SECRET=SECRET)
    assert said.split() == ["200", "200", "400", "200", "400"]
    assert [message["messageId"] for message in server.delivered] == ["evt_1", "evt_1"]
    for message in server.delivered:
        assert message["timestamp"] == "2026-01-31T12:00:00+00:00"
        assert message["properties"]["total"] == 39.98
        assert message["properties"]["currency"] == "EUR"
    assert orders(server) == [("u_1", "cs_1")] * 2
