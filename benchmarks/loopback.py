"""A server in a separate process that answers as Segment does, or fails: ``Loopback()``.

As fast as a server in Python can be, so that it is not the bottleneck: it only counts the
bytes of a batch and parses it later.  The parent controls it with lines of JSON.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections import Counter
from typing import Any, Self

ANSWERS = {
    status: f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
    f"Content-Length: 16\r\n\r\n".encode()
    + b'{"success":true}'
    for status in (200, 400, 403, 429, 500)
}
STALLED = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{}"


class Loopback:
    """The server, for a ``with`` block; ``url`` is where it listens."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.loopback"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url = f"http://127.0.0.1:{self._ask(command='begin')}"
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:  # closes the pipes, which ends the process
            pass

    def begin(
        self,
        status: int = 200,
        *,
        strict: bool = False,
        wanted: str = "",
        counted: bool = False,
        stalled: bool = False,
    ) -> None:
        """Forget what was received.

        ``status`` is the answer to everything; 0: refuse connections.  ``strict``: refuse a
        batch that is not JSON, such as one with a NaN, and do not count the message with ``n``
        50 unless it has the property ``wanted``.  ``counted``: keep no messages.
        ``stalled``: answer with 200, but only send the first bytes of the body.
        """
        asked = {"strict": strict, "wanted": wanted, "counted": counted, "stalled": stalled}
        self._ask(command="begin", status=status, **asked)

    def recover(self, seconds: float) -> None:
        """Recover this many seconds after the first request, or after now if it is down."""
        self._ask(command="recover", seconds=seconds)

    def delivered(self) -> Counter[str]:
        """How often each message, by its ``properties.n``, was answered with 200."""
        return Counter(self._ask(command="delivered"))

    def count(self) -> int:
        """How many messages were answered with 200, including repeats."""
        return int(self._ask(command="count"))

    def _ask(self, **question: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


class _State:
    """The server's behaviour, and what it has received."""

    def __init__(self) -> None:
        self.server: asyncio.Server | None = None
        self.port = 0
        self.open: set[asyncio.Transport] = set()
        self.begin({})

    def begin(self, asked: dict[str, Any]) -> None:
        """Start afresh."""
        self.status = asked.get("status", 200)
        self.strict = asked.get("strict", False)
        self.wanted = asked.get("wanted", "")
        self.counted = asked.get("counted", False)
        self.stalled = asked.get("stalled", False)
        self.total = 0
        self.seconds: float | None = None
        self.bodies: list[bytes] = []

    def answer(self, body: bytes) -> bytes:
        """The answer to a batch."""
        if self.status != 200:
            if self.seconds is not None:
                asyncio.get_running_loop().call_later(self.seconds, self.succeed)
                self.seconds = None
            return ANSWERS[self.status]
        if self.strict and not _is_json(body):
            return ANSWERS[400]
        if self.counted:
            self.total += body.count(b'"messageId"')
        else:
            self.bodies.append(body)
        return STALLED if self.stalled else ANSWERS[200]

    def succeed(self) -> None:
        """Answer everything with 200 from now on."""
        self.status = 200

    def count(self) -> int:
        """Messages in the batches that were answered with 200."""
        return self.total + sum(len(json.loads(body)["batch"]) for body in self.bodies)

    def delivered(self) -> dict[str, int]:
        """How often each message was."""
        return Counter(
            str(message.get("properties", {}).get("n"))
            for body in self.bodies
            for message in json.loads(body)["batch"]
            if not self._lacks(message.get("properties", {}))
        )

    def _lacks(self, properties: dict[str, Any]) -> bool:
        return properties.get("n") == 50 and self.wanted not in {"", *properties}


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body, parse_constant=_refuse)
    except ValueError:
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)


class _Connection(asyncio.Protocol):
    """The requests of one client, in sequence."""

    def __init__(self, state: _State) -> None:
        self._state = state
        self._parts: list[bytes] = []
        self._missing = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._state.open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._state.open.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        if not self._missing:
            data = b"".join([*self._parts, data])
            head, end, rest = data.partition(b"\r\n\r\n")
            if not end:
                self._parts = [data]
                return
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self._missing, self._parts, data = int(length), [], rest
        self._parts.append(data)
        self._missing -= len(data)
        if self._missing <= 0:
            body, self._parts, self._missing = b"".join(self._parts), [], 0
            self._transport.write(self._state.answer(body))


async def _listen(state: _State) -> None:
    loop = asyncio.get_running_loop()
    state.server = await loop.create_server(
        lambda: _Connection(state), "127.0.0.1", state.port, reuse_address=True
    )
    state.port = state.server.sockets[0].getsockname()[1]


async def _obey(state: _State, asked: dict[str, Any]) -> Any:
    if asked["command"] == "begin":
        state.begin(asked)
        if state.status == 0 and state.server is not None:
            state.server.close()
            state.server = None
            for transport in list(state.open):
                transport.abort()
        elif state.server is None:
            await _listen(state)
        return state.port
    if asked["command"] == "recover":
        state.seconds = asked["seconds"]
        if state.status == 0:
            await asyncio.sleep(asked["seconds"])
            state.succeed()
            await _listen(state)
        return None
    return getattr(state, asked["command"])()


async def _serve() -> None:
    state, questions = _State(), asyncio.Queue[str]()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(questions.put_nowait, line)
        loop.call_soon_threadsafe(questions.put_nowait, "")

    threading.Thread(target=read, daemon=True).start()
    while line := await questions.get():
        print(json.dumps(await _obey(state, json.loads(line))), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve())
