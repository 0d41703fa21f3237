"""Plans of several files: includes, libraries, `only`, and events that extend included ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from typewriter_py.plan import files
from typewriter_py.plan.load import load
from typewriter_py.plan.model import ANYTHING, Enum, Number, Object, Ref, String

from .planning import complaints, load_in, load_text, plan_of, properties, relative, shown

ORDERS = """
    tracking_plan:
      rules:
        events:
          - {name: Order Completed, tags: [a]}
          - {name: Order Refunded}
          - {name: Product Viewed}
    """


def names(text: str, others: dict[str, str | bytes]) -> list[str]:
    return [each.name for each in plan_of(text, others).events]


def including(*entries: str) -> str:
    return f"tracking_plan: {{include: [{', '.join(entries)}]}}"


def an_event(name: str, more: str = "") -> str:
    return f"tracking_plan: {{rules: {{events: [{{name: {name}}}]}}{more}}}"


# --- include ---------------------------------------------------------------------------------


def test_files_are_included_by_name_and_pattern_from_the_folder_of_the_includer() -> None:
    others = {
        "one.yaml": an_event("One"),
        "more/b.yaml": an_event("B", ", include: [deep/c.yaml]"),
        "more/a.yaml": an_event("A"),
        "more/deep/c.yaml": an_event("C"),
        "more/notes.txt": "no plan",
    }
    plan = including("more/*.yaml", "one.yaml")
    assert names(plan, others) == ["A", "C", "B", "One"]


def test_any_depth_is_a_double_star() -> None:
    others = {"x/a.yaml": an_event("A"), "x/y/b.yaml": an_event("B")}
    assert names(including("x/**/*.yaml"), others) == ["A", "B"]


def test_a_name_that_looks_like_a_pattern_is_taken_by_its_word() -> None:
    assert names(including("'a[1].yaml'"), {"a[1].yaml": an_event("A")}) == ["A"]


def test_a_file_that_is_included_on_several_ways_counts_once() -> None:
    others = {
        "a.yaml": an_event("A", ", include: [base.yaml]"),
        "b.yaml": an_event("B", ", include: [base.yaml, ./base.yaml]"),
        "base.yaml": an_event("Base", ", definitions: {X: {type: string}}"),
    }
    assert names(including("a.yaml", "b.yaml", "base.yaml", "'*.yaml'"), others) == [
        *("Base", "A", "B"),
    ]


def test_an_extending_event_that_is_included_twice_extends_once() -> None:
    others = {
        "base.yaml": "tracking_plan: {rules: {events: [{name: A, rules: {properties: {x: {}}}}]}}",
        "a.yaml": """
            tracking_plan:
              include: [base.yaml]
              rules: {events: [{name: A, extends: A, rules: {properties: {x: null, y: {}}}}]}
            """,
        "b.yaml": including("a.yaml"),
    }
    plan = plan_of(including("a.yaml", "b.yaml", "a.yaml"), others)
    assert [[*properties(each)] for each in plan.events] == [["y"]]


def test_a_pattern_skips_the_file_that_includes_it() -> None:
    plan = an_event("Main", ", include: ['*.yaml']")
    assert names(plan, {"a.yaml": an_event("A")}) == ["A", "Main"]


def test_definitions_are_shared_by_all_files() -> None:
    plan = plan_of(
        "tracking_plan: {include: [a.yaml], definitions: {Text: {type: string}}}",
        {
            "a.yaml": """
                tracking_plan:
                  definitions: {Number: {type: number}}
                  rules:
                    events:
                      - name: A
                        rules: {properties: {x: {$ref: '#/definitions/Text'}}}
                """
        },
    )
    assert [*plan.definitions] == ["Number", "Text"]
    assert properties(plan.events[0])["x"].type == Ref("Text")


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        ("[Order Completed]", ["Order Completed"]),
        ("['Order *']", ["Order Completed", "Order Refunded"]),
        ("['*']", ["Order Completed", "Order Refunded", "Product Viewed"]),
        ("['*ed', Order Refunded]", ["Order Completed", "Order Refunded", "Product Viewed"]),
        ("[]", []),
    ],
)
@pytest.mark.parametrize("through", [False, True])
def test_only_picks_events_also_of_files_further_in(
    only: str, kept: list[str], through: bool
) -> None:
    others: dict[str, str | bytes] = {"orders.yaml": ORDERS, "all.yaml": including("orders.yaml")}
    source = "all.yaml" if through else "orders.yaml"
    assert names(including(f"{{from: {source}, only: {only}}}"), others) == kept


def test_each_only_on_the_way_has_to_let_an_event_through() -> None:
    inner = including("{from: orders.yaml, only: ['Order *']}")
    others: dict[str, str | bytes] = {"orders.yaml": ORDERS, "inner.yaml": inner}
    plan = including("{from: inner.yaml, only: ['* Completed', '* Viewed']}")
    assert names(plan, others) == ["Order Completed"]
    both = including("{from: inner.yaml, only: ['* Completed']}", "orders.yaml")
    assert sorted(names(both, others)) == ["Order Completed", "Order Refunded", "Product Viewed"]


def test_events_that_only_excludes_cannot_be_extended() -> None:
    plan = """
        tracking_plan:
          include: [{from: orders.yaml, only: [Order Refunded]}]
          rules: {events: [{name: Order Completed, extends: Order Completed}]}
        """
    (line,) = complaints(plan, {"orders.yaml": ORDERS})
    assert line.startswith("3:53 TW125 there is no included event `Order Completed` to extend")


# --- libraries -------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.yaml").write_text(
        """
tracking_plan:
  id: tp_library
  display_name: Shop
  definitions: {Product: {type: object, properties: {sku: {type: string}}}}
  include: [parts/more.yaml]
  rules:
    common: {required: [userId]}
    events:
      - {name: Order Completed}
      - {name: Product Viewed, rules: {properties: {p: {$ref: '#/definitions/Product'}}}}
    identify: {traits: [{name: email, type: string, required: true}, {name: age, type: integer}]}
    group: {traits: [{name: seats, type: integer}]}
"""
    )
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "more.yaml").write_text(an_event("Cart Viewed"))
    monkeypatch.setattr(files, "library_folder", lambda: tmp_path)


@pytest.mark.usefixtures("library")
def test_a_library_adds_its_events_but_not_keys_of_a_main_plan() -> None:
    plan = plan_of(including("library:shop"))
    assert [e.name for e in plan.events] == ["Cart Viewed", "Order Completed", "Product Viewed"]
    assert (plan.name, plan.id, plan.common, plan.identify) == ("plan", None, None, None)


@pytest.mark.usefixtures("library")
def test_the_traits_of_a_library_come_by_name_only() -> None:
    plan = plan_of(including("{from: 'library:shop', only: [identify, Order Completed]}"))
    assert [each.name for each in plan.events] == ["Order Completed"]
    assert plan.identify is not None
    assert [each.name for each in plan.identify.properties.properties] == ["email", "age"]
    assert plan.group is None
    everything = plan_of(including("{from: 'library:shop', only: ['*']}"))
    assert (len(everything.events), everything.identify) == (3, None)


@pytest.mark.usefixtures("library")
def test_our_own_traits_extend_those_of_the_library() -> None:
    plan = plan_of(
        """
        tracking_plan:
          include: [{from: 'library:shop', only: [identify]}]
          rules:
            identify:
              description: ours
              traits:
                - {name: email, required: false}
                - {name: plan, type: string, required: true}
        """
    )
    assert plan.identify is not None
    traits = {each.name: each for each in plan.identify.properties.properties}
    assert {name: each.required for name, each in traits.items()} == {
        "email": False,
        "age": False,
        "plan": True,
    }
    assert traits["email"].type == String()
    assert plan.identify.description == "ours"


@pytest.mark.usefixtures("library")
def test_mistakes_about_libraries() -> None:
    assert complaints(including("library:shp", "{from: 'library:shop', only: [identfy]}")) == [
        "1:27 TW120 there is no library `shp` (did you mean `shop`?)",
        "1:70 TW124 `identfy` matches no event (did you mean `identify`?)",
    ]


def test_our_own_libraries_can_all_be_included() -> None:
    for path in files.library_folder().glob("*.yaml"):
        if path.stem != "traits":
            assert plan_of(including(f"library:{path.stem}")).events


def test_calls_of_a_library_must_be_named() -> None:
    assert complaints(including("library:traits"))[0].startswith(
        "1:27 TW124 `library:traits` adds nothing"
    )
    assert complaints(including("{from: 'library:traits', only: ['*']}"))[0].endswith(
        "TW124 `*` matches no event (available: identify, group, page)"
    )
    assert plan_of(including("{from: 'library:traits', only: [group]}")).group


def test_of_a_library_only_the_definitions_that_are_needed_come_along() -> None:
    few = plan_of(including("{from: 'library:ecommerce', only: [Order Refunded]}"))
    assert not few.definitions
    some = plan_of(including("{from: 'library:ecommerce', only: [Order Completed]}"))
    assert list(some.definitions) == ["EcommerceProduct"]


# --- extends ---------------------------------------------------------------------------------

BASE = """
    tracking_plan:
      rules:
        events:
          - name: A
            description: theirs
            tags: [x, y]
            owner: them
            deprecated: Use B
            integrations: {All: true, Mixpanel: false}
            function: the a
            rules:
              required: [id, code]
              properties:
                id: {type: string, description: Id, minLength: 1}
                code: {type: string, enum: [p, q]}
                total: {type: number, required: true, minimum: 0}
                note: {type: string, required: false}
                place: {type: object, required: [city], properties: {city: {}, zip: {type: string}}}
    """


def extended(event: str, more: str = "") -> dict[str, object]:
    plan = plan_of(
        f"tracking_plan: {{include: [base.yaml], rules: {{events: [{event}]}}{more}}}",
        {"base.yaml": BASE},
    )
    (found,) = [each for each in plan.events if each.name == "A"]
    return {"event": found, **properties(found)}


def test_mappings_merge_key_by_key_and_lists_are_replaced() -> None:
    found = plan_of(
        """
        tracking_plan:
          include: [base.yaml]
          rules:
            events:
              - name: A
                extends: A
                description: ours
                tags: [z]
                integrations: {Mixpanel: true, Amplitude: false}
                rules:
                  properties:
                    id: {maxLength: 9}
                    code: {enum: [p]}
                    more: {type: integer}
                  additionalProperties: true
        """,
        {"base.yaml": BASE},
    ).events
    (event,) = found
    named = properties(event)
    assert (event.description, event.owner, event.tags) == ("ours", "them", ("z",))
    assert event.integrations == {"All": True, "Mixpanel": True, "Amplitude": False}
    assert event.function == "the a"
    assert named["id"].type == String(1, 9)
    assert named["id"].description == "Id"
    assert named["code"].type == Enum(("p",))
    assert named["more"].type == Number(integer=True)
    assert event.properties.additional == ANYTHING
    assert [*named] == ["id", "code", "total", "note", "place", "more"]


def test_required_is_a_union_which_false_lifts_and_a_list_tightens() -> None:
    found = extended(
        "{name: A, extends: A, rules: {required: [note, id], properties:"
        " {code: {required: false}, total: {required: false}, place: {required: [zip]}}}}"
    )
    needed = {n for n, each in found.items() if n != "event" and each.required}  # type: ignore[attr-defined]
    assert needed == {"id", "note"}
    place = found["place"].type  # type: ignore[attr-defined]
    assert isinstance(place, Object)
    assert [each.required for each in place.properties] == [True, True]


def test_null_drops_an_included_key() -> None:
    found = extended(
        "{name: A, extends: A, owner: null, deprecated: null, integrations: null, rules:"
        " {properties: {code: null, id: {minLength: null, description: null},"
        " place: {properties: {city: null}}}}}"
    )
    event = found.pop("event")
    assert [*found] == ["id", "total", "note", "place"]
    assert found["id"].type == String()  # type: ignore[attr-defined]
    assert found["id"].description is None  # type: ignore[attr-defined]
    place = found["place"].type  # type: ignore[attr-defined]
    assert [(each.name, each.required) for each in place.properties] == [("zip", False)]
    assert event.owner is event.deprecated is event.integrations is None  # type: ignore[attr-defined]


def test_an_included_file_is_not_changed_by_who_extends_it() -> None:
    loaded = load_text(
        """
        tracking_plan:
          include: [base.yaml]
          rules:
            events:
              - {name: B, extends: A, rules: {required: [note], properties: {code: null}}}
              - {name: C, extends: A, rules: {properties: {note: {type: integer}}}}
        """,
        {"base.yaml": BASE},
    )
    assert loaded.plan is not None, list(map(shown, loaded.diagnostics))
    a, b, c = loaded.plan.events
    assert ("code" in properties(a), "code" in properties(b)) == (True, False)
    assert [properties(each)["note"].required for each in (a, b, c)] == [False, True, False]
    # The base keeps its generated name, so events with another name get their own.
    assert (a.function, b.function, c.function) == ("the a", None, None)


def test_an_included_event_is_replaced_whatever_its_version() -> None:
    plan = plan_of(
        """
        tracking_plan:
          include: [base.yaml]
          rules: {events: [{name: A, extends: A, version: 2}]}
        """,
        {"base.yaml": BASE},
    )
    assert [(each.name, each.version, each.owner) for each in plan.events] == [("A", 2, "them")]


def test_a_new_version_of_our_own_event_is_added() -> None:
    plan = plan_of(
        """
        tracking_plan:
          rules:
            events:
              - {name: A, owner: one, function: a}
              - {name: A, extends: A, version: 2, function: a two, tags: [x]}
              - {name: A, extends: A, version: 3, function: a three}
        """
    )
    assert [(e.version, e.owner, e.tags) for e in plan.events] == [
        (None, "one", ()),
        (2, "one", ("x",)),
        (3, "one", ("x",)),
    ]


def test_the_base_is_that_of_the_same_version_or_else_the_latest() -> None:
    base = """
        tracking_plan:
          rules:
            events:
              - {name: A, owner: one}
              - {name: A, owner: three, version: 3}
              - {name: A, owner: two, version: 2}
        """
    plan = plan_of(
        """
        tracking_plan:
          include: [base.yaml]
          rules: {events: [{name: A, extends: A, version: 2, title: t}, {name: B, extends: A}]}
        """,
        {"base.yaml": base},
    )
    owners = {(each.name, each.version): (each.owner, each.title) for each in plan.events}
    assert owners == {
        ("A", None): ("one", None),
        ("A", 3): ("three", None),
        ("A", 2): ("two", "t"),
        ("B", None): ("one", None),
    }


def test_extensions_can_be_chained_over_files() -> None:
    others: dict[str, str | bytes] = {
        "a.yaml": "tracking_plan: {rules: {events: [{name: A, owner: a, title: a}]}}",
        "b.yaml": """
            tracking_plan:
              include: [a.yaml]
              rules: {events: [{name: A, extends: A, owner: b, description: b}]}
            """,
    }
    plan = plan_of(
        "tracking_plan: {include: [b.yaml], rules: {events: [{name: A, extends: A, tags: [c]}]}}",
        others,
    )
    (event,) = plan.events
    assert (event.title, event.owner, event.description, event.tags) == ("a", "b", "b", ("c",))


# --- files that are not there to be read -----------------------------------------------------


def test_links_that_leave_the_folder_are_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text(an_event("Secret"))
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "up").symlink_to(tmp_path)
    loaded = load_in(folder, including("link.yaml", "up/secret.yaml", "'up/*.yaml'"), {})
    assert [each.code for each in loaded.diagnostics] == ["TW121"] * 3
    assert [path.name for path in loaded.files] == ["plan.yaml"]


def test_links_within_the_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    loaded = load_in(tmp_path, including("link.yaml", "real.yaml"), {"real.yaml": an_event("A")})
    assert loaded.plan is not None
    assert len(loaded.plan.events) == 1


def test_odd_files(tmp_path: Path) -> None:
    import os

    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    entries = ("loop.yaml", "folder", "pipe.yaml", "x" * 5000, '"a\\0b"', "''")
    loaded = load_in(tmp_path, including(*entries), {})
    assert loaded.plan is None
    codes = [each.code for each in loaded.diagnostics]
    assert codes == ["TW100", "TW100", "TW100", "TW100", "TW120", "TW113"]


@pytest.mark.parametrize("path", ["", "gone.yaml", ".", "a\0b", "x" * 5000, "/dev/null/x"])
def test_a_main_plan_that_cannot_be_read(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load(path)
    assert loaded.plan is None
    assert [each.code for each in loaded.diagnostics] == ["TW100"]


def test_a_folder_says_which_plans_it_has(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.txt"):
        (tmp_path / name).write_text("")
    (diagnostic,) = relative(load(tmp_path), tmp_path).diagnostics
    assert diagnostic.help == "name a file in it: a.yml, b.yaml"


def test_files_that_include_each_other_without_end_are_given_up() -> None:
    twice = {f"f{n}.yaml": including(f"f{n + 1}.yaml", f"f{n + 1}.yaml") for n in range(40)}
    others: dict[str, str | bytes] = {**twice, "f40.yaml": an_event("A")}
    loaded = load_text(including("f0.yaml"), others)
    assert {each.code for each in loaded.diagnostics} == {"TW103"}
    row: dict[str, str | bytes] = {f"f{n}.yaml": including(f"f{n + 1}.yaml") for n in range(200)}
    loaded = load_text(including("f0.yaml"), {**row, "f200.yaml": an_event("A")})
    assert [each.code for each in loaded.diagnostics] == ["TW103"]


def test_the_plan_of_the_documentation() -> None:
    plan = plan_of(
        """
        # yaml-language-server: $schema=./plan.schema.json
        tracking_plan:
          display_name: MyApp Tracking Plan
          id: tp_123                      # Segment's id, for pull and push
          include:
            - checkout/*.yaml             # same root and shape; within the main plan's folder
            - {from: library:ecommerce, only: [Order *, Product Viewed]}
          definitions:
            Product: {type: object, required: [product_id], properties: {product_id: {type: string}}}
          rules:
            common:   {context: {properties: {ip: {type: string}}}}
            events:
              - name: Order Completed     # Object + Action, sent exactly so
                extends: Order Completed  # merges over the included event of that name
                description: User completed a purchase
                version: 2                # sent as context.protocols.event_version
                owner: checkout@example.com
                tags: [revenue]
                platforms: [server, browser]   # who sends it; all when absent
                integrations: {All: true, Mixpanel: false}   # destinations, sent with it
                deprecated: Use Order Placed   # or true; + replaced_by, expires
                function: order completed      # words; only to resolve a collision
                ignore: [event-name-casing]    # lint rules silenced here
                rules:
                  required: [order_id, total, products]
                  properties:
                    order_id: {type: string, description: The order's number, pii: false}
                    currency: {type: string, enum: [USD, EUR], default: USD}
                    products: {type: array, items: {$ref: '#/definitions/Product'}}
                    coupon: null               # with extends: the included property is dropped
                  additionalProperties: false
            identify: {traits: [{name: email, type: string}]}
            group:    {traits: [{name: seats, type: integer}]}
            page:     {properties: {url: {type: string}}}
        """,  # noqa: E501
        {"checkout/pay.yaml": an_event("Payment Failed")},
    )
    (order,) = [each for each in plan.events if each.name == "Order Completed"]
    assert order.version == 2
    named = properties(order)
    assert {"order_id", "total", "products"} <= {n for n, each in named.items() if each.required}
    assert "coupon" not in named
    assert "Payment Failed" in {each.name for each in plan.events}
