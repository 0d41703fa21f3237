"""What ``init`` writes."""

from __future__ import annotations

from typing import Final

PLAN: Final = """\
# yaml-language-server: $schema=./plan.schema.json
#
# The tracking plan: every event that this product sends, and what each one carries.
# `typewriter generate` turns it into typed Python, `typewriter lint` says what is wrong with
# it, and an editor with a YAML language server completes and explains while you write.
tracking_plan:
  display_name: My Product

  rules:
    events:
      # Names are Object + Action in the past tense, and are sent exactly as they stand here.
      - name: User Signed Up
        description: Somebody created an account.
        rules:
          required: [signup_method]
          properties:
            signup_method:
              type: string
              enum: [email, google, github]
              description: How they proved who they are.
            referral_code:
              type: string
              description: The code of the person who invited them, if any.

      - name: Order Completed
        description: A payment went through.
        rules:
          required: [order_id, total, products]
          properties:
            order_id: {type: string, description: The order's number.}
            total: {type: number, minimum: 0, description: "What was paid, taxes included."}
            currency: {type: string, enum: [EUR, USD], default: EUR}
            products:
              type: array
              minItems: 1
              items: {$ref: '#/definitions/Product'}

    # What `identify` may say of a user.  `group`, `page` and `screen` are written alike.
    identify:
      traits:
        - {name: email, type: string, required: true, pii: true}
        - {name: plan, type: string, enum: [free, pro]}

  # Types that several events share.
  definitions:
    Product:
      type: object
      required: [product_id]
      properties:
        product_id: {type: string}
        name: {type: string}
        price: {type: number, minimum: 0}
        quantity: {type: integer, minimum: 1}
"""

CONFIG: Final = """\
[{table}]
plan = {plan}

# One package for each target; run `typewriter generate` and commit what it writes.
[[{targets}]]
language = "python"
out = {out}
# tags = ["checkout"]            # only the events with one of these tags,
# events = ["Order *"]           # or of these names
"""


def config(plan: str, out: str, *, nested: bool) -> str:
    """The configuration, for pyproject.toml (``nested``) or for a typewriter.toml."""
    from json import dumps  # a JSON string is a TOML one

    table = "tool.typewriter"
    text = CONFIG.format(
        table=table,
        targets=f"{table}.targets" if nested else "targets",
        plan=dumps(plan, ensure_ascii=False),
        out=dumps(out, ensure_ascii=False),
    )
    return text if nested else text.removeprefix(f"[{table}]\n")
