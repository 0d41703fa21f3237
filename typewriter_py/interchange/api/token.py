"""The secret that opens the API, in a wrapping that no message shows."""

from __future__ import annotations

import re
from typing import Final

from ...diagnostics import Diagnostic
from ..sync import codes

VARIABLE: Final = "SEGMENT_API_TOKEN"
"""The environment variable that holds it."""

_FIT: Final = re.compile(r"[\x21-\x7e]+")  # what may follow ``Bearer`` in a header


class Token:
    """A secret: it prints as dots, cannot be pickled, and is taken out of any text."""

    __slots__ = ("__secret",)

    def __init__(self, secret: str) -> None:
        self.__secret = secret

    def __repr__(self) -> str:
        return "Token(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a token is not to be stored")

    def header(self) -> str:
        """What stands behind ``Authorization:``."""
        return f"Bearer {self.__secret}"

    def scrub(self, text: str) -> str:
        """``text`` without the secret, which a server may have repeated in its answer."""
        return text.replace(self.__secret, "…")


def token_of(text: str, origin: str) -> Token | Diagnostic:
    """The token in ``text``, spaces and line ends around it aside; ``origin`` gave it.

    One with other characters in it would fail as a header, in an error that shows it.
    """
    secret = text.strip()
    if not secret:
        return codes.NO_TOKEN.at(None, f"{origin} gives an empty token")
    if not _FIT.fullmatch(secret):
        help = "print the token alone, without quotes around it or anything beside it"
        message = f"what {origin} gives is no token: it has spaces or other odd characters"
        return codes.NO_TOKEN.at(None, message, help=help)
    return Token(secret)
