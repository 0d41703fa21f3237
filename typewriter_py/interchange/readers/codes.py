"""Every kind of diagnostic about reading a foreign plan: TW500 to TW509."""

from __future__ import annotations

from typing import Final

from ...diagnostics import Code, Severity

NOT_RECOGNISED: Final = Code(
    "TW500",
    "source-not-recognised",
    """\
The file is none of the forms that `typewriter import` reads:

- Segment's plan as the Public API gives it: `{"name": …, "rules": [{"key", "type", …}]}`
- as the older Config API gave it: `{"display_name": …, "rules": {"events": […]}}`
- `plan.json`, as Segment's Typewriter caches it, and the file `{"events": […]}` of Typewriter 6
- a JSON Schema, or a folder of them
- the YAML of RudderStack's `rudder-cli` (`version: rudder/v1`)
- Segment's spreadsheet, as CSV

JSON may be written as YAML. The answer of an API may be given with its `data` around it.
""",
)

WRONG_SHAPE: Final = Code(
    "TW501",
    "source-wrong-shape",
    """\
The file is recognised, but a part of it is not what that form has there: a list where a
mapping belongs, a rule without a key, a type of rule that Segment does not have. Nothing is
imported, because what such a part means can only be guessed.

    {"rules": [{"type": "TRACK", "version": 1}]}                             # no "key"
    {"rules": [{"key": "Order Completed", "type": "TRACK", "version": 1,
                "jsonSchema": {}}]}                                          # good
""",
)

ONE_PAGE: Final = Code(
    "TW502",
    "source-is-one-page",
    """\
The file is an answer of Segment's Public API that says that more follow it
(`pagination.next`). The plan has more rules than those that were imported. `typewriter pull`
fetches all of them.
""",
    Severity.WARNING,
)

SEVERAL_PLANS: Final = Code(
    "TW503",
    "source-several-plans",
    """\
The file or folder holds several tracking plans, and an import makes one plan of one. Name the
file of one; take plans that an API gave as a list out of it, each into a file of its own.
""",
)

UNRESOLVED: Final = Code(
    "TW504",
    "source-unresolved-reference",
    """\
A file of a `rudder-cli` project refers to a property, an event, a category, a custom type or a
rule that is in none of the files that were read. Import the project's whole folder; if only
one file is named, what it refers to is looked for in the folders around it.

    - property: "#property:product_sku"      # and no file has a property with that `id`
""",
)

NO_PLAN: Final = Code(
    "TW505",
    "source-without-plan",
    """\
The files are those of a `rudder-cli` project, properties or events for instance, but none of
them is a tracking plan (`kind: tracking-plan`, or `kind: tp`), which says what of that belongs
together. Import the whole folder.
""",
)
