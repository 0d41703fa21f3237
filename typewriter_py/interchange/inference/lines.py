"""Bytes of a log → its lines, in memory that does not grow with them; gzip or not is seen by
what the log holds, not by its name."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import Final

MAX_LINE: Final = 8 << 20
"""Bytes of a line.  Segment takes 500 KB in one request; an envelope may add to that."""

_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_NOT_TEXT: Final = {
    b"PK\x03\x04": "a zip archive",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ": "compressed with xz",
    b"PAR1": "a Parquet file",
    b"Obj\x01": "an Avro file",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
}


def foreign(stream: BufferedReader) -> str | None:
    """What the stream holds, if its first bytes say that it is not text to be read."""
    head = stream.peek(8)
    return next((what for magic, what in _NOT_TEXT.items() if head.startswith(magic)), None)


def lines(stream: BufferedReader, progress: Callable[[int], None]) -> Iterator[bytes | None]:
    """Each line without its end; None for one of more than ``MAX_LINE`` bytes.

    ``progress`` is called with the bytes that were read since it was called last, as they lie
    on the disk.  Raises OSError, EOFError or zlib.error where the stream ends before its time;
    all whole lines up to there have been given.
    """
    pieces: list[bytes] = []
    held = 0
    for chunk in _chunks(stream, progress):
        first, *others = chunk.split(b"\n")
        pieces.append(first)
        held += len(first)
        if others:
            yield b"".join(pieces) if held <= MAX_LINE else None
            yield from others[:-1]
            pieces, held = [others[-1]], len(others[-1])
        elif held > MAX_LINE:
            pieces = []
    if held:
        yield b"".join(pieces) if held <= MAX_LINE else None


def _chunks(stream: BufferedReader, progress: Callable[[int], None]) -> Iterator[bytes]:
    packed = stream.peek(2)[:2] == _GZIP
    source = gzip.GzipFile(fileobj=stream, mode="rb") if packed else stream
    before = 0
    while chunk := source.read1(_CHUNK):
        position = _position(stream) if packed else before + len(chunk)
        progress(position - before)
        before = position
        yield chunk


def _position(stream: BufferedReader) -> int:
    """How far a file has been read; 0 of a pipe, which cannot tell."""
    try:
        return stream.tell()
    except OSError:
        return 0
