"""A loopback server that does what Segment does, and what networks do."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from .loopback import OnLoopback


class Reply(NamedTuple):
    """How to answer a request: after ``delay`` seconds, or not at all."""

    status: int = 200
    headers: Mapping[str, str] = {}
    delay: float = 0.0
    reset: bool = False
    half: bool = False
    body: bytes = b'{"success":true}'
    trickle: float = 0.0  # seconds between the bytes of the answer's body


OK = Reply()
Behaviour = Callable[[int, list[dict[str, Any]]], Reply]


@dataclass
class Request:
    """A received request: its batch, and when it arrived."""

    batch: list[dict[str, Any]]
    headers: Mapping[str, str]
    body: bytes
    path: str
    at: float
    status: int


def parsed(moment: str) -> datetime:
    """A time on the wire; Python 3.9 only parses the format that it writes."""
    return datetime.fromisoformat(moment.replace("Z", "+00:00"))


@dataclass
class Server(OnLoopback):
    """Answers the n-th request (from 0) as ``behave(n, batch)`` says, by default with 200."""

    behave: Behaviour = lambda n, batch: OK
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()

    def hang_up(self) -> None:
        """Close all connections, as servers do with idle ones."""
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._connections.clear()

    @property
    def delivered(self) -> list[dict[str, Any]]:
        """The messages that were answered with 2xx."""
        with self._lock:
            return [m for r in self.requests if r.status < 300 for m in r.batch]

    def events(self) -> list[int]:
        """The ``n`` of each delivered message, sorted, including repeats."""
        return sorted(message["properties"]["n"] for message in self.delivered)

    def _receive(self, handler: BaseHTTPRequestHandler) -> Reply:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        if handler.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        batch = json.loads(body)["batch"]
        with self._lock:
            reply = self.behave(len(self.requests), batch)
            status = 599 if reply.reset or reply.half else reply.status
            headers = dict(handler.headers.items())
            at = time.monotonic()
            self.requests.append(Request(batch, headers, body, handler.path, at, status))
        return reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receive = self._receive
        lock, connections = self._lock, self._connections

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                with lock:
                    connections.add(self.connection)

            def finish(self) -> None:
                with lock:
                    connections.discard(self.connection)
                super().finish()

            def do_POST(self) -> None:
                reply = receive(self)
                time.sleep(reply.delay)
                if reply.reset:
                    linger = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.close_connection = True
                    return
                if reply.half:
                    self.wfile.write(b"HTTP/1.1 2")
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                if reply.trickle:
                    for byte in reply.body:
                        time.sleep(reply.trickle)
                        self.wfile.write(bytes([byte]))
                    return
                self.wfile.write(reply.body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


_taken: list[socket.socket] = []


def refusing_port() -> int:
    """A port on which nothing listens, or will as long as this process lives."""
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    _taken.append(probe)
    return int(probe.getsockname()[1])
