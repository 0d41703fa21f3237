"""Logs → statistics: every line is read as JSON; lines that are not are counted and reported."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from gzip import BadGzipFile
from io import BufferedReader
from typing import Any, Final

from .. import disk
from ..diagnostics import Diagnostic, Span
from . import codes
from .events import Observed, messages
from .statistics import times

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


def lines(stream: BufferedReader, progress: Callable[[int], None]) -> Iterator[bytes | None]:
    """Each line without its end; None for one of more than ``MAX_LINE`` bytes.

    ``progress`` is called with the bytes read since the last call, as they are on disk.  Raises
    OSError, EOFError or zlib.error if the stream is cut short, after yielding all complete lines.
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
    """How far a file has been read; 0 for a pipe, which has no position."""
    try:
        return stream.tell()
    except OSError:
        return 0


SHOWN: Final = 5
"""Broken lines that are reported one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log: its name in diagnostics, and the stream if it is not a file."""

    name: str
    stream: BufferedReader | None = None


@dataclass(slots=True)
class Reading:
    """The result of reading logs: statistics, and what was wrong with some of the lines."""

    observed: Observed = field(default_factory=Observed)
    lines: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: int = 0
    without_message: int = 0
    first_without_message: Span | None = None

    def add(self, log: Log, progress: Callable[[int], None]) -> None:
        """Read one log to its end, or to where it is cut short."""
        number = 0
        try:
            source = log.stream or disk.opened(log.name, pipe=True)
            with nullcontext(source) if log.stream else source as stream:
                head = stream.peek(8)
                what = next(
                    (what for magic, what in _NOT_TEXT.items() if head.startswith(magic)), None
                )
                if what is not None:
                    help = "convert it to JSON, one message per line; gzip can be read directly"
                    self.fail(log, f"not a log: it is {what}", help)
                    return
                for number, line in enumerate(lines(stream, progress), 1):
                    self._line(line, log.name, number)
        except (EOFError, zlib.error) as error:
            self._cut_short(log, number, str(error))
        except OSError as error:
            if number or isinstance(error, BadGzipFile):
                self._cut_short(log, number, error.strerror or str(error))
            else:
                self.fail(log, f"cannot be read: {error.strerror or error}")

    def _line(self, line: bytes | None, file: str, number: int) -> None:
        if line is not None:
            line = line.rstrip()
            if not line:
                return
        self.lines += 1
        if line is None:
            self._broken(file, number, f"longer than {MAX_LINE >> 20} MiB", _ONE_PER_LINE)
            return
        try:
            found = _DECODER.decode(line.decode("utf-8-sig" if number == 1 else "utf-8"))
        except (ValueError, RecursionError) as error:
            help = _ONE_PER_LINE if line in (b"[", b"{", b"[{") else None
            self._broken(file, number, _reason(error), help)
            return
        seen = False
        for message in messages(found):
            seen = True
            self.observed.see(message, file, number)
        if not seen:
            self.without_message += 1
            self.first_without_message = self.first_without_message or Span(file, number)

    def _broken(self, file: str, number: int, why: str, help: str | None = None) -> None:
        self.broken += 1
        if self.broken <= SHOWN:
            found = codes.BROKEN_LINE.at(Span(file, number), f"skipped: {why}", help=help)
            self.diagnostics.append(found)

    def fail(self, log: Log, message: str, help: str | None = None) -> None:
        """Report that a log cannot be read."""
        self.diagnostics.append(codes.LOG_UNREADABLE.at(Span(log.name), message, help=help))

    def _cut_short(self, log: Log, number: int, why: str) -> None:
        message = f"cut short or damaged after line {number:,}; everything before it was read"
        span = Span(log.name, max(number, 1))
        help = f"copy it again if you need the rest ({why.rstrip('.')})"
        self.diagnostics.append(codes.LOG_CUT_SHORT.at(span, message, help=help))


def read(logs: Sequence[Log], progress: Callable[[int], None]) -> Reading:
    """The statistics of all logs together, and every diagnostic about their lines.

    ``progress`` is called with the bytes read since the last call.  Reads files; raises nothing.
    """
    reading = Reading()
    for log in logs:
        if (why := _problem(log)) is not None:
            reading.fail(log, f"cannot be read: {why}")
    if reading.diagnostics:
        return reading  # rather than after an hour of reading the others
    for log in logs:
        reading.add(log, progress)
    reading.diagnostics += _counted(reading)
    return reading


def _problem(log: Log) -> str | None:
    """Why a log cannot be opened, without opening it: a pipe can be opened only once."""
    if log.stream is not None:
        return None
    if not os.path.exists(log.name):
        return "broken symbolic link" if os.path.islink(log.name) else "there is no such file"
    if os.path.isdir(log.name):
        return "it is a folder; name the logs in it"
    return None if os.access(log.name, os.R_OK) else "permission denied"


def _counted(reading: Reading) -> Iterator[Diagnostic]:
    """The diagnostics about many lines at once."""
    hidden = reading.broken - SHOWN
    if hidden > 0:
        message = f"{hidden:,} more lines were skipped ({reading.broken:,} of {reading.lines:,})"
        yield codes.BROKEN_LINE.at(None, message)
    if reading.first_without_message is not None:
        lines = times(reading.without_message, "line contains", "lines contain")
        message = f"{lines} no Segment message; this is the first"
        help = "a message has a `type`: track, identify, group, page, screen or alias"
        yield codes.NOT_A_MESSAGE.at(reading.first_without_message, message, help=help)
    for what, (count, span) in sorted(reading.observed.odd.items()):
        message = f"{times(count, 'message', 'messages')}: {what}; this is the first"
        yield codes.NOT_A_MESSAGE.at(span, message)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not valid")


_DECODER: Final = json.JSONDecoder(parse_constant=_no_constant)


def _reason(error: Exception) -> str:
    """Why a line is broken, without its content, which may be personal."""
    match error:
        case RecursionError():
            return "nested too deep"
        case UnicodeDecodeError():
            return f"not UTF-8 at byte {error.start + 1}"
        case json.JSONDecodeError():
            return f"not JSON: {error.msg} at column {error.colno}"
        case _:
            why = "a number is too long" if "digits" in str(error) else str(error)
            return f"not JSON: {why}"


_ONE_PER_LINE: Final = "a log has one message per line; `jq -c '.[]' FILE` makes one from a list"
