"""A host that is only reachable through a proxy, as in a company's network: ``behind_proxy``.

The proxy is a separate process.  It opens tunnels to that one host, which uses TLS with a
certificate from its own authority and forwards everything to the server on loopback.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import trustme

HOST = "segment.example"


@contextlib.contextmanager
def behind_proxy(server: str, folder: Path) -> Iterator[dict[str, str]]:
    """For the block, ``https://HOST`` is ``server`` for processes with the yielded environment.

    ``folder`` is for certificates.
    """
    authority = trustme.CA()
    trusted, certificate = folder / "authority.pem", folder / "host.pem"
    authority.cert_pem.write_to_path(str(trusted))
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.faults.proxy", server, certificate],
        stdin=subprocess.PIPE,  # it ends when this is closed
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        proxy = process.stdout.readline().strip()
        yield {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "REQUESTS_CA_BUNDLE": str(trusted)}


async def _serve(server: str, certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def be_host(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _connect(reader, writer, urlsplit(server).port)

    async def be_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(f"CONNECT {HOST}:443 ".encode()):
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _connect(reader, writer, _port(host))
        else:
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            writer.close()

    host = await asyncio.start_server(be_host, "127.0.0.1", ssl=context)
    proxy = await asyncio.start_server(be_proxy, "127.0.0.1")
    print(f"http://127.0.0.1:{_port(proxy)}", flush=True)
    await asyncio.to_thread(sys.stdin.read)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def _connect(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int | None
) -> None:
    """Forward data both ways until both sides have ended."""
    answers, onwards = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_copy(reader, onwards), _copy(answers, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(*sys.argv[1:]))
