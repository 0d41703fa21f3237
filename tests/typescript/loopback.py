"""A loopback server that is Segment for both SDKs, and serves a page to a browser."""

from __future__ import annotations

import gzip
import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from client.loopback import OnLoopback

SETTINGS = {"integrations": {"Segment.io": {"apiKey": "key"}}, "plan": {"track": {}}}
TYPES = {".html": "text/html", ".js": "text/javascript", "": "application/json"}


class Loopback(OnLoopback):
    """Keeps the messages that come, from batches and from single posts; ``folder`` is served."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.messages: list[dict[str, Any]] = []

    def wait_for(self, count: int, seconds: float = 20) -> list[dict[str, Any]]:
        """The messages once there are so many, or after a while."""
        end = time.monotonic() + seconds
        while len(self.messages) < count and time.monotonic() < end:
            time.sleep(0.02)
        return self.messages

    def _take(self, body: bytes) -> None:
        sent = json.loads(body)
        self.messages += sent.get("batch", [sent])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                loopback._take(body)
                self._answer(b'{"success": true}', "")

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path.endswith("/settings"):
                    self._answer(json.dumps(SETTINGS).encode(), "")
                    return
                file = loopback.folder / path.lstrip("/")
                if not file.is_file():
                    file = loopback.folder / "index.html"
                self._answer(file.read_bytes(), file.suffix)

            def _answer(self, body: bytes, suffix: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", TYPES[suffix])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
