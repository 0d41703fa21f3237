"""The words of a name, and identifiers made of words, for no particular programming language.

A plan's names are prose ("Order Completed", "orderCompleted", "order_completed",
"注文 完了").  All are split into the same words, which a target joins in its own casing.
"""

from __future__ import annotations

import re
import unicodedata
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
