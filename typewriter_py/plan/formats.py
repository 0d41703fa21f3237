"""Formats of text, as far as the plan's own values (defaults, enums) are judged by them.

Lenient where a format is intricate (``uri``): what is refused here is wrong for certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_FULL_TIME: Final = re.compile(_TIME, re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HOSTNAME: Final = re.compile(
    r"(?=.{1,254}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d]([a-z\d-]{0,61}[a-z\d])?\.?",
    re.ASCII | re.IGNORECASE,
)
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*:[!#-;=?-\[\]_a-z~]*", re.ASCII | re.IGNORECASE)


def conforms(text: str, format: str) -> bool:
    """Whether ``text`` is of ``format``; of a format that is not checked, any text is."""
    check = _CHECKS.get(format)
    return check is None or check(text)


def is_day(text: str) -> bool:
    """An RFC 3339 full-date that the calendar has: 2026-01-31."""
    try:
        return bool(_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    day, separator, time = text[:10], text[10:11], text[11:]
    return separator in ("T", "t") and is_day(day) and bool(_FULL_TIME.fullmatch(time))


def _is_address(kind: type[IPv4Address | IPv6Address]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            kind(text)
        except AddressValueError:
            return False
        return "%" not in text

    return check


_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "date-time": _is_moment,
    "date": is_day,
    "time": lambda text: bool(_FULL_TIME.fullmatch(text)),
    "uuid": lambda text: bool(_UUID.fullmatch(text)),
    "email": lambda text: "@" in text,
    "uri": lambda text: bool(_URI.fullmatch(text)),
    "hostname": lambda text: bool(_HOSTNAME.fullmatch(text)),
    "ipv4": _is_address(IPv4Address),
    "ipv6": _is_address(IPv6Address),
}
CHECKED_FORMATS: Final = tuple(_CHECKS)
"""Formats that validators check; any other is documentation."""
