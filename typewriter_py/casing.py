"""Naming styles ("Title Case", "snake_case"): whether a name fits one, and how to write it so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .names import Words, words

_SMALL: Final = frozenset(
    "a an and as at but by for from in into is nor of off on onto or out over per the to up"
    " via vs with without".split()
)
"""Words that stay in lower case in titles."""

_WORD: Final = r"[^\W_]+"


@dataclass(frozen=True, slots=True)
class Style:
    """A naming style: whether a name fits it, and how words are written in it."""

    name: str
    fits: Callable[[str], bool]
    spell: Callable[[Words], str]


@dataclass(frozen=True, slots=True)
class Naming:
    """The styles that names may have, by what they name; a name has to fit one of them."""

    event: tuple[str, ...] = ("Title Case",)
    property: tuple[str, ...] = ("snake_case",)
    trait: tuple[str, ...] = ("snake_case", "camelCase")


@lru_cache(maxsize=1 << 14)
def fitting(name: str, styles: tuple[str, ...]) -> bool:
    """Whether ``name`` is written in one of ``styles``."""
    return any(STYLES[style].fits(name) for style in styles)


def squeezed(name: str) -> str:
    """A name without case and punctuation; unchanged if it is nothing but punctuation."""
    return "".join(char for char in name if char.isalnum()).casefold() or name


def respelled(name: str, style: str) -> str | None:
    """``name`` in that style; None if that would not change it, or leave nothing."""
    parts = words(name)
    fresh = STYLES[style].spell(parts) if parts else name
    return fresh if fresh != name and STYLES[style].fits(fresh) else None


def _spaced(name: str) -> list[str] | None:
    """The words between single spaces; None if anything else separates them."""
    parts = name.split(" ")
    if any(not part or "_" in part for part in parts):
        return None
    # A single word with a hump is several (OrderCompleted); among others it is a name (PayPal).
    return None if len(parts) == 1 and len(words(name)) > 1 else parts


def _is_title(name: str) -> bool:
    parts = _spaced(name)
    if parts is None:
        return False
    first, *rest = parts
    if len(parts) > 1 and all(part.isupper() and len(part) > 1 for part in parts):
        return False  # all capitals
    return _is_capital(first) and all(each in _SMALL or _is_capital(each) for each in rest)


def _is_capital(word: str) -> bool:
    """Whether it begins with a capital, has no case there (2FA, 注文), or is like iPhone."""
    letter = next((char for char in word if char.isalnum()), "")
    return letter == letter.upper() or bool(re.match(r"[a-z]{1,2}[A-Z]", word))


def _is_sentence(name: str) -> bool:
    parts = _spaced(name)
    if parts is None or not _is_capital(parts[0]):
        return False
    return all(word == word.lower() or word[1:] != word[1:].lower() for word in parts[1:])


def _joined_by(separator: str, name: str) -> Style:
    """Lower-case words with ``separator`` between them, after the ``$`` or ``_`` that the names
    of some destinations begin with."""
    form = re.compile(rf"[$_]?{_WORD}({separator}{_WORD})*")
    return Style(
        name,
        lambda text: bool(form.fullmatch(text)) and text == text.lower(),
        lambda parts: separator.join(parts).lower(),
    )


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _titled(parts: Words) -> str:
    """As a title; all capitals are lowered first, small words stay in lower case, but for the
    first and the last one: Logged In."""
    if len(parts) > 1 and all(part.isupper() for part in parts):
        parts = tuple(part.lower() for part in parts)
    small = {at for at, word in enumerate(parts) if word in _SMALL and 0 < at < len(parts) - 1}
    return " ".join(w if at in small else _capital(w) for at, w in enumerate(parts))


def _humped(parts: Words) -> str:
    return "".join(_capital(part.lower()) for part in parts)


def _fits_camel(name: str) -> bool:
    letter = name.lstrip("$_")[:1]
    return letter == letter.lower() and bool(re.fullmatch(rf"[$_]?{_WORD}", name))


def _fits_pascal(name: str) -> bool:
    return name[:1] == name[:1].upper() and bool(re.fullmatch(_WORD, name))


STYLES: Final = {
    style.name: style
    for style in (
        Style("Title Case", _is_title, _titled),
        Style("Sentence case", _is_sentence, lambda parts: _capital(" ".join(parts).lower())),
        Style(
            "lower case",
            lambda name: name == name.lower() and _spaced(name) is not None,
            lambda parts: " ".join(parts).lower(),
        ),
        _joined_by("_", "snake_case"),
        _joined_by("-", "kebab-case"),
        Style("camelCase", _fits_camel, lambda parts: parts[0].lower() + _humped(parts[1:])),
        Style("PascalCase", _fits_pascal, _humped),
    )
}
"""The styles by name, as the configuration names them."""
