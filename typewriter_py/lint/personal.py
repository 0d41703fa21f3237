"""Personal data that is not declared as such."""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Final

from ..names import Words, singular, words
from ..plan.model import AnyType, Definition, Number, Object, Ref, String, Type
from .context import FIELD, Place, Scene, own_parts
from .registry import Finding, of_property

_FORMATS: Final = {
    "email": "an email address",
    "idn-email": "an email address",
    "ipv4": "an IP address",
    "ipv6": "an IP address",
}
_TEXT: Final = {
    tuple(words.split()): what
    for what, names in {
        "an email address": "email,e mail,email address",
        "a phone number": "phone,phone number,telephone,telephone number,mobile number",
        "a person's name": "first name,last name,full name,middle name,maiden name,given name,"
        "family name,firstname,lastname,fullname,surname,cardholder name,card holder name,"
        "contact name,courier name,customer name,driver name,employee name,guest name,"
        "passenger name,patient name,recipient name,sender name,student name",
        "a login name": "username,user name",
        "a date of birth": "birthday,birthdate,birth date,date of birth,dob",
        "an IP address": "ip,ip address",
        "a postal address": "address,street,street address",
        "an official number": "ssn,social security number,passport number,national id,tax id",
        "a bank account or card": "iban,account iban,card number,credit card,credit card number",
        "a secret": "password,passphrase",
    }.items()
    for words in names.split(",")
}
"""What the last words of a name tell of its value."""

_NUMBERS: Final = frozenset({"a phone number", "an official number", "a bank account or card"})
"""What is kept as a number, too."""

_OBJECTS: Final = frozenset({"a postal address"})
_NOBODYS: Final = frozenset(
    "branch bucket contract hardware mac memory server shop store support wallet warehouse"
    " web website".split()
)
"""Words before the last ones that make it a thing's, not a person's."""


@of_property("TW230")
def undeclared_pii(place: Place, scene: Scene) -> Iterator[Finding]:
    """A property looks like personal data, and the plan does not say whether it is.

    Laws ask who gets personal data and why; nobody can answer what was never written down.
    Declare it: `pii: true` keeps the value out of logs and error reports of the generated
    package, `pii: false` says that it looks so, but is not.  Judged are the last words of a
    name (`billing_email`, but not `email_sent`) together with the type, and formats (`email`,
    `ipv4`).

    Bad:

    ```yaml
    email:
      type: string
    ```

    Good:

    ```yaml
    email:
      type: string
      pii: true
    ```
    """
    declared = place.property
    what = None if declared.pii is not None else _looks_like(place, scene)
    if what is None or place.kind == FIELD or any(each.pii is not None for each in place.parents):
        return
    if isinstance(place.root, Definition) and place.root.name in scene.personal_definitions:
        return
    outer = (_outer(place, index) for index in range(len(place.parents)))
    if not any(_looks_like(each, scene) for each in outer):
        help = "say `pii: true`, or `pii: false` if it is not personal"
        yield Finding(declared.span, f"`{declared.name}` looks like {what}", help)


def _outer(place: Place, index: int) -> Place:
    """One of the places that this one is nested in."""
    return Place(place.parents[index], place.root, place.kind, place.parents[:index])


def _looks_like(place: Place, scene: Scene) -> str | None:
    parts = tuple(_parts(place.property.type, scene))
    for part in parts:
        if isinstance(part, String) and part.format in _FORMATS:
            return _FORMATS[part.format]
    what = of_name(words(place.property.name))
    if what is None and _is_users_name(place, scene):
        what = "a person's name"
    return what if what and _can_hold(parts, what) else None


def _parts(type_: Type, scene: Scene, within: Set[str] = frozenset()) -> Iterator[Type]:
    """The type's own parts, and those of the definitions that it refers to; what these
    declare is judged where they stand, so no object is among those."""
    for part in own_parts(type_):
        if not isinstance(part, Ref):
            yield part
        elif part.name not in within:
            there = scene.plan.definitions[part.name].value.type
            found = _parts(there, scene, within | {part.name})
            yield from (each for each in found if not isinstance(each, Object))


@lru_cache(maxsize=1 << 14)
def of_name(parts: Words) -> str | None:
    """What personal data the words of a name tell of, such as "a phone number"."""
    lower = tuple(part.lower() for part in parts)
    for form in filter(None, (lower, singular(lower))):
        for length in (4, 3, 2, 1):
            what = _TEXT.get(form[-length:]) if len(form) >= length else None
            if what:
                return None if set(form[:-length]) & _NOBODYS else what
    return None


def _is_users_name(place: Place, scene: Scene) -> bool:
    """`name` is anything's, but among the user's own traits."""
    of_user = place.root is scene.plan.identify and not place.parents
    return of_user and place.property.name == "name"


def _can_hold(parts: tuple[Type, ...], what: str) -> bool:
    return any(
        isinstance(part, String | AnyType)
        or (isinstance(part, Number) and part.integer and what in _NUMBERS)
        or (isinstance(part, Object) and what in _OBJECTS)
        for part in parts
    )
