"""Servers on loopback that disconnect, stall or never end: what networks do at their worst."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from time import sleep

_OK = b"HTTP/1.1 200 OK\r\n"
_TLS = b"\x16"  # the first byte of a handshake
_STEP = 0.02  # seconds between the bytes of what trickles
LATE = 3.0  # seconds until a tunnel is opened


def _says_nothing(connection: socket.socket, stop: threading.Event) -> None:
    stop.wait()


def _stalls_in_headers(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(_OK + b"Content-Le")
    stop.wait()


def _stalls_in_body(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(_OK + b"Content-Length: 100\r\n\r\n{}")
    stop.wait()


def _trickles_headers(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(_OK + b"X-Long: ")
    _trickle(connection, stop)


def _trickles_body(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(_OK + b"Content-Length: 4000\r\n\r\n")
    _trickle(connection, stop)


def _always_goes_on(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        sleep(_STEP)


def _hints_early(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    connection.sendall(_OK + b"Content-Length: 0\r\n\r\n")


def _resets(connection: socket.socket, stop: threading.Event) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _closes_at_once(connection: socket.socket, stop: threading.Event) -> None:
    pass


def _never_ends(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(_OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while not stop.is_set():
        connection.sendall(b"400\r\n" + b"x" * 1_024 + b"\r\n")


def _redirects_to_itself(connection: socket.socket, stop: threading.Event) -> None:
    head = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /v1/batch\r\n"
    connection.sendall(head + b"Content-Length: 0\r\n\r\n")


def _opens_a_tunnel_late(connection: socket.socket, stop: threading.Event) -> None:
    stop.wait(LATE)
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    stop.wait()


def _trickle(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        connection.sendall(b"x")
        sleep(_STEP)


def _read_request(connection: socket.socket) -> None:
    """Read the whole request, or the beginning of TLS."""
    head = b""
    while b"\r\n\r\n" not in head and not head.startswith(_TLS):
        head += _read(connection)
    body = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            body = int(line.partition(b":")[2])
    read = len(head.partition(b"\r\n\r\n")[2])
    while read < body:
        read += len(_read(connection))


def _read(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionError("it was closed")
    return part


BAD = {
    "says nothing": _says_nothing,
    "does not read": _says_nothing,
    "stalls in headers": _stalls_in_headers,
    "stalls in body": _stalls_in_body,
    "trickles headers": _trickles_headers,
    "trickles body": _trickles_body,
    "always goes on": _always_goes_on,
    "hints early": _hints_early,
    "resets": _resets,
    "closes at once": _closes_at_once,
    "never ends": _never_ends,
    "redirects to itself": _redirects_to_itself,
    "opens a tunnel late": _opens_a_tunnel_late,
}
"""What each does once a request has arrived, or started to."""


@contextlib.contextmanager
def bad_server(kind: str) -> Iterator[str]:
    """A server that does one of these with every request; its URL."""
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if kind == "does not read":
                stop.wait()
            _read_request(connection)
            BAD[kind](connection, stop)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            stop.set()
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
