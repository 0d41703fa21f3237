"""Lines that are indented wrongly, or have no key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ...util import shortened
from .misquoted import goes_on, to_quote
from .slips import Failure, Found, Slip, entry_of, keys


def colon(error: Failure) -> Iterator[Found]:
    """``: `` within a string, or a line that is indented as if it belonged to the one above."""
    entry = entry_of(error.shown)
    if entry is None:
        return
    if error.column >= entry.start:
        inner = error.shown[entry.start : error.column].strip("\"' ")
        if inner in keys() and entry.key not in keys("string"):
            message = f"two keys on one line: `{entry.key}` and `{inner}`"
            inside = entry.value.rstrip("} ")
            help = f"write `{entry.key}: {{{shortened(inside, 40)}}}`, or `{inner}` on its own line"
            yield error.line, Slip(error.column, 1, message, help)
        else:
            message = "a `:` and a space in a string that has no quotes"
            yield error.line, to_quote(entry.start, entry.value, message, error.column)
        return
    number = error.above(error.line)
    if number is None:
        return
    before = entry_of(error.lines[number])
    if before is None:
        begun = _begun(error, number)
        slip = _without_colon(error.lines[begun])
        yield begun, slip if begun == number else _mere_key(error.lines[begun])
    elif found := _first_item(error, number, before.at):
        yield found
    elif before.value:
        message = f"`{entry.key}` is indented further than `{before.key}` above, which has a value"
        help = f"indent it by {before.at} spaces, like `{before.key}`"
        yield error.line, Slip(entry.at, len(entry.key), message, help)


def in_context(error: Failure, line: int, slip: Slip) -> Slip:
    """The slip of a bullet, which is simply superfluous if the line above is a key next to it."""
    above = error.above(line)
    entry = entry_of(error.lines[above]) if slip.text == "- " and above is not None else None
    if entry is None or entry.at != len(error.lines[line]) - len(error.lines[line].lstrip()):
        return slip
    return slip._replace(help="remove it: the lines above are keys, not items of a list", text="")


def _first_item(error: Failure, line: int, indent: int) -> Found | None:
    """A line without a ``-`` below a key whose value is a list."""
    above = error.above(line)
    entry = entry_of(error.lines[above]) if above is not None else None
    lists = keys("array") | {"events", "traits", "include"}
    if entry is None or entry.value or entry.key not in lists or indent < entry.at:
        return None
    if re.match(r"\s*-\s", error.lines[line]):
        return None
    help = f"write `- {shortened(error.lines[line].strip(), 40)}`"
    message = f"no `-` before the first item of `{entry.key}`"
    return line, Slip(indent, 0, message, help, "- ")


def _without_colon(line: str) -> Slip:
    """A line that has no ``:``, or nothing after which a ``:`` belongs."""
    start, body = len(line) - len(line.lstrip()), line.strip()
    word = re.match(r"(?:-\s+)*([\w$]+)\s+(?=\S)", body)
    if word and word[1] in keys():
        help = f"write `{word[1]}: {shortened(body[word.end() :], 40)}`"
        return Slip(start + word.end(1), 0, f"no `:` after `{word[1]}`", help, ":")
    if body in keys("boolean"):
        message, help = f"`{body}` has no value", f"write `{body}: true`"
        return Slip(start, len(body), message, help, f"{body}: true")
    help = "write `key: value`, with a space after the `:`"
    return Slip(start, len(body), "this line has no `:`", help)


_BARE_KEY: Final = r"\s*[\w$]+\s*"


def _mere_key(line: str) -> Slip:
    """A key without its ``:``, above what is its value."""
    word = line.strip()
    start = line.index(word)
    return Slip(start + len(word), 0, f"no `:` after `{word}`", f"write `{word}:`", ":", start)


def _begun(error: Failure, line: int) -> int:
    """The mere word, above lines that have no key, of which they are a continuation; else the
    line itself."""
    above: int | None = line
    while above is not None and entry_of(error.lines[above]) is None:
        if re.fullmatch(_BARE_KEY, error.lines[above]):
            return above
        above = error.above(above)
    return line


def keyless(error: Failure) -> Iterator[Found]:
    """A line that is neither a key nor, as it is indented, part of the text above it."""
    number = error.opened[0]
    line = error.lines[number]
    begun = _begun(error, number)
    if begun != number:
        yield begun, _mere_key(error.lines[begun])
        return
    slip, above = _without_colon(line), error.above(number)
    start = len(line) - len(line.lstrip())
    before = entry_of(error.lines[above]) if above is not None else None
    if slip.text is None and above is not None:
        if before is not None and before.at >= start and before.key in keys("string"):
            message = f"this line is not part of `{before.key}`, as it is not indented further"
            help = f"indent it by {before.at + 2} spaces, if it belongs to `{before.key}`"
            yield number, slip._replace(message=message, help=help)
            return
        if re.match(rf"\s{{{start}}}-\s", error.lines[above]):
            help = f"write `- {shortened(line.strip(), 40)}`"
            slip = Slip(start, 0, "no `-` before this item of the list", help, "- ")
        elif before is not None and not before.value and before.key in keys("array"):
            help = f"write `- {shortened(line.strip(), 40)}`"
            slip = Slip(start, 0, f"no `-` before this item of `{before.key}`", help, "- ")
    yield number, slip


class _Column(NamedTuple):
    """A column in which the line could go on: of the keys of a mapping, or the dashes of a list."""

    at: int
    dash: bool
    line: int
    what: str


def _columns(error: Failure) -> list[_Column]:
    """Those of the lines above, the innermost first."""
    found: list[_Column] = []
    least, number = 10**6, error.above(error.line)
    while number is not None and least:
        line = error.lines[number]
        dash, entry = re.match(r"(\s*)-\s", line), entry_of(line)
        if entry is not None and entry.at < least:
            found.append(_Column(entry.at, False, number, f"`{entry.key}`"))
        if dash and len(dash[1]) < least:
            found.append(_Column(len(dash[1]), True, number, "the `-`"))
        least = min(least, *(each.at for each in found)) if found else least
        number = error.above(number)
    return found


def column(error: Failure) -> Iterator[Found]:
    """A line whose indentation fits nothing above it."""
    indent = len(error.shown) - len(error.shown.lstrip())
    if error.column > indent:
        yield from _never_closed(error)
        yield from goes_on(error)
        return
    dash = bool(re.match(r"-(\s|$)", error.rest))
    above = error.above(error.line)
    if above is not None and re.fullmatch(_BARE_KEY, error.lines[above]):
        yield above, _mere_key(error.lines[above])
        return
    before = entry_of(error.lines[above]) if above is not None else None
    if above is not None and before and (found := _first_item(error, above, before.at)):
        yield found
        return
    columns = _columns(error)
    best = min(
        (each for each in columns if each.dash == dash), default=None,
        key=lambda each: abs(each.at - indent),
    )  # fmt: skip
    same = next((each for each in columns if each.at == indent), None)
    length = len(error.rest.rstrip())
    entry = entry_of(error.shown)
    sibling = best is not None and entry_of(error.lines[best.line])
    near = best is not None and abs(best.at - indent) <= 2
    alike = entry is None or (sibling and entry.key == sibling.key)
    if dash and same and not same.dash and not (near and alike):
        message = "a `-` begins an item of a list, but the lines above are keys of a mapping"
        yield error.line, Slip(indent, 1, message, "remove the `-`")
    elif "'-' indicator" in error.problem and not dash and error.opened[1] == indent:
        message = "this line has no `-`, but the lines above are items of a list"
        help = f"write `- {shortened(error.rest.rstrip(), 40)}`, or indent it further"
        yield error.line, Slip(indent, length, message, help)
    elif best is not None:
        message = "this line is indented like no line above it, so it belongs to none"
        how = f"indent it by {best.at} spaces" if best.at else "do not indent it"
        help = f"{how}, like {best.what} in line {best.line + 1}"
        yield error.line, Slip(indent, length, message, help)


def _never_closed(error: Failure) -> Iterator[Found]:
    """A quote that is not closed on its line, so that it swallowed the lines up to the next one:
    that begins the value of the line with the error."""
    before, own = error.shown[: error.column].rstrip(), entry_of(error.shown)
    if own is None or before[-1:] not in ("'", '"') or len(before) - 1 != own.start:
        return
    quote = before[-1]
    for number in range(error.line - 1, max(error.opened[0] - 1, error.line - 200), -1):
        entry = entry_of(error.lines[number])
        if entry and entry.value[:1] == quote and entry.value.count(quote) == 1:
            end = len(error.lines[number].rstrip())
            message = f"this string begins with `{quote}`, but does not end with one"
            yield number, Slip(end, 0, message, f"end it with `{quote}`", quote, entry.start)
            return
