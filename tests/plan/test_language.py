"""The plan language, sentence by sentence: how events, calls and files are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from typewriter_py.plan.load import load
from typewriter_py.plan.model import (
    ABSENT,
    ANYTHING,
    AnyType,
    Array,
    Boolean,
    Deprecation,
    Enum,
    Number,
    Object,
    Ref,
    String,
    Union,
    Value,
)
from typewriter_py.plan.queries import matches, select
from typewriter_py.plan.values import plain
from typewriter_py.plan.yaml_reader import read
from typewriter_py.targets.comments import deprecation

from .planning import event, load_text, plan_of, properties, property_of, with_properties

PLANS = Path(__file__).parent.parent.parent / "plans"


@pytest.mark.parametrize("path", sorted(PLANS.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_own_plans_are_without_a_mistake(path: Path) -> None:
    loaded = load(path)
    assert loaded.plan is not None
    assert loaded.diagnostics == ()


def test_the_plan_that_all_began_with() -> None:
    plan = load(PLANS / "myapp.yaml").plan
    assert plan is not None
    assert plan.name == "MyApp Tracking Plan"
    assert [e.name for e in plan.events] == ["User Signed Up", "Product Viewed", "Order Completed"]
    viewed = properties(plan.events[1])
    assert [name for name, each in viewed.items() if each.required] == [
        "product_id",
        "product_name",
    ]
    assert viewed["currency"].default == "USD"
    products = properties(plan.events[2])["products"].type
    assert isinstance(products, Array)
    assert isinstance(products.items.type, Object)
    assert plan.identify is not None
    traits = {each.name: each for each in plan.identify.properties.properties}
    assert traits["email"].required
    assert traits["plan"].type == Enum(("free", "pro", "enterprise"))


# --- events ----------------------------------------------------------------------------------


def test_all_that_an_event_can_say() -> None:
    found = event(
        """
        tracking_plan:
          rules:
            events:
              - name: Order Completed
                title: Order
                description: User completed a purchase
                version: 2
                owner: checkout@example.com
                tags: [revenue]
                platforms: [server, browser]
                integrations: {All: true, Mixpanel: false, Amplitude: {session: 1}}
                deprecated: Use Order Placed
                replaced_by: Order Placed
                expires: 2027-01-31
                function: order completed
                ignore: [event-name-casing]
                rules: {minProperties: 1, maxProperties: 9}
        """
    )
    assert found.name == "Order Completed"
    assert (found.title, found.description) == ("Order", "User completed a purchase")
    assert (found.version, found.owner) == (2, "checkout@example.com")
    assert (found.tags, found.platforms) == (("revenue",), ("server", "browser"))
    assert found.integrations == {"All": True, "Mixpanel": False, "Amplitude": {"session": 1}}
    assert found.deprecated == Deprecation("Use Order Placed", "Order Placed", "2027-01-31")
    assert (found.function, found.ignore) == ("order completed", ("event-name-casing",))
    assert found.properties == Object(min_properties=1, max_properties=9)
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.length) == (4, 15, 15)


def test_an_absent_version_is_none_and_an_explicit_one_stays() -> None:
    plan = plan_of(
        """
        tracking_plan:
          rules:
            events:
              - {name: A}
              - {name: A, version: 2}
              - {name: B, version: 1}
        """
    )
    assert [each.version for each in plan.events] == [None, 2, 1]


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("deprecated: true", Deprecation()),
        ("deprecated: Use B", Deprecation("Use B")),
        ("deprecated: true, replaced_by: B", Deprecation(replaced_by="B")),
        ("replaced_by: B", Deprecation(replaced_by="B")),
        ("expires: 2027-01-31", Deprecation(expires="2027-01-31")),
        ("deprecated: false", None),
        ("description: x", None),
    ],
)
def test_deprecation(says: str, expected: Deprecation | None) -> None:
    plan = f"tracking_plan: {{rules: {{events: [{{name: A, {says}}}]}}}}"
    assert event(plan).deprecated == expected
    assert property_of(f"{{type: string, {says}}}").deprecated == expected


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (None, True),
        ("Too vague", True),
        ("Order Completed has the total", True),
        ("Use Order Completed", False),
        ("too vague, use `Order Completed`.", False),
        ("Use Order Completed Again", False),
        ("Use Order", True),
        ("Nobody can use it. Order Completed has the total", True),
    ],
)
def test_the_replacement_is_not_told_twice(reason: str | None, told: bool) -> None:
    note = Deprecation(reason, "Order Completed")
    assert note.instead == ("Order Completed" if told else None)
    assert (" instead" in deprecation(note)) is told


def test_an_event_is_closed_even_without_properties_unless_it_says_otherwise() -> None:
    plan = plan_of(
        """
        tracking_plan:
          rules:
            events:
              - {name: A}
              - {name: B, rules: {properties: {x: {type: string}}}}
              - {name: C, rules: {additionalProperties: true}}
              - {name: D, rules: {properties: {x: {}}, additionalProperties: {type: integer}}}
              - {name: E, rules: {additionalProperties: false, type: object}}
        """
    )
    rest = {each.name: each.properties.additional for each in plan.events}
    assert rest == {"A": None, "B": None, "C": ANYTHING, "D": Value(Number(True)), "E": None}


def test_both_spellings_of_required_mean_the_same() -> None:
    listed = with_properties("x: {type: string}\ny: {type: string}").replace(
        "properties:", "required: [x]\n          properties:"
    )
    said = with_properties("x: {type: string, required: true}\ny: {type: string, required: false}")
    assert plan_of(listed) == plan_of(said)
    nested = "{type: object, required: [x], properties: {x: {}}}"
    assert property_of(nested) == property_of("{type: object, properties: {x: {required: true}}}")


def test_rules_may_be_merged_by_all_of() -> None:
    found = event(
        """
        tracking_plan:
          definitions:
            Base: {type: object, required: [id], properties: {id: {type: string}}}
          rules:
            events:
              - name: A
                rules:
                  allOf: [{$ref: '#/definitions/Base'}]
                  properties: {total: {type: number}}
        """
    )
    assert {n: p.required for n, p in properties(found).items()} == {"total": False, "id": True}
    assert found.properties.additional is None


# --- identify, group, page, screen, common ---------------------------------------------------


def test_traits_as_list_and_as_mapping_are_the_same() -> None:
    listed = """
        tracking_plan:
          rules:
            identify:
              description: On sign-up
              traits:
                - {name: email, type: string, required: true, pii: true}
                - {name: age, type: integer}
        """
    mapped = """
        tracking_plan:
          rules:
            identify:
              description: On sign-up
              traits:
                required: [email]
                properties:
                  email: {type: string, pii: true}
                  age: {type: integer}
        """
    assert plan_of(listed) == plan_of(mapped)
    call = plan_of(listed).identify
    assert call is not None
    assert (call.description, call.properties.additional) == ("On sign-up", None)


def test_pages_and_screens_take_properties_in_both_forms() -> None:
    listed = plan_of(
        """
        tracking_plan:
          rules:
            page: {required: [url], properties: [{name: url, type: string}]}
            screen: {properties: {title: {type: string}}, additionalProperties: true}
            group: {traits: [{name: seats, type: integer}]}
        """
    )
    assert listed.page is not None
    assert listed.screen is not None
    assert listed.group is not None
    (url,) = listed.page.properties.properties
    assert (url.name, url.required, url.type) == ("url", True, String())
    assert listed.screen.properties.additional == ANYTHING
    assert listed.group.properties.properties[0].type == Number(integer=True)
    assert listed.identify is None


def test_common_is_open_at_every_depth_unless_it_says_otherwise() -> None:
    plan = plan_of(
        """
        tracking_plan:
          rules:
            common:
              required: [userId, messageId]
              context:
                required: [ip]
                properties:
                  ip: {type: string}
                  page: {type: object, properties: {url: {type: string}}}
                  app: {type: object, properties: {}, additionalProperties: false}
              userId: {type: string, pattern: '^u'}
            events:
              - {name: A, rules: {properties: {x: {type: object, properties: {y: {}}}}}}
        """
    )
    common = plan.common
    assert common is not None
    assert (common.additional, common.required) == (ANYTHING, ("messageId",))
    context, user = common.properties
    assert (user.required, user.type) == (True, String(patterns=("^u",)))
    assert isinstance(context.type, Object)
    assert context.type.additional == ANYTHING
    ip, page, app = context.type.properties
    assert ip.required
    assert isinstance(page.type, Object)
    assert isinstance(app.type, Object)
    assert (page.type.additional, app.type.additional) == (ANYTHING, None)
    inner = properties(plan.events[0])["x"].type
    assert isinstance(inner, Object)
    assert inner.additional is None


# --- properties ------------------------------------------------------------------------------


def test_a_property_carries_its_words() -> None:
    found = property_of(
        "{type: string, title: T, description: D, examples: [a, b], pii: true, name: the x,"
        " ignore: [some-rule], default: a}"
    )
    assert (found.title, found.description, found.examples) == ("T", "D", ("a", "b"))
    assert (found.pii, found.words, found.ignore) == (True, "the x", ("some-rule",))
    assert (found.default, found.const) == ("a", ABSENT)
    assert found.span is not None
    assert (found.span.line, found.span.column) == (7, 13)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ("{}", ANYTHING),
        ("{type: string}", Value(String())),
        ("{type: number}", Value(Number())),
        ("{type: integer}", Value(Number(integer=True))),
        ("{type: boolean}", Value(Boolean())),
        ("{type: array}", Value(Array(ANYTHING))),
        ("{type: object}", Value(Object(additional=ANYTHING))),
        ("{type: 'null'}", Value(Union(()), True)),
        ("{type: [string, integer]}", Value(Union((Number(True), String())))),
        ("{type: [integer, number]}", Value(Number())),
        (
            "{type: object, properties: {}}",
            Value(Object(additional=ANYTHING)),
        ),
        (
            "{type: object, minProperties: 1, maxProperties: 2, additionalProperties: false}",
            Value(Object(min_properties=1, max_properties=2)),
        ),
        (
            "{type: object, required: [k], additionalProperties: {type: string}}",
            Value(Object(additional=Value(String()), required=("k",))),
        ),
        (
            "{type: string, minLength: 1, maxLength: 2, pattern: a, format: uuid}",
            Value(String(1, 2, ("a",), "uuid")),
        ),
        (
            "{type: array, items: {type: string}, minItems: 1, maxItems: 2, uniqueItems: true}",
            Value(Array(Value(String()), 1, 2, True)),
        ),
        ("{enum: [a, 1, null]}", Value(Enum(("a", 1)), True)),
        ("{const: a}", Value(Enum(("a",)))),
        ("{const: null}", Value(Union(()), True)),
        ("{anyOf: [{type: string}, {type: integer}]}", Value(Union((String(), Number(True))))),
        (
            "{oneOf: [{type: string}, {type: integer}]}",
            Value(Union((String(), Number(True)), exclusive=True)),
        ),
        ("{anyOf: [{type: string}, {}]}", Value(AnyType(), True)),
    ],
)
def test_types(schema: str, value: Value) -> None:
    assert property_of(schema).value == value


def test_numbers_keep_their_bounds() -> None:
    found = property_of(
        "{type: number, minimum: 1, maximum: 9, exclusiveMinimum: 0.5, exclusiveMaximum: 9.5,"
        " multipleOf: 0.01}"
    ).type
    assert isinstance(found, Number)
    assert (found.minimum, found.maximum) == (1, 9)
    assert (found.exclusive_minimum, found.exclusive_maximum) == (0.5, 9.5)
    assert str(found.multiple_of) == "0.01"


@pytest.mark.parametrize(
    ("schema", "nullable"),
    [
        ("{type: string, nullable: true}", True),
        ("{type: [string, 'null']}", True),
        ("{type: string, nullable: false}", False),
        ("{type: string, nullable: true, enum: [a]}", True),
        ("{type: [string, 'null'], enum: [a]}", False),
        ("{type: [string, 'null'], enum: [a, null]}", True),
        ("{const: a, nullable: true}", True),
        ("{anyOf: [{type: string}, {type: 'null'}]}", True),
        ("{oneOf: [{type: string}, {type: 'null'}]}", True),
        ("{oneOf: [{type: [string, 'null']}, {type: [integer, 'null']}]}", False),
        ("{allOf: [{type: [string, 'null']}, {type: string}]}", False),
        ("{allOf: [{type: [string, 'null']}, {nullable: true, type: string}]}", True),
        ("{allOf: [{type: string}], nullable: true}", True),
        ("{anyOf: [{type: string}], nullable: true}", True),
        ("{$ref: '#/definitions/Text'}", False),
        ("{$ref: '#/definitions/Text', nullable: true}", True),
        ("{$ref: '#/definitions/Maybe'}", True),
        ("{$ref: '#/definitions/Maybe', nullable: false}", True),
        ("{anyOf: [{$ref: '#/definitions/Text'}, {$ref: '#/definitions/Maybe'}]}", True),
        ("{}", True),
    ],
)
def test_null(schema: str, nullable: bool) -> None:
    definitions = "Text: {type: string}\nMaybe: {type: string, nullable: true}"
    assert property_of(schema, definitions).nullable is nullable


def test_defaults_and_constants_may_be_null_which_is_not_absent() -> None:
    found = property_of("{type: string, nullable: true, default: null}")
    assert found.default is None
    assert property_of("{const: null}").const is None
    assert property_of("{type: string}").default is ABSENT
    made = property_of("{type: object, default: {a: [1, {b: 2}]}}").default
    assert made == {"a": [1, {"b": 2}]}
    assert type(made) is dict


def test_all_of_is_merged_keyword_by_keyword() -> None:
    text = property_of(
        "{allOf: [{type: string, minLength: 1, pattern: a}, {maxLength: 5, minLength: 2,"
        " type: [string, integer], pattern: b}]}"
    )
    assert text.value == Value(String(2, 5, ("a", "b")))
    assert property_of("{allOf: [{type: number}, {type: integer}]}").type == Number(integer=True)
    assert property_of("{allOf: [{enum: [a, b, c]}, {enum: [c, 1, a]}]}").type == Enum(("a", "c"))
    assert property_of("{allOf: [{enum: [a, bcd]}, {type: string, minLength: 2}]}").type == Enum(
        ("bcd",)
    )
    step = property_of("{allOf: [{type: number, multipleOf: 4}, {multipleOf: 6}]}").type
    assert isinstance(step, Number)
    assert step.multiple_of == 12


def test_all_of_merges_objects_which_are_closed_together() -> None:
    found = property_of(
        """{allOf: [
            {type: object, required: [a], properties: {a: {type: string}, b: {type: number}}},
            {type: object, properties: {b: {minimum: 1, description: B}, c: {required: true}}}]}"""
    ).type
    assert isinstance(found, Object)
    assert found.additional is None
    named = {each.name: each for each in found.properties}
    assert {name for name, each in named.items() if each.required} == {"a", "c"}
    assert named["b"].type == Number(minimum=1)
    assert named["b"].description == "B"
    opened = property_of(
        "{allOf: [{type: object, properties: {a: {}}, additionalProperties: true},"
        " {properties: {b: {}}}]}"
    ).type
    assert isinstance(opened, Object)
    assert opened.additional == ANYTHING


def test_additional_properties_of_one_part_apply_to_the_others() -> None:
    found = property_of(
        "{allOf: [{type: object, properties: {a: {type: string}}, additionalProperties:"
        " {type: integer, minimum: 1}}, {properties: {b: {maximum: 9, type: integer}}}]}"
    ).type
    assert isinstance(found, Object)
    named = {each.name: each.type for each in found.properties}
    assert named == {"a": String(), "b": Number(True, 1, 9)}
    assert found.additional == Value(Number(True, 1))


def test_constraints_next_to_a_union_apply_to_each_member() -> None:
    found = property_of(
        "{type: object, properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}"
    ).type
    assert isinstance(found, Union)
    needed = [
        [each.name for each in member.properties if each.required]
        for member in found.members
        if isinstance(member, Object)
    ]
    assert needed == [["a"], ["b"]]


def test_a_required_list_alone_binds_objects() -> None:
    found = property_of("{anyOf: [{type: object, required: [a]}, {type: object, required: [b]}]}")
    assert found.type == Union(
        (
            Object(additional=ANYTHING, required=("a",)),
            Object(additional=ANYTHING, required=("b",)),
        )
    )


def test_members_of_a_union_are_compared_as_in_json() -> None:
    found = property_of("{anyOf: [{enum: [1]}, {enum: [true]}, {enum: [1]}]}").type
    assert found == Union((Enum((1,)), Enum((True,))))
    assert isinstance(found, Union)
    assert [repr(member) for member in found.members] == [
        "Enum(values=(1,))",
        "Enum(values=(True,))",
    ]


@pytest.mark.parametrize(
    ("schema", "pii"),
    [
        ("{type: string}", None),
        ("{type: string, pii: true}", True),
        ("{type: string, pii: false}", False),
        ("{type: array, items: {type: string, pii: true}}", True),
        ("{type: array, pii: false, items: {type: string, pii: true}}", True),
        ("{type: array, items: {type: array, items: {type: string, pii: true}}}", True),
        ("{type: object, additionalProperties: {type: string, pii: true}}", True),
        ("{anyOf: [{type: integer}, {type: string, pii: true}]}", True),
        ("{allOf: [{$ref: '#/definitions/Email'}]}", True),
        ("{$ref: '#/definitions/Email'}", True),
        ("{$ref: '#/definitions/Email', pii: false}", False),
        ("{type: array, items: {$ref: '#/definitions/Email'}}", True),
        ("{type: object, properties: {email: {type: string, pii: true}}}", None),
        ("{$ref: '#/definitions/Tree'}", None),
    ],
)
def test_personal_data_is_found_at_any_level(schema: str, pii: bool | None) -> None:
    definitions = """
        Email: {type: string, pii: true}
        Tree: {type: object, properties: {kids: {type: array, items: {$ref: '#/definitions/Tree'}}}}
        """
    assert property_of(schema, definitions).pii is pii


# --- definitions -----------------------------------------------------------------------------


def test_definitions_are_shared_and_may_be_recursive() -> None:
    plan = plan_of(
        with_properties(
            "x: {$ref: '#/definitions/Tree'}",
            "Tree: {title: T, description: D, name: a tree, type: object, properties:"
            " {value: {type: string}, kids: {type: array, items: {$ref: '#/definitions/Tree'}}}}",
        )
    )
    tree = plan.definitions["Tree"]
    assert (tree.title, tree.description, tree.words) == ("T", "D", "a tree")
    assert isinstance(tree.value.type, Object)
    assert tree.value.type.properties[1].type == Array(Value(Ref("Tree")))
    assert properties(plan.events[0])["x"].value == Value(Ref("Tree"))


@pytest.mark.parametrize(
    "schema",
    [
        "{$ref: '#/definitions/Node', description: x, pii: true, required: true}",
        "{allOf: [{$ref: '#/definitions/Node'}]}",
        "{allOf: [{$ref: '#/definitions/Node'}, {description: x}], title: y}",
        "{allOf: [{$ref: '#/definitions/Node'}, {allOf: [{$ref: '#/definitions/Node'}]}]}",
    ],
)
def test_a_mere_reference_stays_one(schema: str) -> None:
    node = f"Node: {{type: object, properties: {{next: {schema}}}}}"
    found = plan_of(with_properties(f"x: {schema}", node))
    assert properties(found.events[0])["x"].value == Value(Ref("Node"))
    inner = found.definitions["Node"].value.type
    assert isinstance(inner, Object)
    assert inner.properties[0].value == Value(Ref("Node"))


def test_a_definition_that_is_merged_is_taken_apart() -> None:
    found = property_of(
        "{allOf: [{$ref: '#/definitions/Base'}, {required: [a], properties: {b: {}}}]}",
        "Base: {type: object, properties: {a: {type: string}}}",
    ).type
    assert isinstance(found, Object)
    assert [(each.name, each.required) for each in found.properties] == [("a", True), ("b", False)]


# --- YAML ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("NO", "NO"),
        ("12:30", "12:30"),
        ("12:30:45", "12:30:45"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("2026-01-02", "2026-01-02"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("1.2.3", "1.2.3"),
        ("-", "-"),
        ("+", "+"),
        (".", "."),
        ("e3", "e3"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("! 5", "5"),
        ("!!str 5", "5"),
        ("=", "="),
        ("<<", "<<"),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        ("+12", 12),
        ("-0", 0),
        ("0", 0),
        ("0o17", 15),
        ("0xFf", 255),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5e+3", -1500.0),
        ("!!float 5", 5.0),
        ("true", True),
        ("True", True),
        ("FALSE", False),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, read: object) -> None:
    found = property_of(f"{{default: {written}}}").default
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL", "!!null ''"])
def test_nothing_is_null(written: str) -> None:
    assert property_of(f"{{default: {written}}}").default is None


def test_anchors_and_merge_keys() -> None:
    plan = plan_of(
        """
        x-shared: &money {type: number, minimum: 0}
        tracking_plan:
          x-more:
            base: &base {type: string, minLength: 1}
            other: &other {maxLength: 5, minLength: 3}
          rules:
            events:
              - name: A
                rules:
                  properties:
                    total: *money
                    tax: {<<: *money, maximum: 9, minimum: 1}
                    code: {<<: [*base, *other]}
                    both: {<<: *base, <<: *other}
        """
    )
    found = {name: each.type for name, each in properties(plan.events[0]).items()}
    assert found["total"] == Number(minimum=0)
    assert found["tax"] == Number(minimum=1, maximum=9)
    assert found["code"] == found["both"] == String(1, 5)


def test_merged_keys_take_the_position_of_the_merge_key() -> None:
    plan = plan_of(
        """
        x-shared: &shared {b: {type: string}, c: {type: string}, d: {type: string}}
        tracking_plan:
          rules:
            events:
              - name: A
                rules: {properties: {a: {}, <<: *shared, c: {type: integer}, e: {}}}
        """
    )
    assert [*properties(plan.events[0])] == ["a", "b", "d", "c", "e"]
    assert properties(plan.events[0])["c"].type == Number(integer=True)


STYLES = {
    "block": lambda data: yaml.safe_dump(data, sort_keys=False, allow_unicode=True),
    "flow": lambda data: yaml.safe_dump(data, sort_keys=False, default_flow_style=True),
    "quoted": lambda data: yaml.safe_dump(data, sort_keys=False, default_style='"'),
    "json": lambda data: json.dumps(data),
    "indented json": lambda data: json.dumps(data, indent=2, ensure_ascii=False),
    "crlf": lambda data: yaml.safe_dump(data, sort_keys=False).replace("\n", "\r\n"),
    "bom": lambda data: "\ufeff" + yaml.safe_dump(data, sort_keys=False),
    "marked": lambda data: yaml.safe_dump(data, sort_keys=False, explicit_start=True),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["myapp", "ecommerce"])
def test_the_style_of_writing_makes_no_difference(style: str, name: str) -> None:
    text = (PLANS / f"{name}.yaml").read_text("utf-8")
    data = plain(read("", text).data)
    assert plan_of(STYLES[style](data)) == plan_of(text)


# --- a part of a plan ------------------------------------------------------------------------

MANY = """
    tracking_plan:
      definitions:
        A: {type: object, properties: {b: {$ref: '#/definitions/B'}}}
        B: {type: string}
        C: {type: string}
        D: {type: string}
      rules:
        identify: {traits: [{name: d, $ref: '#/definitions/D'}]}
        events:
          - {name: Order Completed, tags: [revenue, shop], rules: {properties: {a: {$ref: '#/definitions/A'}}}}
          - {name: Order Refunded, tags: [shop]}
          - {name: 'Page [1]?', rules: {properties: {c: {$ref: '#/definitions/C'}}}}
    """  # noqa: E501


@pytest.mark.parametrize(
    ("tags", "patterns", "names", "definitions"),
    [
        ([], [], ["Order Completed", "Order Refunded", "Page [1]?"], "ABCD"),
        (["revenue"], [], ["Order Completed"], "ABD"),
        (["shop"], [], ["Order Completed", "Order Refunded"], "ABD"),
        ([], ["Order *"], ["Order Completed", "Order Refunded"], "ABD"),
        (["revenue"], ["Page [1]?"], ["Order Completed", "Page [1]?"], "ABCD"),
        ([], ["Page *"], ["Page [1]?"], "CD"),
        (["none"], [], [], "D"),
    ],
)
def test_a_plan_is_cut_down_by_tags_and_events(
    tags: list[str], patterns: list[str], names: list[str], definitions: str
) -> None:
    cut = select(plan_of(MANY), tags, patterns)
    assert [each.name for each in cut.events] == names
    assert "".join(cut.definitions) == definitions
    assert cut.identify is not None


def test_only_a_star_is_special_in_the_pattern_of_an_event() -> None:
    assert matches("Order Completed", "Order *")
    assert matches("Page [1]?", "Page [1]?")
    assert matches("a\nb", "a*b")
    assert not matches("Page 1x", "Page [1]?")
    assert not matches("order completed", "Order *")


def test_loaded_lists_the_files_that_were_read() -> None:
    loaded = load_text("tracking_plan: {include: [a.yaml]}", {"a.yaml": "tracking_plan: {}"})
    assert [path.name for path in loaded.files] == ["plan.yaml", "a.yaml"]
    assert loaded.sources == {
        "plan.yaml": "tracking_plan: {include: [a.yaml]}",
        "a.yaml": "tracking_plan: {}",
    }
