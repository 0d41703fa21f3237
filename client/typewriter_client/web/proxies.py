"""The address of a request's client, as far as the proxies in front can be trusted.

Each proxy appends the address of its peer to ``X-Forwarded-For``.  Entries to the left of
those of the trusted proxies may be forged.
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

_EXPECTED = "a number or networks"
_MOST = 30  # proxies that a request may pass through
_LONGEST = 80  # characters of an address with port and zone, with a margin


class Proxies:
    """The trusted proxies.  Raises ValueError or TypeError for an invalid setting."""

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
        """Whether the peer is a trusted proxy.

        No address means a local socket, which only a proxy on this machine connects to.
        """
        if self._count is not None:
            return self._count > 0
        return bool(self._networks) and (not peer or self._trusts(address(peer)))

    def client(self, peer: str | None, forwarded: str) -> str | None:
        """The address of the client that made the request; None if it is not known.

        ``peer`` is the address that connected, ``forwarded`` the value of
        ``X-Forwarded-For``.
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
    """The address in ``1.2.3.4:80``, ``[2001:db8::1]:80`` and the like; None if invalid.

    An IPv4-mapped IPv6 address (``::ffff:1.2.3.4``) gives the IPv4 address.
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
        raise TypeError(f"trusted_proxies must be {_EXPECTED}, not {trusted!r}")
    found: list[Network] = []
    for each in cast("Iterable[object]", trusted):
        try:
            found.append(ip_network(str(each), strict=False))
        except ValueError:
            raise ValueError(
                f"trusted_proxies must be {_EXPECTED}; {each!r} is not a network"
            ) from None
    return found
