"""A server on loopback that serves on a thread while a ``with`` block runs."""

from __future__ import annotations

import ssl
import threading
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import TypeVar

T = TypeVar("T", bound="OnLoopback")


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


class OnLoopback:
    """Base class of servers: requests are handled by the class that ``_handler`` returns."""

    tls: ssl.SSLContext | None = None

    def __enter__(self: T) -> T:
        self._server = _Server(("127.0.0.1", 0), self._handler())
        if self.tls:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    def _handler(self) -> type[BaseRequestHandler]:
        raise NotImplementedError
