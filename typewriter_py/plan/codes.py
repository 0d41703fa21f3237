"""Every kind of diagnostic about a plan: TW1xx.

A number is for ever: it is never given to something else, even when its kind is gone.
"""

from __future__ import annotations

from typing import Final

from ..diagnostics import Code, Severity

UNREADABLE: Final = Code(
    "TW100",
    "unreadable",
    """The plan, or a file that it includes, cannot be read: it does not exist, is a folder, may
    not be opened, or is not UTF-8 text. The path is taken from where the command runs, or, in
    the configuration, from the file that names it.""",
)

YAML_SYNTAX: Final = Code(
    "TW101",
    "yaml-syntax",
    """The file is not YAML. The parser stops at the first such mistake, so it is the only one
    reported; mend it and run again. The usual reasons are a tab in the indentation, keys of one
    mapping in different columns, and a text with `: ` or a leading `@`, `%`, `*` without
    quotes.""",
    bad="description: Note: sent twice",
    good='description: "Note: sent twice"',
)

DUPLICATE_KEY: Final = Code(
    "TW102",
    "duplicate-key",
    """The same key, trait or property stands twice in one mapping or list. YAML readers keep one of
    them and forget the other, so half of what was planned would be lost without a word.""",
    bad="""
        price: {type: number}
        price: {type: integer}
    """,
    good="price: {type: number}",
)

YAML_TOO_LARGE: Final = Code(
    "TW103",
    "yaml-too-large",
    """The file is nested more than 100 levels deep, its aliases or references unfold to a multiple
    of what is written, or its includes to thousands of files. No plan needs that; a mistake or an
    attack does.""",
)

YAML_KEY: Final = Code(
    "TW104",
    "yaml-key",
    """A key that YAML reads as a number, a boolean, null or a whole list. Names of properties and
    events are text, and JSON knows only text as a key; in quotes it is taken as it stands.""",
    bad="404: {type: string}",
    good='"404": {type: string}',
)

YAML_ALIAS: Final = Code(
    "TW105",
    "yaml-alias",
    """An alias `*name` without an anchor `&name` before it, one that stands inside its own anchor,
    or a merge key `<<` that merges something other than mappings.""",
    bad="order: {<<: *base}",
    good="""
        base: &base {type: object}
        order: {<<: *base}
    """,
)

YAML_NUMBER: Final = Code(
    "TW106",
    "yaml-number",
    """A number that JSON does not have: infinity, not-a-number, or one with more digits than can
    be read. It could be sent to nobody.""",
    bad="maximum: .inf",
    good="# leave `maximum` out",
)

NOT_A_PLAN: Final = Code(
    "TW107",
    "not-a-plan",
    """The file is YAML, but no tracking plan: everything stands under `tracking_plan:`.""",
    bad="""
        events:
          - name: Order Completed
    """,
    good="""
        tracking_plan:
          rules:
            events:
              - name: Order Completed
    """,
)

JSON_SYNTAX: Final = Code(
    "TW108",
    "json-syntax",
    """A file that should hold JSON does not, or not all of it. Mostly it is a download that was cut
    short, or the page of a proxy or of a login in the place of what was asked for: fetch the file
    again and look at its first lines. JSON has texts in double quotes, no comments, and no comma
    after the last entry (https://www.rfc-editor.org/rfc/rfc8259).

        {"name": 'Order Completed',}       # bad: single quotes, and a comma too many
        {"name": "Order Completed"}        # good""",
)

UNKNOWN_KEY: Final = Code(
    "TW110",
    "unknown-key",
    """A key that the plan language does not know. It would do nothing, and whoever wrote it
    believes that it does; mostly it is a typo, or stands one level too high or too low.
    `typewriter schema` prints all keys with what they mean. (`x-…` at the top is free for YAML
    anchors.)""",
    bad="require: [order_id]",
    good="required: [order_id]",
)

MISSING_KEY: Final = Code(
    "TW111",
    "missing-key",
    """A key that has to be there is not.""",
    bad="- description: User completed a purchase",
    good="""
        - name: Order Completed
          description: User completed a purchase
    """,
)

WRONG_TYPE: Final = Code(
    "TW112",
    "wrong-type",
    """A value of the wrong kind: a number where a text belongs, one value where a list belongs.
    A text that looks like a number, `true` or `null` needs quotes.""",
    bad="name: 404",
    good='name: "404"',
)

INVALID_VALUE: Final = Code(
    "TW113",
    "invalid-value",
    """A value of the right kind that is not permitted here, such as a type that JSON Schema does
    not have, an empty name or a negative length.""",
    bad="type: datetime",
    good="""
        type: string
        format: date-time
    """,
)

UNSUPPORTED_KEYWORD: Final = Code(
    "TW114",
    "unsupported-keyword",
    """A keyword of JSON Schema that the plan language leaves out: `if`, `not`, `patternProperties`
    and the like. No type checker could hold code to it, and ignoring it would be a lie.""",
    bad="not: {type: string}",
    good="type: [integer, boolean]",
)

INCLUDE_MISSING: Final = Code(
    "TW120",
    "include-missing",
    """An `include` that names no file, a pattern that matches none, or a library that does not
    exist. Paths start from the folder of the file that includes.""",
    bad="include: [chekout/*.yaml]",
    good="include: [checkout/*.yaml]",
)

INCLUDE_OUTSIDE: Final = Code(
    "TW121",
    "include-outside",
    """An `include` with an absolute path, or one that climbs out of the main plan's folder. The
    plan would mean something else on another machine, and reading what a plan names must be
    harmless.""",
    bad="include: [/etc/plans/common.yaml]",
    good="include: [common.yaml]",
)

INCLUDE_CYCLE: Final = Code(
    "TW122",
    "include-cycle",
    """A file that includes itself, directly or through others.""",
    bad="""
        # a.yaml: include: [b.yaml]
        # b.yaml: include: [a.yaml]
    """,
    good="# a.yaml: include: [b.yaml]",
)

MAIN_ONLY: Final = Code(
    "TW123",
    "main-only",
    """`id`, `common`, `identify`, `group`, `page` and `screen` are said once for the whole plan, in
    its main file; an included file holds events and definitions. (A library's traits come with
    `only: [identify]`.)""",
)

ONLY_NOTHING: Final = Code(
    "TW124",
    "only-nothing",
    """A name or pattern under `only:` that picks nothing from the included file: a typo, or an
    event that was renamed there.""",
    bad="include: [{from: 'library:ecommerce', only: [Order Complete]}]",
    good="include: [{from: 'library:ecommerce', only: [Order Completed]}]",
)

NOTHING_TO_EXTEND: Final = Code(
    "TW125",
    "nothing-to-extend",
    """`extends:` names an event that no included file (or earlier event) has, or that an `only:`
    kept out.""",
    bad="""
        - name: Order Completed
          extends: Order Complete
    """,
    good="""
        - name: Order Completed
          extends: Order Completed
    """,
)

NOTHING_TO_DROP: Final = Code(
    "TW126",
    "nothing-to-drop",
    """A property set to null. With `extends` that drops the included property of that name; where
    there is none it drops nothing, and says nothing of what the property may hold.""",
    bad="coupon: null",
    good="coupon: {type: string}",
)

DUPLICATE_EVENT: Final = Code(
    "TW127",
    "duplicate-event",
    """One event is planned twice in the same version. Two descriptions of one thing drift apart,
    and only one of them can be checked.""",
    bad="""
        - name: Order Completed
        - name: Order Completed
    """,
    good="""
        - name: Order Completed
        - name: Order Completed
          version: 2
          function: order completed v2
    """,
)

DUPLICATE_DEFINITION: Final = Code(
    "TW128",
    "duplicate-definition",
    """Two files of a plan define the same name. All its files share their definitions, so the
    name has to mean one thing.""",
)

UNRESOLVED_REF: Final = Code(
    "TW130",
    "unresolved-ref",
    """A `$ref` that leads to no definition. Definitions stand under `tracking_plan.definitions`
    and are named `#/definitions/Name`.""",
    bad="$ref: '#/definitions/Produkt'",
    good="$ref: '#/definitions/Product'",
)

REF_SIBLING: Final = Code(
    "TW131",
    "ref-sibling",
    """A constraint beside a `$ref`. JSON Schema draft-07 ignores what stands beside a reference, so
    readers differ on what is meant; only annotations and `nullable` may stand there.""",
    bad="""
        $ref: '#/definitions/Product'
        required: [sku]
    """,
    good="""
        allOf:
          - $ref: '#/definitions/Product'
          - required: [sku]
    """,
)

REF_CYCLE: Final = Code(
    "TW132",
    "ref-cycle",
    """A definition that is defined as itself. Recursion is welcome where a value stands inside
    another (a tree's children); a definition that *is* its own reference says nothing.""",
    bad="Node: {$ref: '#/definitions/Node'}",
    good="Node: {type: object, properties: {next: {$ref: '#/definitions/Node'}}}",
)

REQUIRED_UNDECLARED: Final = Code(
    "TW133",
    "required-undeclared",
    """A property is required but not declared, while the object takes no undeclared properties: no
    message could ever be valid. Mostly one of the two names has a typo.""",
    bad="""
        required: [oder_id]
        properties: {order_id: {type: string}}
    """,
    good="""
        required: [order_id]
        properties: {order_id: {type: string}}
    """,
)

DEFAULT_REFUSED: Final = Code(
    "TW134",
    "default-refused",
    """A default that its own schema refuses: every call that relies on it would be a violation.""",
    bad="""
        type: string
        enum: [USD, EUR]
        default: usd
    """,
    good="""
        type: string
        enum: [USD, EUR]
        default: USD
    """,
)

ENUM_VALUE: Final = Code(
    "TW135",
    "enum-value",
    """A permitted value that can never be valid: it is not of the declared type, or breaks the
    rules beside it.""",
    bad="""
        type: string
        enum: [1, 2]
    """,
    good="""
        type: string
        enum: ["1", "2"]
    """,
)

ENUM_DUPLICATE: Final = Code(
    "TW136",
    "enum-duplicate",
    """A permitted value is listed twice (1 and 1.0 are the same number). The second one is mostly a
    typo for a value that is now missing.""",
    bad="enum: [USD, EUR, USD]",
    good="enum: [USD, EUR, GBP]",
)

IMPOSSIBLE_RANGE: Final = Code(
    "TW137",
    "impossible-range",
    """A lower bound above its upper bound: no value satisfies both.""",
    bad="""
        minimum: 10
        maximum: 1
    """,
    good="""
        minimum: 1
        maximum: 10
    """,
)

INVALID_PATTERN: Final = Code(
    "TW138",
    "invalid-pattern",
    """A regular expression that does not compile, or uses what only some dialects have. A plan's
    patterns are judged by Python (3.9 and later), by JavaScript and by Segment itself, which is
    written in Go: what all three understand may stand in a plan.""",
    bad='pattern: "(?i)^eur|usd$"',
    good='pattern: "^([Ee][Uu][Rr]|[Uu][Ss][Dd])$"',
)

CONFLICT: Final = Code(
    "TW139",
    "conflict",
    """Two things that hold at once contradict each other: types, permitted values or formats of the
    parts of an `allOf`, a property that one part forbids, or both spellings of `required`.""",
    bad="""
        allOf:
          - {type: string}
          - {type: integer}
    """,
    good="""
        anyOf:
          - {type: string}
          - {type: integer}
    """,
)

NAME_COLLISION: Final = Code(
    "TW140",
    "name-collision",
    """Two events, properties or types get the same name in the generated code. A number at its end
    would depend on their order, and calls would change their meaning when the plan is sorted; so
    one of them says its name itself, with `function:` (events) or `name:` (properties,
    definitions).""",
    bad="""
        - name: Order Completed
        - name: order_completed
    """,
    good="""
        - name: Order Completed
        - name: order_completed
          function: legacy order completed
    """,
)

NAME_UNUSABLE: Final = Code(
    "TW141",
    "name-unusable",
    """A name from which no identifier can be made: it holds no letter or digit at all. `function:`
    or `name:` gives the generated code one; the name itself still goes out as it is.""",
    bad='- name: "🎉"',
    good="""
        - name: "🎉"
          function: party
    """,
)

NESTED_DEFAULT: Final = Code(
    "TW142",
    "nested-default",
    """A default that is not filled in. Only those of an event's own properties (and of traits)
    are; deeper in an object, in a list or in a definition a default documents what a reader may
    assume.""",
    Severity.INFO,
)

UNCHECKED_FORMAT: Final = Code(
    "TW143",
    "unchecked-format",
    """A `format` that no validator checks; it is carried along as documentation. Mostly that is
    what is meant; sometimes it is a typo.""",
    Severity.WARNING,
    bad="format: datetime",
    good="format: date-time",
)

UNTYPED: Final = Code(
    "TW144",
    "untyped",
    """A constraint without a `type`. JSON Schema's constraints bind values of their own type only:
    `minLength: 3` alone lets every number, list and object pass.""",
    Severity.WARNING,
    bad="minLength: 3",
    good="""
        type: string
        minLength: 3
    """,
)

NO_EFFECT: Final = Code(
    "TW145",
    "no-effect",
    """A keyword that does nothing where it stands: a constraint of another type than the declared
    one, a constraint beside an `enum` whose values all pass it, or an annotation that only
    properties have. Whoever wrote it believes that it does something.""",
    Severity.WARNING,
    bad="""
        type: string
        maximum: 20
    """,
    good="""
        type: string
        maxLength: 20
    """,
)
