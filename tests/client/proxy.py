"""A small HTTP proxy on loopback: forwards, opens tunnels, asks for a password, refuses."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from base64 import b64encode
from dataclasses import dataclass, field
from socketserver import BaseRequestHandler
from typing import Any
from urllib.parse import urlsplit

from .loopback import OnLoopback


@dataclass
class Proxy(OnLoopback):
    """Passes on requests, except from clients that do not send the ``password``."""

    password: str = ""
    """As ``user:password``."""
    refusal: str = ""
    """A status with which to refuse everything."""
    context: ssl.SSLContext | None = None
    """If given, clients have to use TLS with it."""
    seen: list[str] = field(default_factory=list)
    """Method and target of each request."""
    heard: bytes = b""
    """Everything that clients sent."""

    def _handler(self) -> type[BaseRequestHandler]:
        proxy = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    proxy._serve(self.request)

        return Handler

    @property
    def url(self) -> str:
        return f"{'http' if self.context is None else 'https'}://{self.host}"

    def _serve(self, client: Any) -> None:
        if self.context is None:
            self._answer(client)
        else:
            with self.context.wrap_socket(client, server_side=True) as secured:
                self._answer(secured)

    def _answer(self, client: Any) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(65_536)
            if not part:
                return
            head += part
        self.heard += head
        first, _, rest = head.partition(b"\r\n")
        method, target, _ = first.decode().split()
        self.seen.append(f"{method} {target}")
        status = self.refusal or self._objection(rest)
        if status:
            client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            client.close()
            return
        host, port = urlsplit(target if "://" in target else f"//{target}").netloc.split(":")
        with socket.create_connection((host, int(port))) as server:
            if method == "CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.sendall(head)
            back = threading.Thread(target=self._copy, args=(server, client), daemon=True)
            back.start()
            self._copy(client, server)
            back.join()

    def _objection(self, headers: bytes) -> str:
        expected = f"Basic {b64encode(self.password.encode()).decode()}"
        given = f"\r\nProxy-Authorization: {expected}\r\n".encode() in b"\r\n" + headers
        return "" if given or not self.password else "407 Proxy Authentication Required"

    def _copy(self, source: Any, to: Any) -> None:
        with contextlib.suppress(OSError):
            while True:
                part = source.recv(65_536)
                if not part:
                    break
                self.heard += part
                to.sendall(part)
        with contextlib.suppress(OSError):
            to.shutdown(socket.SHUT_WR)
