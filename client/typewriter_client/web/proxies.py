"""Whose request it is, as far as the proxies in front of the application can be believed.

Each proxy adds to the right of ``X-Forwarded-For`` the address that it was called from.
What stands further left than the proxies that are trusted may be anybody's invention.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Union, cast

Address = Union[IPv4Address, IPv6Address]
Network = Union[IPv4Network, IPv6Network]
Trusted = Union[int, str, Iterable[Union[str, Network]]]
"""How many proxies are in front, or the networks that they are in."""

_MEANT = "a number or networks"
_MOST = 30  # proxies that a request comes through
_LONGEST = 80  # characters of an address with its port and zone, and room to spare


class Proxies:
    """The proxies to be believed.  Raises ValueError or TypeError for what says nothing."""

    def __init__(self, trusted: Trusted) -> None:
        self._count: int | None = None
        self._networks: list[Network] = []
        if isinstance(trusted, int):
            if isinstance(cast("object", trusted), bool) or trusted < 0:
                raise ValueError(f"trusted_proxies must be 0 or more, not {trusted!r}")
            self._count = trusted
        else:
            self._networks = _networks(trusted)

    def believed(self, peer: str | None) -> bool:
        """Whether who connects is a proxy to be believed.

        No address means a local socket, which only a proxy on this machine connects to.
        """
        if self._count is not None:
            return self._count > 0
        return bool(self._networks) and (not peer or self._trusts(address(peer)))

    def client(self, peer: str | None, forwarded: str) -> str | None:
        """The address of who made the request; None if it cannot be known.

        ``peer`` is who connected, ``forwarded`` the value of ``X-Forwarded-For``.
        """
        found = address(peer or "")
        if forwarded and self.believed(peer):
            found = self._behind(found, forwarded)
        return str(found) if found is not None else None

    def _behind(self, peer: Address | None, forwarded: str) -> Address | None:
        if self._count is not None:
            hops = forwarded.rsplit(",", self._count)
            return address(hops[1] if len(hops) > self._count else hops[0])
        found = peer
        for hop in reversed(forwarded.rsplit(",", _MOST)[-_MOST:]):
            found = address(hop)
            if not self._trusts(found):
                break
        return found

    def _trusts(self, one: Address | None) -> bool:
        return one is not None and any(one in network for network in self._networks)


def address(text: str) -> Address | None:
    """The address in ``1.2.3.4:80``, ``[2001:db8::1]:80`` and the like; None if none is.

    An IPv4 address in the clothes of IPv6 (``::ffff:1.2.3.4``) is that IPv4 address.
    """
    text = text[: _LONGEST + 1].strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _networks(trusted: object) -> list[Network]:
    if isinstance(trusted, str):
        trusted = [each.strip() for each in trusted.split(",") if each.strip()]
    if not isinstance(trusted, Iterable):
        raise TypeError(f"trusted_proxies must be {_MEANT}, not {trusted!r}")
    found: list[Network] = []
    for each in cast("Iterable[object]", trusted):
        try:
            found.append(ip_network(str(each), strict=False))
        except ValueError:
            raise ValueError(
                f"trusted_proxies must be {_MEANT}; {each!r} is none"
            ) from None
    return found
