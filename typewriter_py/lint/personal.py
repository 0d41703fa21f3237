"""Personal data that is not declared as such."""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Final

from ..names import Words, singular, words
from ..plan.model import AnyType, Definition, Number, Object, Ref, String, Type
from .context import FIELD, Context, Declaration, own_parts
from .registry import Finding, of_property

_FORMATS: Final = {
    "email": "an email address",
    "idn-email": "an email address",
    "ipv4": "an IP address",
    "ipv6": "an IP address",
}
_NAMES: Final = {
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
"""What the last words of a name say about its value."""

_NUMBERS: Final = frozenset({"a phone number", "an official number", "a bank account or card"})
"""What is also stored as a number."""

_OBJECTS: Final = frozenset({"a postal address"})
_NOT_PERSONS: Final = frozenset(
    "branch bucket contract hardware mac memory server shop store support wallet warehouse"
    " web website".split()
)
"""Words before the last ones that make it the data of a thing, not of a person."""


@of_property("TW230")
def undeclared_pii(declaration: Declaration, context: Context) -> Iterator[Finding]:
    """A property looks like personal data, and the plan does not say whether it is.

    Laws ask who receives personal data and why; nobody can answer that if it was never written
    down.  Declare it: `pii: true` keeps the value out of the logs and error reports of the
    generated package, `pii: false` says that it only looks personal.  The rule looks at the last
    words of a name (`billing_email`, but not `email_sent`) together with the type, and at formats
    (`email`, `ipv4`).

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
    prop, root, parents = declaration.property, declaration.root, declaration.parents
    what = _looks_like(declaration, context) if prop.pii is None else None
    if what is None or declaration.kind == FIELD or any(each.pii is not None for each in parents):
        return
    if isinstance(root, Definition) and root.name in context.personal_definitions:
        return
    outer = (
        Declaration(parent, root, declaration.kind, parents[:index])
        for index, parent in enumerate(parents)
    )
    if not any(_looks_like(each, context) for each in outer):
        help = "add `pii: true`, or `pii: false` if it is not personal"
        yield Finding(prop.span, f"`{prop.name}` looks like {what}", help)


def _looks_like(declaration: Declaration, context: Context) -> str | None:
    parts = tuple(_parts(declaration.property.type, context))
    for part in parts:
        if isinstance(part, String) and part.format in _FORMATS:
            return _FORMATS[part.format]
    name = declaration.property.name
    what = of_name(words(name))
    # `name` can be anything's, but among the user's own traits it is a person's.
    if what is None and name == "name" and not declaration.parents:
        what = "a person's name" if declaration.root is context.plan.identify else None
    return what if what and _can_contain(parts, what) else None


def _parts(type_: Type, context: Context, within: Set[str] = frozenset()) -> Iterator[Type]:
    """The type's own parts, and those of the definitions that it refers to; what these
    declare is checked where it is declared, so no object is among them."""
    for part in own_parts(type_):
        if not isinstance(part, Ref):
            yield part
        elif part.name not in within:
            defined = context.plan.definitions[part.name].value.type
            found = _parts(defined, context, within | {part.name})
            yield from (each for each in found if not isinstance(each, Object))


@lru_cache(maxsize=1 << 14)
def of_name(parts: Words) -> str | None:
    """The personal data that the words of a name suggest, such as "a phone number"."""
    lower = tuple(part.lower() for part in parts)
    for form in filter(None, (lower, singular(lower))):
        for length in (4, 3, 2, 1):
            what = _NAMES.get(form[-length:]) if len(form) >= length else None
            if what:
                return None if set(form[:-length]) & _NOT_PERSONS else what
    return None


def _can_contain(parts: tuple[Type, ...], what: str) -> bool:
    return any(
        isinstance(part, String | AnyType)
        or (isinstance(part, Number) and part.integer and what in _NUMBERS)
        or (isinstance(part, Object) and what in _OBJECTS)
        for part in parts
    )
