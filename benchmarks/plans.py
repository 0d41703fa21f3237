"""Plans of any size for the benchmarks: the same N gives the same bytes."""

from __future__ import annotations

import random

OBJECTS = ["Order", "Product", "Cart", "Account", "Invoice", "Payment", "Trial", "Report"]
ACTIONS = ["Viewed", "Created", "Updated", "Removed", "Shared", "Completed", "Failed"]
ENUMS = [["USD", "EUR", "GBP"], ["free", "pro", "enterprise"], ["web", "ios", "android", "server"]]


def event(number: int, chance: random.Random) -> list[str]:
    """The lines of one event: 8 properties, nesting, an array of objects, enums, dates."""
    name = f"{chance.choice(OBJECTS)} {chance.choice(ACTIONS)} {number}"
    values = ", ".join(chance.choice(ENUMS))
    return f"""\
      - name: "{name}"
        description: "Somebody did what event {number} of the benchmark says."
        rules:
          required:
            - id_{number}
            - total
            - items
          properties:
            id_{number}:
              type: string
              description: "The number of the thing."
            total:
              type: number
              minimum: 0
            count:
              type: integer
            plan:
              type: string
              enum: [{values}]
            at:
              type: string
              format: date-time
            note:
              type: [string, "null"]
              description: "What somebody wrote about it."
            customer:
              type: object
              required: [name]
              properties:
                name: {{ type: string }}
                email: {{ type: string, format: email }}
                address:
                  type: object
                  properties:
                    city: {{ type: string }}
                    country: {{ type: string, pattern: "^[A-Z]{{2}}$" }}
            items:
              type: array
              items:
                type: object
                required: [sku]
                properties:
                  sku: {{ type: string }}
                  price: {{ type: number }}
                  quantity: {{ type: integer, minimum: 1 }}
                  tags: {{ type: array, items: {{ type: string }} }}
""".splitlines()


def plan(events: int) -> str:
    """A plan of that many events, as YAML."""
    chance = random.Random(events)
    lines = ["tracking_plan:", f'  display_name: "Benchmark {events}"', "  rules:", "    events:"]
    for number in range(events):
        lines += event(number, chance)
    return "\n".join(lines) + "\n"
