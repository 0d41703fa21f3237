"""Every kind of diagnostic about reading JSON Schemas and spreadsheets: TW510 to TW519."""

from __future__ import annotations

from typing import Final

from ...diagnostics import Code, Severity

NOT_DRAFT_07: Final = Code(
    "TW510",
    "not-draft-07",
    """\
The file says with `$schema` that it is written in a dialect of JSON Schema other than
draft-07, which is the one that Segment's rules and plans are in.  What a keyword means
depends on the dialect, so it is not read as if it were draft-07.

    {"$schema": "https://json-schema.org/draft/2020-12/schema"}     # not read
    {"$schema": "http://json-schema.org/draft-07/schema#"}          # read; so is none at all

Convert it first, or change `$schema` where only keywords are used that draft-07 has too.
""",
)

UNRESOLVED: Final = Code(
    "TW511",
    "unresolved-schema-ref",
    """\
A `$ref` leads to a file, or to a place in one, that is not among those that are read.
References are resolved against the file's own path, or its `$id`.  Schemas are never fetched
from anywhere, so every file has to be in the folder.
""",
)

NAME_GUESSED: Final = Code(
    "TW512",
    "event-name-guessed",
    """\
A JSON Schema does not say which event it is of: it has neither a `title` nor a constant
`event`.  The event is called after its file, `order_completed.json` becomes *Order Completed*.

An event's name goes on the wire exactly as the plan has it, so look at the name in the plan;
or give the schema a `title`, and import again.
""",
    Severity.WARNING,
)

NOT_A_SCHEMA: Final = Code(
    "TW513",
    "not-a-schema",
    """\
A file of the folder is no JSON Schema: it is not an object, or none of its keys is one of a
schema's.  It is passed over.
""",
    Severity.WARNING,
)

NO_HEADER: Final = Code(
    "TW514",
    "no-header",
    """\
The file has no header that tells which column holds the events and which their properties.
The first rows must have one, such as

    Event Name,Event Description,Property Name,Status,Data Type,Permitted Values

Other columns may be there, in any order.  Save the sheet as CSV, in UTF-8; commas, semicolons
and tabs all do.
""",
)

ROW: Final = Code(
    "TW515",
    "row-not-understood",
    """\
A row of the spreadsheet cannot be read: a property stands before any event, its path is not
one (`address.city`, `products[].sku`), or what its path leads through is of another type.
""",
)

CELL: Final = Code(
    "TW516",
    "cell-not-understood",
    """\
A cell holds what has no meaning in its column: a type that is none, a permitted value that is
not of the property's type, a status that is neither required nor optional, a version that is
no number.  The rest of the row is imported, the cell is not.
""",
    Severity.WARNING,
)

COLUMN: Final = Code(
    "TW517",
    "column-not-carried-over",
    """\
A column of the spreadsheet has no counterpart in a plan.  What is in it is not imported.
""",
    Severity.WARNING,
)
