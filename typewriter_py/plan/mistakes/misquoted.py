"""Values that have to be in quotes, or in other ones; brackets that do not match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...util import shortened
from .meant import listed, quoted, separated, type_meant
from .slips import Failure, Found, Slip, bare, comment, entry_of, keys


def to_quote(start: int, value: str, message: str, at: int | None = None) -> Slip:
    """The slip of a value, at an index of its line, that has to be in quotes; ``at`` says why."""
    text = quoted(value)
    return Slip(start, len(value), message, f"put it in quotes: {shortened(text)}", text, at)


def _value(error: Failure) -> tuple[int, str] | None:
    """The value at the error and its index, in block style or within ``{…}`` and ``[…]``."""
    within = _in_flow(error)
    if within is not None:
        return within
    entry = entry_of(error.shown)
    if entry is not None and entry.start <= error.column:
        return entry.start, entry.value
    item = re.match(r"\s*(?:-\s+)+(?=\S)", error.shown)
    return (item.end(), error.shown[item.end() :].rstrip()) if item else None


def _in_flow(error: Failure) -> tuple[int, str] | None:
    """The same within a mapping or list in brackets; None if the error is not in one."""
    plain, column = bare(error.shown), error.column
    before = [*re.finditer(r"[{,]\s*[\w$]+:\s+(?=\S)|\[\s*|(?<=\S),\s+", plain[: column + 1])]
    opened = max(plain.rfind("{", 0, column), plain.rfind("[", 0, column))
    if opened < 0 or not re.search(r"(^|[\s:,{\[])$", plain[:opened]):
        return None
    starts = [found.end() for found in before if found.end() <= column]
    keyed = [each for each in starts if re.search(r"[\w$]:\s+$", plain[:each])]
    start = (keyed or starts or [-1])[-1]
    if start < 0:
        return None
    ends = r"\s*,\s*[\w$]+:\s|\s*\}\s*(#.*)?$"
    within = plain[start:column]
    if within.startswith("[") and within.count("[") > within.count("]"):
        start, ends = starts[-1], r"\s*[,\]]"  # an item
    end = re.compile(ends).search(plain, column)
    return start, error.shown[start : end.start() if end else None].rstrip()


def _key_of(line: str, start: int) -> str:
    """The key of the value at an index of a line; empty if there is none."""
    found = re.search(r"([\w$]+)[\"']?\s*:\s+$", line[:start])
    return found[1] if found else ""


def indicator(error: Failure) -> Iterator[Found]:
    """A value that begins with a character that has a meaning in YAML."""
    if error.rest.startswith(","):
        slip = Slip(error.column, 1, "a `,` with nothing before it", "remove it", "")
        yield error.line, slip
        return
    stray = re.match(r"\s*([&*!|>%@`}\]])\s*(?=[\w$]+:(\s|$)|-\s)", error.shown)
    if stray:
        message = f"`{stray[1]}` is not allowed at the beginning of a line"
        yield error.line, Slip(stray.start(1), 1, message, "remove it")
        return
    found = _value(error)
    if found is None:
        return
    start, value = found
    key = _key_of(error.shown, start)
    amount = re.search(r"\d+(\.\d+)?", value)
    if value.startswith("- ") and key in keys("array"):
        text = listed(separated(value))
        message = f"the items of `{key}` on one line need brackets"
        yield error.line, Slip(start, len(value), message, f"write a list: {text}", text)
    elif amount and key in keys("number") | keys("integer"):
        message = f"`{key}` must be a number, without anything else"
        yield error.line, Slip(start, len(value), message, f"write {amount[0]}", amount[0])
    elif value[:1] in ("|", ">") and key and re.match(r"[|>]\s*\w", value):
        message = f"no text is allowed after `{value[0]}` on its line"
        slip = to_quote(start, value, message)
        begin = "or begin the text on the next line, indented further"
        yield error.line, slip._replace(help=f"{slip.help}, {begin}")
    elif value[:1] in set("&*!|>%@`-?,]}"):
        sign = "a backtick" if value[0] == "`" else f"`{value[0]}`"
        message = f"a string cannot begin with {sign} unless it is in quotes"
        yield error.line, to_quote(start, value, message)


def goes_on(error: Failure) -> Iterator[Found]:
    """A value in quotes or brackets with something after it."""
    rest, line = error.rest.rstrip(), error.line
    sign = re.match(r"//|/\*|--|<!--|;", rest)
    if re.match(r"[}\]]+$", rest):
        message = f"`{rest[0]}` closes nothing"
        yield line, Slip(error.column, len(rest), message, "remove it", "")
    elif rest == ",":
        message = "a `,` after the value: entries on lines of their own need none"
        yield line, Slip(error.column, 1, message, "remove it", "")
    elif sign:
        yield line, comment(error.shown, error.column, sign[0])
    elif re.match(r",\s*[\w$]+:\s", rest):
        help = f"write `{shortened(rest.lstrip(', '), 40)}` on its own line"
        yield line, Slip(error.column, len(rest), "a second key on the line", help)
    else:
        entry = entry_of(error.shown)
        at = entry.start if entry else len(error.shown) - len(error.shown.lstrip(" -"))
        found = _value(error._replace(column=at))
        if found and found[1][:1] in set("\"'{["):
            what = {"[": "list", "{": "mapping"}.get(found[1][0], "string")
            message = f"the {what} ends before this, but the line goes on"
            yield line, to_quote(*found, message)


def open_quote(error: Failure) -> Iterator[Found]:
    """A string in quotes that is never closed."""
    number, start = error.opened
    line = error.lines[number]
    quote, entry = line[start : start + 1], entry_of(line)
    message = f"this string begins with `{quote}`, but does not end with one"
    at_end = entry is not None and entry.start == start
    text, end = (quote, len(line.rstrip())) if at_end else (None, len(line))
    yield number, Slip(end, 0, message, f"end it with `{quote}`", text, start)


def escape(error: Failure) -> Iterator[Found]:
    """A backslash in double quotes, as in a path or a pattern."""
    line, start = error.opened
    found = re.match(r'"((?:[^"\\]|\\.)*)"', error.lines[line][start:])
    if found is None or "Unicode" in error.problem:
        return
    text = "'" + found[1].replace("'", "''") + "'"
    at = next((m for m in re.finditer(_ESCAPES, found[1]) if m[1]), None)
    escape = at[0][:2] if at else "\\"
    message = f"in double quotes a backslash begins an escape, and `{escape}` is not one"
    help, column = f"use single quotes: {shortened(text)}", start + 1 + (at.start() if at else 0)
    yield line, Slip(start, found.end(), message, help, text, column)


_ESCAPES: Final = (
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0abt\tnvfre \"/\\N_LP])|(\\.)"
)


def bracket(error: Failure) -> Iterator[Found]:
    """A list or mapping in brackets that goes wrong."""
    line, column = error.opened
    bracket = error.lines[line][column : column + 1]
    closing = {"{": "}", "[": "]"}.get(bracket)
    if closing is None:
        return
    if (line, column) == (error.line, error.column):
        yield line, _unclosed(error, bracket, closing)
    elif line == error.line and error.rest[:1] in ("}", "]"):
        message = f"`{bracket}` is closed with `{error.rest[0]}`"
        yield line, Slip(error.column, 1, message, f"close it with `{closing}`")
    elif line == error.line and error.rest.strip():
        yield from _in_brackets(error)
    elif not _is_closed(error.lines, line, column):
        yield line, _unclosed(error, bracket, closing)
    else:
        above = error.above(error.line)
        if above is not None and not error.lines[above].rstrip().endswith((",", "{", "[")):
            end = len(error.lines[above].rstrip())
            message = "no comma at the end of this line, which another entry follows"
            yield above, Slip(end, 0, message, "write a comma after it", ",", end - 1)


def _unclosed(error: Failure, bracket: str, closing: str) -> Slip:
    """A bracket that is never closed; if nothing of what it opens follows, at its line's end."""
    line, column = error.opened
    text, help = error.lines[line], f"close it with `{closing}`"
    indent = len(text) - len(text.lstrip())
    after = next((each for each in error.lines[line + 1 :] if each.strip()), "")
    message = f"`{bracket}` is not closed"
    if bare(text)[column:].count(bracket) > 1 or len(after) - len(after.lstrip()) > indent:
        return Slip(column, 1, message, help)
    return Slip(len(text.rstrip()), 0, message, help, closing, column)


def _in_brackets(error: Failure) -> Iterator[Found]:
    """A string within brackets that has to be in quotes, or in other ones."""
    found = _in_flow(error)
    if found is None:
        return
    start, value = found
    meant = type_meant(value) if _key_of(error.shown, start) == "type" else None
    if meant is not None:
        message = f"`{value}` is not a valid value for `type`"
        yield error.line, Slip(start, len(value), message, meant.help)
        return
    message = f"a string that contains `{error.rest[0]}` needs quotes here"
    if value[:1] in ("'", '"'):
        message = "the string ends before this, but the item goes on"
    yield error.line, to_quote(start, value, message, error.column)


def _is_closed(lines: list[str], line: int, column: int) -> bool:
    """Whether the bracket there is closed before the lines that are indented no further."""
    depth, indent = 0, len(lines[line]) - len(lines[line].lstrip())
    for number in range(line, len(lines)):
        text = bare(lines[number])[column if number == line else 0 :]
        outside = number > line and len(text) - len(text.lstrip()) <= indent
        if outside and text.strip() and text.lstrip()[0] not in "]}":
            return False
        depth += sum(text.count(each) for each in "{[") - sum(text.count(each) for each in "}]")
        if depth <= 0:
            return True
    return False
