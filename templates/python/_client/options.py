"""The types of what a call takes beside its properties.

Only type checkers and ``typing.get_type_hints`` load this module, so it may import what
its annotations name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict, Union
from uuid import UUID

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
