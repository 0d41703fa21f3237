"""Formats and patterns of strings.

Each format accepts what jsonschema's checker for it accepts (``report`` lists the deviations)
and is False for anything but a string, except that a datetime, a date or a UUID has the
format in which it is sent.  So ``email`` only requires an @, and ``date-time``, ``time``,
``uri`` and ``hostname`` allow a trailing newline.  Expressions are compiled when they are
first needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from ..process.forks import late


class Pattern:
    """A regular expression that is compiled when it is first used."""

    __slots__ = ("_flags", "search", "text")

    def __init__(self, text: str, flags: int = 0) -> None:
        self.text = text
        self.search: Callable[[str], re.Match[str] | None] = self._first_search
        self._flags = flags

    def _first_search(self, text: str) -> re.Match[str] | None:
        return self.compiled()(text)

    def compiled(self) -> Callable[[str], re.Match[str] | None]:
        """The search method of the compiled expression."""
        if self.search == self._first_search:
            self.search = re.compile(self.text, self._flags).search
        return self.search

    def fits(self, value: object) -> bool:
        """Whether ``value`` is a string in which the expression is found."""
        return isinstance(value, str) and self.search(value) is not None


_DAY = (
    r"(?!0000)(?P<year>\d{4})-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]|(?P<leap>29)))"
)
_TIME = (
    r"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?:[0-5]\d|(?P<second>60))(?:\.\d+)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<hours>[01]\d|2[0-3]):(?P<minutes>[0-5]\d))$"
)
_DATE_TIME = Pattern(f"^{_DAY}[Tt]{_TIME}", re.ASCII)
_DATE = Pattern(rf"^{_DAY}\Z", re.ASCII)
# Most have neither a 29th nor a leap second and need no further check.
_USUAL = Pattern(
    r"^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T"
    r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
    r"(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)\Z",
    re.ASCII,
)
_USUAL_DATE = Pattern(
    r"^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])\Z", re.ASCII
)
_FULL_TIME = Pattern(f"^{_TIME}", re.ASCII)


def date_time(value: object) -> bool:
    """An RFC 3339 date-time: 2026-01-31T12:00:00Z."""
    if not isinstance(value, str):
        return is_moment(value)
    if _USUAL.search(value) is not None:
        return True
    match = _DATE_TIME.search(value)
    return match is not None and (
        (match["leap"] is None or _exists(match))
        and (match["second"] is None or _is_in_time(match))
    )


def is_moment(value: object) -> bool:
    """Whether ``value`` is a datetime that is sent unchanged as an RFC 3339 date-time.

    False if its offset has seconds, as offsets had before there were time zones.
    """
    if type(value) is not datetime:
        return False
    if value.tzinfo is None:
        return True
    offset = value.utcoffset()
    return offset is not None and offset.seconds % 60 + offset.microseconds == 0


def full_date(value: object) -> bool:
    """An RFC 3339 full-date: 2026-01-31."""
    if not isinstance(value, str):
        return type(value) is date
    if _USUAL_DATE.search(value) is not None:
        return True
    match = _DATE.search(value)
    return match is not None and (match["leap"] is None or _exists(match))


def full_time(value: object) -> bool:
    """An RFC 3339 full-time, which has an offset: 12:00:00Z."""
    if not isinstance(value, str):
        return False
    match = _FULL_TIME.search(value)
    return match is not None and (match["second"] is None or _is_in_time(match))


def _exists(match: re.Match[str]) -> bool:
    """Whether 29 February is in a leap year."""
    year = int(match["year"])
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _is_in_time(match: re.Match[str]) -> bool:
    """Whether second 60 is a leap second, the last of a day in UTC."""
    minutes = int(match["hour"]) * 60 + int(match["minute"])
    if match["sign"] is not None:
        offset = int(match["hours"]) * 60 + int(match["minutes"])
        minutes -= offset if match["sign"] == "+" else -offset
    return minutes % 1440 == 1439


def email(value: object) -> bool:
    """A string with an @."""
    return isinstance(value, str) and "@" in value


_BYTE = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = Pattern(rf"^{_BYTE}(?:\.{_BYTE}){{3}}\Z", re.ASCII)


def ipv4(value: object) -> bool:
    """An IPv4 address in dotted decimal."""
    return _IPV4.fits(value)


def ipv6(value: object) -> bool:
    """An IPv6 address (RFC 4291) without a zone."""
    if not isinstance(value, str) or "%" in value:
        return False
    try:
        _ipv6_address()(value)
    except ValueError:
        return False
    return True


@late
def _ipv6_address() -> Callable[[str], object]:
    from ipaddress import IPv6Address

    return IPv6Address


_UUID = Pattern(
    r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.ASCII | re.IGNORECASE
)


def uuid(value: object) -> bool:
    """A UUID (RFC 4122) with its four hyphens."""
    if not isinstance(value, str):
        return type(value) is UUID
    if _UUID.search(value) is not None:
        return True
    try:
        UUID(value)
    except ValueError:
        return False
    return value[8] == value[13] == value[18] == value[23] == "-"


_LABEL = r"(?!-)[-A-Z\d]{1,63}(?<!-)"
_HOSTNAME = Pattern(rf"^(?:{_LABEL}\.)*{_LABEL}\.?$", re.IGNORECASE)


def hostname(value: object) -> bool:
    """A host name (RFC 1123): labels of up to 63 letters, digits and hyphens, 253 in all."""
    if not isinstance(value, str):
        return False
    name = value.lower()
    size = len(name) - name.endswith(".")
    return size <= 253 and _HOSTNAME.search(name) is not None


def _ipv6_expression() -> str:
    """RFC 3986's IPv6address: eight groups, some of which :: may replace."""
    group = "[0-9A-Fa-f]{1,4}"
    byte = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
    last = rf"(?:{group}:{group}|{byte}(?:\.{byte}){{3}})"
    forms = [f"(?:{group}:){{6}}{last}", f"::(?:{group}:){{5}}{last}"]
    for before in range(5):
        start = f"(?:(?:{group}:){{0,{before}}}{group})?::"
        forms.append(f"{start}(?:{group}:){{{4 - before}}}{last}")
    forms.append(f"(?:(?:{group}:){{0,5}}{group})?::{group}")
    forms.append(f"(?:(?:{group}:){{0,6}}{group})?::")
    return "|".join(forms)


def _uri_expression() -> str:
    """RFC 3986's URI."""
    plain, escaped = r"a-zA-Z0-9_.~\-!$&'()*+,;=", "%[0-9A-Fa-f]{2}"
    user = f"(?:(?:[{plain}:]|{escaped})*@)?"
    literal = rf"\[(?:{_ipv6_expression()}|v[0-9A-Fa-f]+\.[{plain}:]+)\]"
    host = f"(?:{literal}|(?:[{plain}]|{escaped})*)"
    character = f"(?:[{plain}:@]|{escaped})"
    segments = f"(?:/{character}*)*"
    start = f"//{user}{host}(?::[0-9]*)?{segments}"
    path = f"/(?:{character}+{segments})?|{character}+{segments}|"
    query = f"(?:[{plain}:@/?]|{escaped})*"
    return rf"^[a-zA-Z][a-zA-Z0-9+.-]*:(?:{start}|{path})(?:\?{query})?(?:\#{query})?$"


_URI = Pattern(_uri_expression())


def uri(value: object) -> bool:
    """A URI (RFC 3986) with a scheme."""
    return _URI.fits(value)


FORMATS: dict[str, Callable[[object], bool]] = {
    "date-time": date_time,
    "date": full_date,
    "time": full_time,
    "uuid": uuid,
    "email": email,
    "uri": uri,
    "hostname": hostname,
    "ipv4": ipv4,
    "ipv6": ipv6,
}
"""The formats that are checked; any other is only documentation."""
USUAL: dict[str, Pattern] = {"date-time": _USUAL, "date": _USUAL_DATE, "uuid": _UUID}
"""Faster patterns that match most strings of a format."""
