"""The names of generated code, and conflicts between them."""

from __future__ import annotations

import keyword

import pytest
from typewriter_client import Context

from typewriter_py.diagnostics import Diagnostic, Span
from typewriter_py.plan.model import (
    Array,
    Definition,
    Deprecation,
    Enum,
    Event,
    Number,
    Object,
    Plan,
    Property,
    Ref,
    String,
    Value,
)
from typewriter_py.targets.analysis import CONTEXT_KEYS
from typewriter_py.targets.python import names
from typewriter_py.targets.python.names import EVENT_TYPES, FUNCTIONS, KEYWORDS, TYPES

from .support import TEXT, errors_of, event, files_of, generated, plan

CART = Value(Object((Property("sku", TEXT),)))
CARTS = Value(Array(CART))


@pytest.mark.parametrize(
    ("name", "function", "kind"),
    [
        ("Order Completed", "order_completed", "OrderCompleted"),
        ("class", "class_", "Class"),
        ("None", "none", "None_"),
        ("print", "print_", "Print"),
        ("Identify", "identify_", "Identify"),
        ("flush", "flush_", "Flush"),
        ("Testing", "testing_", "Testing"),
        ("events", "events_", "Events"),
        ("asgi", "asgi_", "Asgi"),
        ("wsgi", "wsgi_", "Wsgi"),
        ("outbox", "outbox_", "Outbox"),
        ("validate", "validate_", "Validate"),
        ("Messages", "messages_", "Messages"),
        ("aflush", "aflush_", "Aflush"),
        ("aclose", "aclose_", "Aclose"),
        ("Require", "require_", "Require"),
        ("Package", "package", "Package_"),
        ("P A C K A G E", "p_a_c_k_a_g_e", "PACKAGE_"),
        ("Rules", "rules", "Rules_"),
        ("U U I D", "u_u_i_d", "UUID_"),
        ("annotations", "annotations_", "Annotations"),
        ("self", "self", "Self"),
        ("properties", "properties", "Properties"),
        ("user_id", "user_id", "UserId_"),
        ("Options", "options", "Options_"),
        ("Typed Dict", "typed_dict", "TypedDict_"),
        ("Identify Traits", "identify_traits", "IdentifyTraits_"),
        ("Connection Error", "connection_error", "ConnectionError_"),
        ("404", "event_404", "Event404"),
        ("2FA Enabled", "event_2fa_enabled", "Event2faEnabled"),
        ("注文完了", "注文完了", "注文完了Properties"),
        ("match", "match", "Match"),
    ],
)
def test_an_events_function_and_type(name: str, function: str, kind: str) -> None:
    named = names.assign(plan(event(name)))
    assert named.diagnostics == []
    assert named.function(event(name)) == function
    assert named.type(event(name)) == kind


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("order_id", "order_id"),
        ("orderId", "orderId"),
        ("user_id", "user_id"),
        ("properties", "properties"),
        ("self", "self"),
        ("print", "print"),
        ("match", "match"),
        ("_id", "_id"),
        ("größe", "größe"),
        ("class", "class_"),
        ("True", "True_"),
        ("Product ID", "product_id"),
        ("$price", "price"),
        ("2fa", "property_2fa"),
        ("1", "property_1"),
        ("__private", "private"),
        ("__debug__", "debug"),
        ("ﬁeld", "field"),
        ("🎉", None),
        ("", None),
    ],
)
def test_a_propertys_argument(name: str, argument: str | None) -> None:
    assert names.keyword(Property(name, TEXT)) == argument


def test_words_in_the_plan_decide() -> None:
    assert names.keyword(Property("🎉", TEXT, words="Party Size")) == "party_size"
    assert names.keyword(Property("fine", TEXT, words="class")) == "class_"
    party = event("🎉", function="Party Started")
    named = names.assign(plan(party))
    assert (named.function(party), named.type(party)) == ("party_started", "PartyStarted")


def test_no_other_event_changes_a_name() -> None:
    one = event("Order Completed", Property("products", CARTS))
    others = [event(f"Order Completed {word}") for word in ("Twice", "Product Line", "Id")]
    alone = files_of(plan(one))["_types.py"]
    among = files_of(plan(*others[:2], one, others[2]))["_types.py"]
    block = alone[alone.index("class OrderCompletedProduct(") :].strip()
    assert block in among


def _only(found: tuple[Diagnostic, ...]) -> Diagnostic:
    assert len(found) == 1, found
    return found[0]


def test_two_events_that_conflict() -> None:
    found = _only(
        errors_of(plan(event("Order Completed", line=1), event("order_completed", line=9)))
    )
    assert found.code == "TW140"
    assert found.span == Span("plan.yaml", 9)
    assert '"Order Completed"' in found.message
    assert '"order_completed"' in found.message
    assert "`function: <words>`" in (found.help or "")
    assert [span for span, _ in found.related] == [Span("plan.yaml", 1)]


def test_two_versions_of_one_event() -> None:
    both = [event("Order Completed", line=line, version=line) for line in (1, 2)]
    found = _only(errors_of(plan(*both)))
    assert (found.code, found.span) == ("TW140", Span("plan.yaml", 2))
    assert "`function: order completed v2`" in (found.help or "")
    second = event("Order Completed", version=2, function="order completed v2")
    files = files_of(plan(both[0], second))
    assert "def order_completed_v2(" in files["events.py"]
    assert "class OrderCompletedV2(" in files["_types.py"]


def test_three_versions_of_one_event_each_get_a_proposal() -> None:
    found = errors_of(plan(*(event("A", line=n, version=n) for n in (1, 2, 3))))
    assert [d.help and d.help.split("`")[1] for d in found] == ["function: a v2", "function: a v3"]


def test_two_properties_that_conflict() -> None:
    a = Property("Product ID", TEXT, span=Span("plan.yaml", 5))
    b = Property("product_id", TEXT, span=Span("plan.yaml", 6))
    found = _only(errors_of(plan(event("X", a, b))))
    assert (found.code, found.span) == ("TW140", Span("plan.yaml", 6))
    assert "`name: <words>`" in (found.help or "")
    assert [span for span, _ in found.related] == [Span("plan.yaml", 5)]
    other = Property("Product ID", TEXT, words="catalogue number")
    assert "catalogue_number: NotRequired[str]" not in files_of(plan(event("X", a)))["_types.py"]
    assert files_of(plan(event("X", other, b)))


def test_a_nested_type_that_meets_another_events() -> None:
    nested = Property("products", CARTS, span=Span("plan.yaml", 3))
    meets = plan(event("Order", nested), event("Order Product", line=8))
    found = _only(errors_of(meets))
    assert found.code == "TW140"
    assert 'property "products" of "Order"' in found.message
    assert 'event "Order Product"' in found.message
    renamed = Property("products", CARTS, words="lines")
    text = files_of(plan(event("Order", renamed), event("Order Product")))["_types.py"]
    assert "class OrderLine(" in text


def test_the_same_type_at_two_places_of_one_name_is_one() -> None:
    same = event("Order", Property("product", CART), Property("products", CARTS))
    text = files_of(plan(same))["_types.py"]
    assert text.count("class OrderProduct(") == 1
    other = Property("products", Value(Array(Value(Object((Property("x", TEXT),))))))
    found = _only(errors_of(plan(event("Order", Property("product", CART), other))))
    assert "OrderProduct" in found.message


def test_a_definition_may_be_called_as_what_only_the_events_module_names() -> None:
    parcel = {"Package": Definition("Package", CART)}
    assert "class Package(" in files_of(plan(event("X"), definitions=parcel))["_types.py"]


def test_a_definition_and_an_event_that_conflict() -> None:
    shared = {"Order": Definition("Order", CART, span=Span("plan.yaml", 2))}
    found = _only(errors_of(plan(event("Order", line=7), definitions=shared)))
    assert found.code == "TW140"
    renamed = {"Order": Definition("Order", CART, words="order shape")}
    assert "class OrderShape(" in files_of(plan(event("Order"), definitions=renamed))["_types.py"]


@pytest.mark.parametrize(
    "broken",
    [
        plan(event("🎉", line=4)),
        plan(event("fine", line=4, function="!!!")),
        plan(event("X", Property("🎉", TEXT, span=Span("plan.yaml", 4)))),
        plan(
            definitions={"?": Definition("?", CART, span=Span("plan.yaml", 4))},
        ),
        plan(
            event(
                "X",
                Property("a", Value(Object((Property("?", CART, span=Span("plan.yaml", 4)),)))),
            )
        ),
    ],
)
def test_what_leaves_no_name(broken: Plan) -> None:
    found = _only(errors_of(broken))
    assert (found.code, found.span) == ("TW141", Span("plan.yaml", 4))
    assert "<words>`" in (found.help or "")


def test_the_context_has_the_keys_that_the_plan_adds() -> None:
    account = Value(Object((Property("id", TEXT, required=True),)))
    keys = (
        Property("tenant", TEXT, required=True),
        Property("ip", TEXT),
        Property("account", account),
        Property("a-b", TEXT),
    )
    for context in (Object(keys), Ref("Facts")):
        common = Object((Property("context", Value(context)),))
        made = plan(common=common, definitions={"Facts": Definition("Facts", Value(Object(keys)))})
        files = files_of(made)
        found = files["_types.py"].partition("class PlanContext(Context, total=False):\n")[2]
        assert (
            found.partition("\n\n\n")[0]
            .rstrip()
            .endswith('"""\n\n    tenant: str\n    account: PlanContextAccount')
        )
        assert "class PlanContextAccount(TypedDict):" in files["_types.py"]
        assert '    "PlanContext",\n' in files["__init__.py"]


@pytest.mark.parametrize("common", [None, Object(), Object((Property("ip", TEXT),))])
def test_a_plan_that_adds_no_keys_to_the_context_has_no_type_of_it(common: Object | None) -> None:
    context = Object((Property("context", Value(common)),)) if common else None
    assert "PlanContext" not in files_of(plan(common=context))["_types.py"]


def test_the_keys_of_the_clients_context_are_known() -> None:
    assert set(Context.__annotations__) == CONTEXT_KEYS


def test_a_nested_key_that_needs_no_type_needs_no_name() -> None:
    odd = Property("a", Value(Object((Property("🎉", TEXT), Property("1", TEXT)))))
    assert '"🎉": "str"' in files_of(plan(event("X", odd)))["_types.py"]


def test_all_mistakes_at_once() -> None:
    found = errors_of(
        plan(
            event("A", line=1),
            event("a", line=2),
            event("?", line=3),
            event("B", Property("c d", TEXT), Property("c_d", TEXT)),
        )
    )
    assert sorted(d.code for d in found) == ["TW140", "TW140", "TW141"]


def test_the_fixed_lists_know_this_pythons_keywords() -> None:
    assert frozenset(keyword.kwlist) == KEYWORDS


@pytest.mark.parametrize("client", [None, "vendored", "acme.analytics"])
def test_every_name_that_a_generated_module_binds_is_reserved(client: str | None) -> None:
    """Else an event of that name would take its place."""
    kinds = (String(format="date-time"), String(format="uuid"), Number(), Ref("Tree"), Enum(("a",)))
    properties = tuple(Property(f"p{n}", Value(kind)) for n, kind in enumerate(kinds))
    made = plan(
        event("X", *properties, Property("a", CARTS), deprecated=Deprecation()),
        definitions={"Tree": Definition("Tree", Value(Array(Value(Ref("Tree")))))},
        common=Object((Property("context", Value(Object((Property("k", TEXT),)))),)),
    )
    files = files_of(made, settings={"client": client} if client else {})
    for path, reserved in (
        ("__init__.py", FUNCTIONS | TYPES),
        ("events.py", FUNCTIONS | EVENT_TYPES),
        ("_types.py", TYPES),
    ):
        own = _bound(files[path]) - {"x", "Tree", "TYPE_CHECKING"}
        own = {name for name in own if name[0] not in "X_"}  # no word begins with "_"
        if path == "_types.py":
            own = {name for name in own if not name.islower()}
        assert own <= reserved


def _bound(source: str) -> set[str]:
    import symtable

    table = symtable.symtable(source, "x", "exec")
    return {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}


def test_many_versions_without_words_are_each_an_error() -> None:
    many = tuple(Event("A", Object(), version=n) for n in range(300))
    assert len(generated(Plan("P", events=many)).diagnostics) == 299
