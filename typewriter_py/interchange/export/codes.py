"""Every kind of diagnostic about writing a plan in another format: TW530 to TW539."""

from __future__ import annotations

from typing import Final

from ...diagnostics import Code, Severity

NOT_IN_SPREADSHEET: Final = Code(
    "TW530",
    "not-in-spreadsheet",
    """\
`typewriter export --format csv` leaves out what a spreadsheet of Segment has no column for:
bounds and lengths, formats other than `date-time`, defaults, keys beyond the declared ones,
unions of shapes, what holds for every message, owners and personal data.

The sheet is for people to read and to discuss.  To take the plan itself elsewhere, use
`--format segment` or `--format jsonschema`, which lose nothing.
""",
    Severity.WARNING,
)

NOT_AN_EXPORT: Final = Code(
    "TW531",
    "not-an-export",
    """\
Something that typewriter has not written stands where `typewriter export` would write a file.

A folder of JSON Schemas that was exported has a `plan.json` that names its files; only those
are replaced, or removed when their event is gone.  Other files in the folder are left alone.

Move the file away, or choose another folder with `--out`.
""",
)
