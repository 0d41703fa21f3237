"""JSON Schemas → rules: a file is an event's properties, a call's traits or a whole message.

What ``typewriter export --format jsonschema`` has written says what it is (``x-typewriter``);
of a schema from elsewhere that is told by what it describes, its title and its file's name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Diagnostic, Span, has_errors
from ...names import words
from ...plan.annotations import text
from ...plan.conjunction import maps
from ...plan.document import Document, Map, Seq
from .. import codes
from ..definitions import HOMES
from ..json_schema import DRAFT
from ..nodes import copied, placed, put
from ..rules import EXTENSION, KIND_OF, PAYLOAD, Kind, Rule, RuleSet, Schema
from .bundle import Bundler

_FIELDS: Final = frozenset(
    "type event properties traits context userId anonymousId groupId previousId messageId"
    " timestamp sentAt originalTimestamp receivedAt integrations name category version channel"
    " projectId writeKey _metadata".split()
)
"""Fields of a message: https://segment.com/docs/connections/spec/common/"""

_SUFFIX: Final = re.compile(r"([._-]schema)?\.(json|ya?ml)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a schema is of.

    ``whole``: it describes the message, not only its payload.  ``guessed``: the event's name
    is made of the file's.
    """

    kind: Kind
    key: str = ""
    version: int = 1
    whole: bool = False
    guessed: bool = False


def identity_of(document: Document) -> Identity:
    """By its own word, if it is one of ours; else by what it describes, title and file."""
    said = says(document.data)
    kind = KIND_OF.get(str(said.get("call")))
    if kind is None:
        return _foreign(document)
    key = str(said.get("event", "")) if kind == "TRACK" else ""
    version = said.get("version")
    return Identity(kind, key, version if isinstance(version, int) else 1, kind == "COMMON")


def _foreign(document: Document) -> Identity:
    schema = document.data
    fields = schema.get("properties")
    fields = fields if isinstance(fields, Map) else {}
    parts = (fields.get("properties"), fields.get("traits"))
    whole = {*fields} <= _FIELDS and any(map(_describes_an_object, parts))
    stem = _SUFFIX.sub("", posixpath.basename(document.file.replace("\\", "/")))
    called = constant(fields.get("type")) if whole else None
    kind = KIND_OF.get(str(called or stem).lower(), "TRACK")
    if kind != "TRACK":
        return Identity(kind, whole=whole or kind == "COMMON")
    event = constant(fields.get("event")) if whole else None
    key = event if isinstance(event, str) else text(schema, "title")
    return Identity(kind, key or _prose(stem), whole=whole, guessed=not key)


def _prose(stem: str) -> str:
    """``order_completed`` as Segment's events are called: *Order Completed*."""
    return " ".join(each if each.isupper() else each.capitalize() for each in words(stem)) or stem


def says(schema: Map) -> Schema:
    """What stands under ``x-typewriter``."""
    said = schema.get(EXTENSION)
    return said if isinstance(said, Map) else {}


def constant(schema: Any) -> Any:
    """The only value that ``schema`` permits, None if there is none."""
    if not isinstance(schema, Map):
        return None
    listed = schema.get("enum")
    return listed[0] if isinstance(listed, Seq) and len(listed) == 1 else schema.get("const")


def place_of(schema: Map) -> Span:
    """Where to point for a schema as a whole."""
    return schema.value_span("title") if "title" in schema else schema.span


def _describes_an_object(schema: Any) -> bool:
    return (
        isinstance(schema, Map)
        and bool({"properties", "type", "$ref"} & schema.keys())
        and schema.get("type", "object") == "object"
    )


_DRAFT_07: Final = re.compile(r"https?://json-schema\.org/draft-07/schema#?")
_KEYWORDS: Final = frozenset("$ref properties allOf anyOf oneOf".split())
_HOMES: Final = frozenset(HOMES)


def recognises(documents: Sequence[Document]) -> bool:
    """Whether there is a JSON Schema among them."""
    return any(
        _is_schema(each.data) or (isinstance(each.data, Map) and "$schema" in each.data)
        for each in documents
    )


def _is_schema(data: Any) -> bool:
    """Whether it describes something; what only defines shapes for others does not."""
    if not isinstance(data, Map) or "tracking_plan" in data:
        return False
    return bool(_KEYWORDS & data.keys()) or data.get("type") == "object"


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules that the schemas in ``documents`` are; ``name`` is what the plan may be called.

    None where a schema cannot be read as draft-07, or refers to what is not there.
    """
    found = [each for each in documents if isinstance(each.data, Map)]
    diagnostics = [problem for each in found for problem in _other_draft(each.data)]
    if has_errors(diagnostics):
        return None, tuple(diagnostics)
    reader = _Reader(found)
    rules = reader.rules(name)
    diagnostics += [*reader.diagnostics, *reader.bundler.diagnostics]
    diagnostics += [_passed_over(each) for each in documents if each not in found]
    return (None if has_errors(diagnostics) else rules), tuple(diagnostics)


def _passed_over(document: Document) -> Diagnostic:
    return codes.NOT_A_SCHEMA.at(Span(document.file), "this is no JSON Schema, and passed over")


def _guessed(document: Document, identity: Identity) -> Diagnostic:
    message = f"the event is called `{identity.key}` after its file: the schema has no `title`"
    help = "look at the name in the plan: it goes on the wire exactly so"
    return codes.NAME_GUESSED.at(place_of(document.data), message, help=help)


def _other_draft(schema: Map) -> Iterator[Diagnostic]:
    dialect = schema.get("$schema")
    if dialect is not None and not (isinstance(dialect, str) and _DRAFT_07.fullmatch(dialect)):
        message = f"this is not draft-07 of JSON Schema, but `{dialect}`"
        help = "convert it to draft-07 first, the dialect of Segment's rules"
        yield codes.NOT_DRAFT_07.at(schema.value_span("$schema"), message, help=help)


class _Reader:
    """Turns schemas into rules; gathers what there is to say of them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.bundler = Bundler(documents)
        self._documents = documents

    def rules(self, name: str) -> RuleSet:
        indexes = [
            at for at, each in enumerate(self._documents) if says(each.data).get("plan") is True
        ]
        parts = self.bundler.referred(frozenset(indexes))
        chosen = [
            at
            for at, each in enumerate(self._documents)
            if at not in indexes and self._is_chosen(each, at in parts)
        ]
        if not indexes:
            return RuleSet(name, tuple(map(self._rule, chosen)))
        index = self._documents[indexes[0]]
        extension = {**says(index.data)}
        del extension["plan"]
        id = extension.pop("id", None)
        return RuleSet(
            text(index.data, "title") or name,
            tuple(map(self._rule, self._in_order(index, chosen))),
            id if isinstance(id, str) else None,
            text(index.data, "description"),
            extension,
        )

    def _is_chosen(self, document: Document, part: bool) -> bool:
        """Whether a document is of an event or call; a part of others is not."""
        if "call" in says(document.data):
            return True
        if not part and not _is_schema(document.data) and not _HOMES & document.data.keys():
            self.diagnostics.append(_passed_over(document))
        return not part and _is_schema(document.data)

    def _in_order(self, index: Document, chosen: Sequence[int]) -> list[int]:
        """The schemas as the index lists them; others after those."""
        refs = [each["$ref"] for each in maps(index.data.get("anyOf")) if "$ref" in each]
        base = posixpath.dirname(index.file.replace("\\", "/"))
        places = {
            posixpath.normpath(posixpath.join(base, str(ref))): at for at, ref in enumerate(refs)
        }

        def turn(at: int) -> tuple[int, int]:
            path = posixpath.normpath(self._documents[at].file.replace("\\", "/"))
            return places.get(path, len(places)), at

        return sorted(chosen, key=turn)

    # --- one schema ------------------------------------------------------------------------

    def _rule(self, at: int) -> Rule:
        document = self._documents[at]
        identity = identity_of(document)
        if identity.guessed:
            self.diagnostics.append(_guessed(document, identity))
        body = () if identity.whole else ("properties", PAYLOAD[identity.kind])
        root, definitions = self.bundler.alone(at, body)
        schema = root if identity.whole else _wrapped(root, PAYLOAD[identity.kind])
        _take_out(schema, identity)
        if definitions:
            put(schema, "definitions", definitions)
        put(schema, "$schema", DRAFT)
        span = place_of(document.data)
        return Rule(identity.kind, identity.key, identity.version, schema, span=span)


def _wrapped(root: Map, payload: str) -> Map:
    """The schema of a message whose payload ``root`` describes."""
    schema = Map(root.mark)
    for key in ("title", "description", EXTENSION):
        if key in root:
            copied(root, key, schema, root[key])
            root.remove(key)
    put(schema, "type", "object")
    put(schema, "properties", placed({payload: root}, root.mark))
    return schema


def _take_out(schema: Map, identity: Identity) -> None:
    """What said which rule it is stands in the rule now."""
    if identity.whole and identity.kind != "COMMON":
        fields = schema["properties"]
        for field in ("event", "type"):
            if constant(fields.get(field)) is not None:
                fields.remove(field)
    said = schema.get(EXTENSION)
    titled = isinstance(said, Map) and "title" in said
    if isinstance(said, Map):
        for key in ("call", "event", "title"):
            said.remove(key)
        if identity.version > 1:
            said.remove("version")
        if not said:
            schema.remove(EXTENSION)
    name = identity.key or identity.kind.lower()
    if schema.get("title") == name and not titled:
        schema.remove("title")
