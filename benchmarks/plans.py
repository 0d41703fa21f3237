"""Plans of any size for the benchmarks: the same N gives the same bytes.

Each event has eight properties: text, a number, a whole number, an enum, a date, a nullable
text, an object with an object in it, and an array of objects.  The names, the enums and the
fields of the objects are drawn anew for each event, so some are alike and most are not, as in
the plan of a company: a generator that merges equal types finds some, but not one for all.
"""

from __future__ import annotations

import random

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


def event(number: int, chance: random.Random) -> list[str]:
    """The lines of one event: 8 properties, nesting, an array of objects, enums, dates."""
    name = f"{chance.choice(OBJECTS)} {chance.choice(ACTIONS)} {number}"
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


def plan(events: int) -> str:
    """A plan of that many events, as YAML."""
    chance = random.Random(events)
    lines = ["tracking_plan:", f'  display_name: "Benchmark {events}"', "  rules:", "    events:"]
    for number in range(events):
        lines += event(number, chance)
    return "\n".join(lines) + "\n"
