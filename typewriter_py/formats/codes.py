"""Every kind of diagnostic about foreign plans: reading one, TW500 to TW519, bringing it into the
plan language, TW520 to TW529, writing it, TW530 to TW539.
"""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

NOT_RECOGNISED: Final = Code(
    "TW500",
    "source-not-recognised",
    """The file is none of the forms that `typewriter import` reads:

    - Segment's plan as the Public API gives it: `{"name": …, "rules": [{"key", "type", …}]}`
    - as the older Config API gave it: `{"display_name": …, "rules": {"events": […]}}`
    - `plan.json`, as Segment's Typewriter caches it, and the file `{"events": […]}` of Typewriter 6
    - a JSON Schema, or a folder of them
    - the YAML of RudderStack's `rudder-cli` (`version: rudder/v1`)
    - Segment's spreadsheet, as CSV

    JSON may be written as YAML. The answer of an API may be given with its `data` around it.""",
)

WRONG_SHAPE: Final = Code(
    "TW501",
    "source-wrong-shape",
    """The file is recognised, but a part of it is not what that form has there: a list where a
    mapping belongs, a rule without a key, a type of rule that Segment does not have. Nothing is
    imported, because what such a part means can only be guessed.

        {"rules": [{"type": "TRACK", "version": 1}]}                             # no "key"
        {"rules": [{"key": "Order Completed", "type": "TRACK", "version": 1,
                    "jsonSchema": {}}]}                                          # good""",
)

ONE_PAGE: Final = Code(
    "TW502",
    "source-is-one-page",
    """The file is an answer of Segment's Public API that says that more follow it
    (`pagination.next`). The plan has more rules than those that were imported. `typewriter pull`
    fetches all of them.""",
    Severity.WARNING,
)

SEVERAL_PLANS: Final = Code(
    "TW503",
    "source-several-plans",
    """The file or folder holds several tracking plans, and an import makes one plan of one. Name
    the file of one; take plans that an API gave as a list out of it, each into a file of its
    own.""",
)

UNRESOLVED: Final = Code(
    "TW504",
    "source-unresolved-reference",
    """A file of a `rudder-cli` project refers to a property, an event, a category, a custom type
    or a rule that is in none of the files that were read. Import the project's whole folder; if
    only one file is named, what it refers to is looked for in the folders around it.

        - property: "#property:product_sku"      # and no file has a property with that `id`""",
)

NO_PLAN: Final = Code(
    "TW505",
    "source-without-plan",
    """The files are those of a `rudder-cli` project, properties or events for instance, but none of
    them is a tracking plan (`kind: tracking-plan`, or `kind: tp`), which says what of that belongs
    together. Import the whole folder.""",
)


NOT_DRAFT_07: Final = Code(
    "TW510",
    "not-draft-07",
    """The file says with `$schema` that it is written in a dialect of JSON Schema other than
    draft-07, which is the one that Segment's rules and plans are in.  What a keyword means
    depends on the dialect, so it is not read as if it were draft-07.

        {"$schema": "https://json-schema.org/draft/2020-12/schema"}     # not read
        {"$schema": "http://json-schema.org/draft-07/schema#"}          # read; so is none at all

    Convert it first, or change `$schema` where only keywords are used that draft-07 has too.""",
)

UNRESOLVED_REF: Final = Code(
    "TW511",
    "unresolved-schema-ref",
    """A `$ref` leads to a file, or to a place in one, that is not among those that are read.
    References are resolved against the file's own path, or its `$id`.  Schemas are never fetched
    from anywhere, so every file has to be in the folder.""",
)

NAME_GUESSED: Final = Code(
    "TW512",
    "event-name-guessed",
    """A JSON Schema does not say which event it is of: it has neither a `title` nor a constant
    `event`.  The event is called after its file, `order_completed.json` becomes *Order Completed*.

    An event's name goes on the wire exactly as the plan has it, so look at the name in the plan;
    or give the schema a `title`, and import again.""",
    Severity.WARNING,
)

NOT_A_SCHEMA: Final = Code(
    "TW513",
    "not-a-schema",
    """A file of the folder is no JSON Schema: it is not an object, or none of its keys is one of a
    schema's.  It is passed over.""",
    Severity.WARNING,
)

NO_HEADER: Final = Code(
    "TW514",
    "no-header",
    """The file has no header that tells which column holds the events and which their properties.
    The first rows must have one, such as

        Event Name,Event Description,Property Name,Status,Data Type,Permitted Values

    Other columns may be there, in any order.  Save the sheet as CSV, in UTF-8; commas, semicolons
    and tabs all do.""",
)

ROW: Final = Code(
    "TW515",
    "row-not-understood",
    """A row of the spreadsheet cannot be read: a property stands before any event, its path is not
    one (`address.city`, `products[].sku`), or what its path leads through is of another type.""",
)

CELL: Final = Code(
    "TW516",
    "cell-not-understood",
    """A cell holds what has no meaning in its column: a type that is none, a permitted value that
    is not of the property's type, a status that is neither required nor optional, a version
    that is no number. The rest of the row is imported, the cell is not.""",
    Severity.WARNING,
)

COLUMN: Final = Code(
    "TW517",
    "column-not-carried-over",
    """A column of the spreadsheet has no counterpart in a plan.  What is in it is not imported.""",
    Severity.WARNING,
)


NOT_CARRIED: Final = Code(
    "TW520",
    "not-carried-over",
    """The source says something that the plan language has no word for, or that a plan may not
    hold: a keyword of JSON Schema that is not supported, a regular expression that only some
    languages understand, a rule about a field of the message that is no property.

    The rest is imported. What was left out stands in the new plan as a comment, where it would
    have been, so that a person can decide. The plan then accepts more than the source did, never
    less.

        "sku": {"type": "string", "pattern": "(?<=A)[0-9]+"}      # in the source

        sku:                                                      # in the plan
          # not carried over: pattern: "(?<=A)[0-9]+"
          # lookahead and lookbehind are not understood everywhere
          type: string""",
    Severity.WARNING,
)

RENAMED: Final = Code(
    "TW521",
    "renamed-in-code",
    """Two names of the source give the same name in generated code, or one gives none at all. What
    goes on the wire is untouched; one of them was given other words, with `function:` (events)
    or `name:` (properties and definitions). Change the words to what reads best: nothing else
    depends on them before code is generated.

    Two shapes that share a name in different rules become two definitions in the same way.

        {"events": [{"name": "Order Completed"}, {"name": "order_completed"}]}   # in the source

        - name: Order Completed                                                  # in the plan
        - name: order_completed
          function: order completed snake case""",
    Severity.WARNING,
)

DUPLICATE_RULE: Final = Code(
    "TW522",
    "duplicate-rule",
    """The source has the same event twice, in the same version, and the two differ. Which one is
    meant cannot be known, so nothing is imported. Remove one, or give it another version.""",
)

REPEATED_RULE: Final = Code(
    "TW523",
    "repeated-rule",
    """The source has the same rule twice, word for word. One is enough, and one is imported.""",
    Severity.WARNING,
)

UNSETTLED: Final = Code(
    "TW524",
    "unsettled",
    """What was read cannot be brought into a form that a plan may have, and nothing is written. The
    message says what is in the way. Mend it in the source, or report it: an import is meant to
    find a way.""",
)


NOT_IN_SPREADSHEET: Final = Code(
    "TW530",
    "not-in-spreadsheet",
    """`typewriter export --format csv` leaves out what a spreadsheet of Segment has no column for:
    bounds and lengths, formats other than `date-time`, defaults, keys beyond the declared ones,
    unions of shapes, what holds for every message, owners and personal data.

    The sheet is for people to read and to discuss.  To take the plan itself elsewhere, use
    `--format segment` or `--format jsonschema`, which lose nothing.""",
    Severity.WARNING,
)

NOT_AN_EXPORT: Final = Code(
    "TW531",
    "not-an-export",
    """Something that typewriter has not written stands where `typewriter export` would write a
    file.

    A folder of JSON Schemas that was exported has a `plan.json` that names its files; only those
    are replaced, or removed when their event is gone.  Other files in the folder are left alone.

    Move the file away, or choose another folder with `--out`.""",
)
