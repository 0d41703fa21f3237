"""The words of a name, and identifiers and labels made of words, for no particular programming
language.

A plan's names are prose ("Order Completed", "orderCompleted", "order_completed",
"注文 完了").  All are split into the same words, which a target joins in its own casing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

Words = tuple[str, ...]

_APOSTROPHES: Final = str.maketrans("", "", "'’ʼ")
_ASCII_RUN: Final = re.compile(r"[A-Za-z0-9]+")
_IRREGULAR: Final = {
    "aliases": "alias", "analyses": "analysis", "bonuses": "bonus", "buses": "bus",
    "campuses": "campus", "children": "child", "cookies": "cookie", "indices": "index",
    "matrices": "matrix", "men": "man", "movies": "movie", "people": "person",
    "statuses": "status", "vertices": "vertex", "viruses": "virus", "women": "woman",
}  # fmt: skip
_NO_PLURAL: Final = frozenset({"news", "series", "species", "always", "previous", "canvas"})


@lru_cache(maxsize=1 << 16)
def words(name: str) -> Words:
    """The words of ``name``: letters and digits, split at anything else and at camel humps.

    Compatibility forms are unified (NFKC), apostrophes join ("Bob's" is "Bobs").
    A name of symbols or emoji alone has no words.

    >>> words("HTTPError onPage 2FA's")
    ('HTTP', 'Error', 'on', 'Page', '2FAs')
    """
    text = unicodedata.normalize("NFKC", name.translate(_APOSTROPHES))
    runs = _ASCII_RUN.findall(text) if text.isascii() else _runs(text)
    return tuple(word for run in runs for word in _humps(run))


def _runs(text: str) -> list[str]:
    """Runs of letters, digits and the marks that belong to them (UAX 31)."""
    spaced = "".join(c if c != "_" and ("a" + c).isidentifier() else " " for c in text)
    return spaced.split(" ")


def _humps(run: str) -> list[str]:
    """``run`` split before a capital that follows a lower-case letter or starts a new word."""
    if not run:
        return []
    if run[1:] == run[1:].lower() or run == run.upper():
        return [run]
    cuts = [0]
    for i in range(1, len(run)):
        if not run[i].isupper():
            continue
        before, after = run[i - 1], run[i + 1 : i + 2]
        if before.islower() or (after.islower() and (before.isupper() or before.isdigit())):
            cuts.append(i)
    return [run[a:b] for a, b in zip(cuts, [*cuts[1:], len(run)], strict=True)]


def snake(parts: Words) -> str:
    """``("Order", "Completed")`` as ``order_completed``."""
    return _stable("_".join(parts).lower())


def pascal(parts: Words) -> str:
    """``("order", "completed")`` as ``OrderCompleted``; capitals inside a word are lost."""
    return _stable("".join([part.capitalize() for part in parts]))


def camel(parts: Words) -> str:
    """``("Order", "Completed")`` as ``orderCompleted``; capitals inside a word are lost."""
    first = parts[0].lower() if parts else ""
    return _stable(first + "".join([part.capitalize() for part in parts[1:]]))


def _stable(text: str) -> str:
    """NFKC, which casing can undo: some languages compare identifiers in that form."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def singular(parts: Words) -> Words | None:
    """The singular of a plural; None if the words are not a plural.

    >>> singular(("line", "items")), singular(("cart",))
    (('line', 'item'), None)
    """
    if not parts:
        return None
    word = parts[-1].lower()
    one = _IRREGULAR.get(word) or _regular(word)
    return (*parts[:-1], one) if one else None


def _regular(word: str) -> str | None:
    if word in _NO_PLURAL or len(word) < 3 or not word.endswith("s"):
        return None
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return None if word.endswith(("ss", "us", "is")) else word[:-1]


# --- labels: a name in lower case for files and anchors ------------------------------------------

_SMALL: Final = frozenset("a an and as at but by for from of or the to via with".split())
_ACRONYMS: Final = frozenset(
    "2fa ab ai api cta dns faq gdpr id ip mfa oauth os otp pdf qa qr roi sdk sku sla sms sso tos tv"
    " ui uri url usa utm ux vip".split()
)


def _titled(parts: Words) -> str:
    first, *rest = (part.upper() if part in _ACRONYMS else part.capitalize() for part in parts)
    return " ".join([first, *(word.lower() if word.lower() in _SMALL else word for word in rest)])


_SPELLINGS: Final[dict[str, Callable[[Words], str]]] = {
    "title": _titled,
    "lower": lambda parts: " ".join(parts),
    "upper": lambda parts: " ".join(parts).upper(),
    "sentence": lambda parts: " ".join(parts).capitalize(),
    "snake": lambda parts: "_".join(parts),
    "kebab": lambda parts: "-".join(parts),
    "camel": camel,
    "pascal": pascal,
    "constant": lambda parts: "_".join(parts).upper(),
}
"""How the same words, in lower case, are written in names; the first that fits is meant."""

_SPOKEN: Final = {
    "!": "exclamation", "?": "question", ".": "dot", ",": "comma", ":": "colon", ";": "semicolon",
    "'": "apostrophe", '"': "quote", "`": "backtick", "&": "and", "+": "plus", "-": "hyphen",
    "_": "underscore", "/": "slash", "\\": "backslash", "|": "bar", "%": "percent", "#": "hash",
    "@": "at", "$": "dollar", "*": "star", "=": "equals", "<": "less", ">": "greater",
    "(": "open", ")": "close", "[": "bracket", "]": "bracketed", "{": "brace", "}": "braced",
    "~": "tilde", "^": "caret",
}  # fmt: skip
_LONGEST_LABEL: Final = 120  # bytes; file systems allow 255 for a name with all that is added
_RESERVED: Final = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}


@lru_cache(maxsize=1 << 14)
def label(name: str, usual: str = "title") -> str:
    """``name`` in lower case, for a file or an anchor: no other name has the same label.

    It depends on nothing but the name, so that it never changes because of another.  A name that
    is written neither in the ``usual`` way nor in snake_case says how it is written, and
    punctuation is spelled out.  Labels differ on every file system, whatever it makes of case and
    accents, and Windows reserves none.

    >>> label("Order Completed"), label("order_completed"), label("Done!")
    ('order-completed', 'order_completed', 'done+exclamation')
    """
    found = _in_words(name, usual) or _spelled(name)
    if found in _RESERVED:
        return f"{found}~reserved"
    encoded = found.encode("utf-8", "surrogatepass")
    if len(encoded) <= _LONGEST_LABEL:
        return found
    digits = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{encoded[: _LONGEST_LABEL - 20].decode('utf-8', 'ignore')}~~{digits}"


def _in_words(name: str, usual: str) -> str | None:
    """The label of a name that is nothing but words in one of the spellings."""
    parts = tuple(word.lower() for word in words(name))
    joined = "-".join(parts)
    if not parts or joined.casefold() != joined or not _is_stable(joined):
        return None
    if len(parts) > 1 and name == "_".join(parts):
        return name
    for spelling in (usual, *_SPELLINGS):
        if _SPELLINGS[spelling](parts) == name:
            return joined if spelling == usual else f"{joined}~{spelling}"
    return None


def _spelled(name: str) -> str:
    """Any name, character by character, then the number of the capitals that are not as in a
    title: a bit for each letter."""
    kept = _kept if _is_stable("".join(map(_kept, name))) else _ascii
    found, odd, letters, before = "", 0, 0, " "
    for char in name:
        lower = kept(char)
        if lower:
            found += lower
            starts = not (before.isalnum() or before == "'")
            odd |= ((char != lower) != (starts and lower.upper() != lower)) << letters
            letters += 1
        else:
            found += "-" if char == " " else f"+{_SPOKEN.get(char) or f'u{ord(char):x}'}+"
        before = char
    number = f"~{odd}" if odd or "+" not in found else ""
    return (found if number else found.removesuffix("+")) + number


def _kept(char: str) -> str:
    """The letter or digit in lower case, if the original can be told from it; else nothing."""
    lower = char.lower()
    if not char.isalnum() or lower.casefold() != lower or len(lower) > 1:
        return ""
    return lower if char in (lower, lower.upper()) else ""


def _ascii(char: str) -> str:
    return char.lower() if char.isascii() and char.isalnum() else ""


def _is_stable(text: str) -> bool:
    """Whether no file system writes the text in other characters."""
    return text.isascii() or unicodedata.normalize("NFKC", text) == text
