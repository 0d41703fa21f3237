"""The token for the API, which nothing prints."""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Final

from ...diagnostics import Diagnostic
from .. import codes

VARIABLE: Final = "SEGMENT_API_TOKEN"
"""The environment variable with the token."""

_FIT: Final = re.compile(r"[\x21-\x7e]+")  # what a header allows after ``Bearer``


class Token:
    """A secret: it prints as dots, cannot be pickled, and can be removed from any text."""

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        self.__secret = secret

    def __repr__(self) -> str:
        return "Token(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a token must not be stored")

    def header(self) -> str:
        """The value of the ``Authorization`` header."""
        return f"Bearer {self.__secret}"

    def scrub(self, text: str, dots: str = "…") -> str:
        """``text`` without the secret, which a server might repeat in its answer.

        Nor as base64, alone or within ``Bearer …`` or ``user:…``, nor with characters escaped as
        in a URL, in JSON or in HTML.
        """
        pattern = "|".join(map(_escaped, dict.fromkeys(_forms(self.__secret))))
        return re.sub(pattern, lambda _: dots, text)


_LEAST: Final = 8  # characters: in any longer text there are shorter ones by chance


def _forms(secret: str) -> Iterator[str]:
    """The secret, and what is certain to be in the base64 of any text that contains it.

    Three bytes become four characters, so that it depends on where in the text the secret begins;
    the first and last characters depend on its neighbours as well.
    """
    yield secret
    for offset, shared in enumerate((0, 2, 3)):
        for encode in (b64encode, urlsafe_b64encode):
            found = encode(bytes(offset) + secret.encode()).decode()
            certain = found[shared : (offset + len(secret)) * 8 // 6]
            if len(certain) >= _LEAST:
                yield certain


def _escaped(text: str) -> str:
    """A pattern for a text, whichever of its characters are escaped."""
    return "".join(
        rf"(?:\\{{0,3}}{re.escape(char)}|%(?:25){{0,3}}(?i:{ord(char):02x})"
        rf"|\\{{1,3}}u00(?i:{ord(char):02x})"
        rf"|&\#0{{0,4}}(?:{ord(char)}|[xX]0{{0,4}}(?i:{ord(char):02x}));)"
        for char in text
    )


def token_of(text: str, origin: str) -> Token | Diagnostic:
    """The token in ``text``, stripped of surrounding whitespace; ``origin`` is its source.

    A token with invalid characters would fail as a header, in an error that shows it.
    """
    secret = text.strip()
    if not secret:
        return codes.NO_TOKEN.at(None, f"{origin} provides an empty token")
    if not _FIT.fullmatch(secret):
        help = "give the token alone, without quotes or any other text"
        message = f"{origin} provides an invalid token: it has spaces or other forbidden characters"
        return codes.NO_TOKEN.at(None, message, help=help)
    return Token(secret)
