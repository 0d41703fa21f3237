"""Every kind of diagnostic of `import` and `export`: reading another tool's plan, TW500 to TW519,
converting it to the plan language, TW520 to TW529, writing one, TW530 to TW539.
"""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

NOT_RECOGNISED: Final = Code(
    "TW500",
    "source-not-recognised",
    """The file is in none of the formats that `typewriter import` reads:

    - Segment's plan as the Public API returns it: `{"name": …, "rules": [{"key", "type", …}]}`
    - as the older Config API returned it: `{"display_name": …, "rules": {"events": […]}}`
    - `plan.json`, as Segment's Typewriter caches it, and the file `{"events": […]}` of Typewriter 6
    - `plan.json` of RudderStack's RudderTyper, the export of Avo
    - events in a list, `[{"name": …, "properties": …}]`, or by name, `{"Order Completed": …}`
    - a JSON Schema, or a folder of them, such as a registry of Snowplow's Iglu
    - the schemas of an OpenAPI description
    - the YAML of RudderStack's `rudder-cli` (`version: rudder/v1`)
    - Segment's spreadsheet, as CSV

    JSON may be written as YAML. The response of an API may keep its `data` envelope.""",
)

WRONG_SHAPE: Final = Code(
    "TW501",
    "source-wrong-shape",
    """The format is recognised, but a part of the file does not have the expected shape, and
    without it there is nothing to import: a list instead of a mapping, a rule without a key, a
    type of rule that Segment does not have.

        {"rules": [{"type": "TRACK", "version": 1}]}                             # no "key"
        {"rules": [{"key": "Order Completed", "type": "TRACK", "version": 1,
                    "jsonSchema": {}}]}                                          # good""",
)

ONE_PAGE: Final = Code(
    "TW502",
    "source-is-one-page",
    """The file is one page of a response of Segment's Public API, and more pages follow
    (`pagination.next`). The plan has more rules than those that were imported. `typewriter
    pull` fetches all of them.""",
    Severity.WARNING,
)

SEVERAL_PLANS: Final = Code(
    "TW503",
    "source-several-plans",
    """The file or folder contains several tracking plans, and an import makes one plan from one.
    Name the file of one of them; if an API returned a list of plans, save each in a file of its
    own.""",
)

UNRESOLVED: Final = Code(
    "TW504",
    "source-unresolved-reference",
    """A file of a `rudder-cli` project refers to a property, an event, a category, a custom type
    or a rule that none of the files read defines. What refers to it is left out; an object that
    lacks a property in this way is open, a value that lacks its type may be any. It is an error if
    nothing else can be imported.

    Import the project's whole folder; if only one file is named, its references are looked up in
    the surrounding folders.

        - property: "#property:product_sku"      # and no file has a property with that `id`""",
    Severity.WARNING,
)

NO_PLAN: Final = Code(
    "TW505",
    "source-without-plan",
    """The files belong to a `rudder-cli` project (properties or events, for instance), but none of
    them is a tracking plan (`kind: tracking-plan`, or `kind: tp`), which says what belongs
    together. Import the whole folder.""",
)

SKIPPED: Final = Code(
    "TW506",
    "source-part-skipped",
    """A part of the file does not have the expected shape, and is left out: a rule without an
    event's name, a type of call that a plan does not have, a schema that is a number. The rest
    is imported. Where nothing at all can be imported, it is an error (TW501).

        {"rules": [{"type": "TRACK", "version": 1},                              # no "key"
                   {"key": "Order Completed", "type": "TRACK", "version": 1,
                    "jsonSchema": {}}]}                                          # imported""",
    Severity.WARNING,
)


NOT_DRAFT_07: Final = Code(
    "TW510",
    "not-draft-07",
    """`$schema` names a dialect of JSON Schema that is not known. The file is read as draft-07, the
    one that Segment's rules and plans use. The meaning of a keyword depends on the dialect, so
    check what the plan says.

    Drafts from draft-03 to 2020-12 are known, and so are the schemas of Snowplow's Iglu. Keywords
    that came after draft-07 are read where draft-07 can say the same (`prefixItems`, `$defs`), and
    else are not carried over (TW520).

        {"$schema": "https://schemas.example.com/our-dialect"}          # read as draft-07
        {"$schema": "https://json-schema.org/draft/2020-12/schema"}     # known""",
    Severity.WARNING,
)

UNRESOLVED_REF: Final = Code(
    "TW511",
    "unresolved-schema-ref",
    """A `$ref` points to a file, or into one, that was not read. References are resolved against
    the file's own path, or its `$id`. Schemas are never downloaded, so every file has to be in
    the folder.""",
)

NAME_GUESSED: Final = Code(
    "TW512",
    "event-name-guessed",
    """A JSON Schema does not name its event: it has neither a `title` nor a constant `event`. The
    event is named after the file: `order_completed.json` becomes *Order Completed*. An event's
    name is sent exactly as the plan has it, so check the name in the plan; or give the schema a
    `title`, and import again.""",
    Severity.WARNING,
)

NOT_A_SCHEMA: Final = Code(
    "TW513",
    "not-a-schema",
    """A file of the folder is not a JSON Schema: it is not an object, or has none of a schema's
    keywords. It is skipped.""",
    Severity.WARNING,
)

NO_HEADER: Final = Code(
    "TW514",
    "no-header",
    """The file has no header that says which column contains the events and which their
    properties. One of the first rows must be a header, such as

        Event Name,Event Description,Property Name,Status,Data Type,Permitted Values

    Other columns may be present, in any order. Save the sheet as CSV, in UTF-8; commas,
    semicolons and tabs are all accepted.""",
)

ROW: Final = Code(
    "TW515",
    "row-not-understood",
    """A row of the spreadsheet cannot be read: a property comes before any event, its path is not
    valid (`address.city`, `products[].sku` are), or a parent on its path has another type.""",
)

CELL: Final = Code(
    "TW516",
    "cell-not-understood",
    """A cell's content is not valid in its column: an unknown type, a permitted value that does
    not have the property's type, a status that is neither required nor optional, a version that
    is not a number. The rest of the row is imported, the cell is not.""",
    Severity.WARNING,
)

COLUMN: Final = Code(
    "TW517",
    "column-not-carried-over",
    """A column of the spreadsheet has no counterpart in a plan. Its content is not imported.""",
    Severity.WARNING,
)


NOT_CARRIED: Final = Code(
    "TW520",
    "not-carried-over",
    """The source says something that the plan language cannot express, or does not allow: an
    unsupported keyword of JSON Schema, a regular expression that only some languages
    understand, a rule about a field of the message that is not a property.

    The rest is imported. What was left out is kept as a comment in the new plan, where it would
    have been, so that a person can decide. The plan then accepts more than the source did,
    never less.

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
    is sent is unchanged; one of them was given another name for the code, with `function:`
    (events) or `name:` (properties and definitions). Change it to what reads best: nothing else
    depends on it before code is generated.

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
    """The source has the same event twice, in the same version, and the two differ. There is no
    telling which one is meant: the plan has the first, and the other as a comment. Remove one, or
    give it another version.

        {"name": "Order Completed", "rules": {"required": ["order_id"]}}         # in the plan
        {"name": "Order Completed", "rules": {"required": ["id"]}}               # a comment""",
    Severity.WARNING,
)

REPEATED_RULE: Final = Code(
    "TW523",
    "repeated-rule",
    """The source has the same rule twice, word for word. It is imported once.""",
    Severity.WARNING,
)

UNSETTLED: Final = Code(
    "TW524",
    "unsettled",
    """The source cannot be turned into a valid plan, and nothing is written. The message says what
    is in the way. Fix it in the source, or report it as a bug: an import is meant to find a
    way.""",
)

READ_AS: Final = Code(
    "TW525",
    "read-as",
    """Something is not written as in JSON Schema draft-07, and is read as what is obviously meant:
    a type by its name in a programming language, a number or a list in quotes, a format spelled
    differently. Nothing is lost; check that it is what was meant.

        "paid_at": {"type": "datetime"}                            # in the source
        "total": {"type": "float", "minimum": "0"}

        paid_at: {type: string, format: date-time}                 # in the plan
        total: {type: number, minimum: 0}""",
    Severity.WARNING,
)


NOT_IN_SPREADSHEET: Final = Code(
    "TW530",
    "not-in-spreadsheet",
    """`typewriter export --format csv` leaves out what Segment's spreadsheet has no column for:
    bounds and lengths, formats other than `date-time`, defaults, undeclared keys, unions of
    shapes, what applies to every message, owners and personal data.

    The sheet is for people to read and to discuss. To take the plan itself elsewhere, use
    `--format segment` or `--format jsonschema`, which lose nothing.""",
    Severity.WARNING,
)

NOT_AN_EXPORT: Final = Code(
    "TW531",
    "not-an-export",
    """A file that typewriter did not write is where `typewriter export` would write one.

    An exported folder of JSON Schemas has a `plan.json` that lists its files; only those are
    replaced, or removed when their event is gone. Other files in the folder are left alone.

    Move the file away, or choose another folder with `--out`.""",
)
