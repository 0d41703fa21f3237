"""Plans of any size for the benchmarks, deterministic for each size.

Each event has eight properties: a string, a number, an integer, an enum, a date, a nullable
string, an object with an object in it, and an array of objects.  The names, the enums and the
fields of the objects are drawn separately for each event, so that some are equal and most are
not, as in a company's plan: a generator that merges equal types finds some, but not many.

``KINDS`` has more: the same with other first words in names, and one without objects.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

OBJECTS = ("Order", "Product", "Cart", "Account", "Invoice", "Payment", "Trial", "Report")
ACTIONS = ("Viewed", "Created", "Updated", "Removed", "Shared", "Completed", "Failed")
NUMBERS = ("total", "revenue", "discount", "value", "tax")
COUNTS = ("count", "position", "step", "seats", "retries")
TIMES = ("started_at", "ended_at", "due_at", "renewed_at")
NOTES = ("note", "reason", "coupon", "referrer", "search")
ENUMS = {
    "currency": ("USD", "EUR", "GBP"),
    "tier": ("free", "pro", "enterprise"),
    "source": ("web", "ios", "android", "server"),
    "payment_method": ("card", "invoice", "wallet"),
}
PARTIES = ("customer", "company", "seller", "invitee")
PLACES = ("address", "billing", "store")
LISTS = ("products", "filters", "attachments", "members")
PARTY_FIELDS = (
    "email: { type: string, format: email }",
    "phone: { type: string }",
    "age: { type: integer, minimum: 0, maximum: 150 }",
    "vip: { type: boolean }",
    "since: { type: string, format: date }",
    'segment: { type: [string, "null"] }',
)
PLACE_FIELDS = (
    "city: { type: string }",
    'country: { type: string, pattern: "^[A-Z]{2}$" }',
    "postal_code: { type: string, maxLength: 12 }",
    "street: { type: string }",
    "state: { type: string }",
)
ITEM_FIELDS = (
    "price: { type: number, minimum: 0 }",
    "quantity: { type: integer, minimum: 1 }",
    "tags: { type: array, items: { type: string } }",
    "brand: { type: string }",
    "variant: { type: string, enum: [small, medium, large] }",
    "url: { type: string, format: uri }",
    "gift: { type: boolean }",
)


def event(number: int, chance: random.Random, word: str = "") -> list[str]:
    """The lines of one event: 8 properties, nesting, an array of objects, enums, dates.

    Its name starts with ``word``, or with one of ``OBJECTS``.
    """
    drawn = chance.choice(OBJECTS)
    name = f"{word or drawn} {chance.choice(ACTIONS)} {number}"
    key, total = f"id_{number}", chance.choice(NUMBERS)
    enum, values = chance.choice(list(ENUMS.items()))
    listed = chance.choice(LISTS)
    return f"""\
      - name: "{name}"
        description: "Somebody did what event {number} of the benchmark says."
        rules:
          required:
            - {key}
            - {total}
            - {listed}
          properties:
            {key}:
              type: string
              description: "The number of the thing."
            {total}:
              type: number
              minimum: 0
            {chance.choice(COUNTS)}:
              type: integer
            {enum}:
              type: string
              enum: [{", ".join(values)}]
            {chance.choice(TIMES)}:
              type: string
              format: date-time
            {chance.choice(NOTES)}:
              type: [string, "null"]
              description: "What somebody wrote about it."
            {chance.choice(PARTIES)}:
              type: object
              required: [name]
              properties:
                name: {{ type: string }}
{_fields(PARTY_FIELDS, 3, 16, chance)}
                {chance.choice(PLACES)}:
                  type: object
                  properties:
{_fields(PLACE_FIELDS, 3, 20, chance)}
            {listed}:
              type: array
              items:
                type: object
                required: [sku]
                properties:
                  sku: {{ type: string }}
{_fields(ITEM_FIELDS, 4, 18, chance)}
""".splitlines()


def _fields(pool: tuple[str, ...], count: int, indent: int, chance: random.Random) -> str:
    return "\n".join(" " * indent + field for field in chance.sample(pool, count))


def plan(events: int, word: Callable[[int], str] = lambda _: "") -> str:
    """A plan of that many events as YAML; ``word`` returns the first word of an event's name."""
    chance = random.Random(events)
    lines = _head(events)
    for number in range(events):
        lines += event(number, chance, word(number))
    return "\n".join(lines) + "\n"


def different_words(events: int) -> str:
    """The same plan, in which no two names start with the same word."""
    return plan(events, _word)


def equal_words(events: int) -> str:
    """The same plan, in which all names start with the same word; of the same length."""
    return plan(events, lambda _: _word(0))


def flat(events: int) -> str:
    """Flat properties, each with a description; no two names start with the same word."""
    chance = random.Random(events)
    lines = _head(events)
    for number in range(events):
        lines += _flat_event(number, chance)
    return "\n".join(lines) + "\n"


KINDS: Final[Mapping[str, Callable[[int], str]]] = {
    "plan": plan,
    "different": different_words,
    "equal": equal_words,
    "flat": flat,
}


def _head(events: int) -> list[str]:
    return ["tracking_plan:", f'  display_name: "Benchmark {events}"', "  rules:", "    events:"]


def _word(number: int) -> str:
    """A word of three syllables, a different one for each number below 125,000."""
    syllables = [consonant + vowel for consonant in "bdfgklmnrt" for vowel in "aeiou"]
    digits = (number // 2500, number // 50 % 50, number % 50)
    return "".join(syllables[digit] for digit in digits).capitalize()


def _flat_event(number: int, chance: random.Random) -> list[str]:
    total, count = chance.choice(NUMBERS), chance.choice(COUNTS)
    enum, values = chance.choice(list(ENUMS.items()))
    return f"""\
      - name: "{_word(number)} {chance.choice(ACTIONS)} {number}"
        description: "Somebody did what event {number} of the benchmark says."
        rules:
          required:
            - id_{number}
            - {total}
          properties:
            id_{number}:
              type: string
              description: "The number of the thing that event {number} is about."
            {total}:
              type: number
              minimum: 0
              description: "The {total}, in the currency of the account."
            {count}:
              type: integer
              description: "Its {count}, from nought."
            {enum}:
              type: string
              enum: [{", ".join(values)}]
              description: "Which {enum} was chosen."
            {chance.choice(TIMES)}:
              type: string
              format: date-time
              description: "When that was, with its offset."
            {chance.choice(NOTES)}:
              type: [string, "null"]
              description: "What somebody wrote about it, null where nobody did."
            {chance.choice(PARTIES)}_email:
              type: string
              format: email
              description: "The address of who did it."
            is_{chance.choice(PLACES)}:
              type: boolean
              description: "Whether it is the first of the day."
""".splitlines()
