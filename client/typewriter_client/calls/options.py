"""What a call takes beside its properties, and what of that it does not know.

Only type checkers, ``typing.get_type_hints`` and the first unknown option load this module,
so it may import what its annotations name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import TypedDict, Union
from uuid import UUID

from ..rules.report import Report, dotted

UserId = Union[str, int, UUID]
"""Who did it, in your own numbering.  Goes on the wire as text."""


class ContextApp(TypedDict, total=False):
    """The application that the person uses."""

    name: str
    version: str
    build: str
    namespace: str


class ContextCampaign(TypedDict, total=False):
    """The campaign that led here, as in UTM parameters."""

    name: str
    source: str
    medium: str
    term: str
    content: str


class ContextDevice(TypedDict, total=False):
    """The person's device."""

    id: str
    advertisingId: str
    adTrackingEnabled: bool
    manufacturer: str
    model: str
    name: str
    type: str
    token: str


class ContextLocation(TypedDict, total=False):
    """Where the person is."""

    city: str
    country: str
    latitude: float
    longitude: float
    region: str
    speed: float


class ContextNetwork(TypedDict, total=False):
    """How the device is connected."""

    bluetooth: bool
    carrier: str
    cellular: bool
    wifi: bool


class ContextOs(TypedDict, total=False):
    """The device's operating system."""

    name: str
    version: str


class ContextPage(TypedDict, total=False):
    """The page that the person is on."""

    path: str
    referrer: str
    search: str
    title: str
    url: str
    keywords: Sequence[str]


class ContextReferrer(TypedDict, total=False):
    """What referred the person here."""

    id: str
    type: str
    name: str
    url: str
    link: str


class ContextScreen(TypedDict, total=False):
    """The device's screen, in pixels."""

    density: float
    height: int
    width: int


class Context(TypedDict, total=False):
    """Facts around a call, in Segment's terms: https://segment.com/docs/connections/spec/common/

    To send keys of your own, declare them: ``class MyContext(Context, total=False)``.
    """

    active: bool
    app: ContextApp
    campaign: ContextCampaign
    channel: str
    consent: Mapping[str, object]
    device: ContextDevice
    externalIds: Sequence[Mapping[str, object]]
    groupId: str
    ip: str
    locale: str
    location: ContextLocation
    network: ContextNetwork
    os: ContextOs
    page: ContextPage
    protocols: Mapping[str, object]
    referrer: ContextReferrer
    screen: ContextScreen
    timezone: str
    traits: Mapping[str, object]
    userAgent: str
    userAgentData: Mapping[str, object]


class Options(TypedDict, total=False):
    """What a call may say beside its properties."""

    anonymous_id: UserId | None
    """Who did it, before you know who it is."""
    timestamp: datetime | str
    """When it happened, if not now: an aware datetime, a naive one in UTC, or ISO 8601."""
    context: Context
    """Facts around the call; its keys win over those of the scope around it."""
    integrations: Mapping[str, object]
    """Which destinations get it: ``{"All": False, "Amplitude": True}``."""
    message_id: str
    """The key by which Segment drops a repeat, under 100 characters; random if not given."""
    category: str
    """The category of a page or screen."""
    extra: Mapping[str, object]
    """Further properties, where the plan leaves the event open."""


_LONGEST = 40  # characters of what could be meant for an option: to compare is slow
_TAKES = {
    "track": "properties go by keyword, after user_id and options:",
    "identify": "traits go by keyword, after user_id and options:",
    "group": "traits go by keyword, after user_id, group_id and options:",
    "page": "properties go by keyword, after user_id, name and options:",
    "screen": "properties go by keyword, after user_id, name and options:",
}
"""How a call is given what it is about, which may be taken for its options."""
_BY_POSITION = {
    "alias": "alias(user_id, previous_id, options)",
    "track": "track(event, user_id, options, properties)",
}
"""Functions without keywords; what is given by one, generated code passes as an option."""


def report_unknown(
    type_: str,
    options: Mapping[str, object],
    known: frozenset[str],
    on_pages: frozenset[str],
    report: Report,
) -> None:
    """Report what is none of the known options, each with what was meant, perhaps.

    ``on_pages``: those that page and screen know.  A value may be a property that was given
    in the wrong place, and so personal: only its kind is shown.
    """
    for key, value in options.items():
        if key in known or (key in on_pages and value is None):
            continue
        name = f"{key}"  # which may be anything
        path = "options", name
        message = f"{dotted(path)} {_advice(name, on_pages)}"
        if message.endswith("no option") and options.keys().isdisjoint(known):
            message += _misplaced(type_, name)
        report.add(path, "Unplanned Property", message, f"<{type(value).__name__}>")


def _advice(key: str, on_pages: frozenset[str]) -> str:
    if key in on_pages:
        return "is an option of page and screen alone"
    snake = re.sub("(?=[A-Z])", "_", key[:_LONGEST]).lower()
    meant = get_close_matches(snake, sorted(on_pages), 1, 0.7)
    return "is no option" + "".join(f"; did you mean {each}?" for each in meant)


def _misplaced(type_: str, key: str) -> str:
    """Where an argument or a property goes that was given as an option."""
    if key == "user_id":
        return "; it goes by position, before the options"
    if key in re.findall(r"\w+", _BY_POSITION.get(type_, "")):
        return f"; it goes by position: {_BY_POSITION[type_]}"
    if type_ not in _TAKES or not key.isidentifier() or len(key) > _LONGEST:
        return ""
    return f"; {_TAKES[type_]} {key}=…"
