"""JSON Schemas → rules: a file is an event's properties, a call's traits or a whole message.

What ``typewriter export --format jsonschema`` has written says what it is (``x-typewriter``);
of a schema from elsewhere that is told by what it describes, its title and its file's name.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...diagnostics import Diagnostic, Span, has_errors
from ...names import words
from ...plan.document import Document, Map, Seq
from ..json_schema import DRAFT
from ..rules import EXTENSION, KINDS, PAYLOAD, Kind, Rule, RuleSet, Schema
from . import schema_codes as codes
from .bundle import Bundler

_DRAFT_07: Final = re.compile(r"https?://json-schema\.org/draft-07/schema#?")
_KEYWORDS: Final = frozenset("$schema $ref properties allOf anyOf oneOf".split())
_FIELDS: Final = frozenset(
    "type event properties traits context userId anonymousId groupId previousId messageId"
    " timestamp sentAt originalTimestamp receivedAt integrations name category version channel"
    " projectId writeKey _metadata".split()
)
"""Fields of a message: https://segment.com/docs/connections/spec/common/"""

_HEAD: Final = ("title", "description")
_CALLED: Final[Mapping[str, Kind]] = {kind.lower(): kind for kind in KINDS}


def recognises(documents: Sequence[Document]) -> bool:
    """Whether there is a JSON Schema among them."""
    return any(_is_schema(each.data) for each in documents)


def _is_schema(data: Any) -> bool:
    if not isinstance(data, Map) or "tracking_plan" in data:
        return False
    return bool(_KEYWORDS & data.keys()) or data.get("type") == "object"


def rules_in(
    documents: Sequence[Document], name: str
) -> tuple[RuleSet | None, tuple[Diagnostic, ...]]:
    """The rules that the schemas in ``documents`` are; ``name`` is what the plan may be called.

    None where a schema cannot be read as draft-07, or refers to what is not there.
    """
    schemas = [each for each in documents if _is_schema(each.data)]
    diagnostics = [
        codes.NOT_A_SCHEMA.at(Span(each.file), "this is no JSON Schema, and passed over")
        for each in documents
        if each not in schemas
    ]
    diagnostics += [problem for each in schemas for problem in _other_draft(each.data)]
    if has_errors(diagnostics):
        return None, tuple(diagnostics)
    reader = _Reader(schemas)
    rules = reader.rules(name)
    diagnostics += [*reader.diagnostics, *reader.bundler.diagnostics]
    return (None if has_errors(diagnostics) else rules), tuple(diagnostics)


def _other_draft(schema: Map) -> Iterator[Diagnostic]:
    says = schema.get("$schema")
    if says is not None and not (isinstance(says, str) and _DRAFT_07.fullmatch(says)):
        message = f"this is not draft-07 of JSON Schema, but `{says}`"
        help = "convert it to draft-07 first, the dialect of Segment's rules"
        yield codes.NOT_DRAFT_07.at(schema.value_span("$schema"), message, help=help)


@dataclass(frozen=True, slots=True)
class _Identity:
    """What a schema is of; ``whole``: it describes the message, not only its payload."""

    kind: Kind
    key: str = ""
    version: int = 1
    whole: bool = False


class _Reader:
    """Turns schemas into rules; gathers what there is to say of them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.bundler = Bundler(documents)
        self._documents = documents

    def rules(self, name: str) -> RuleSet:
        indexes = [
            at for at, each in enumerate(self._documents) if _says(each.data).get("plan") is True
        ]
        parts = self.bundler.referred(frozenset(indexes))
        chosen = [
            at
            for at, each in enumerate(self._documents)
            if at not in indexes and (at not in parts or "call" in _says(each.data))
        ]
        if not indexes:
            return RuleSet(name, tuple(map(self._rule, chosen)))
        index = self._documents[indexes[0]]
        says = {**_says(index.data)}
        del says["plan"]
        id = says.pop("id", None)
        return RuleSet(
            _text(index.data, "title") or name,
            tuple(map(self._rule, self._in_order(index, chosen))),
            id if isinstance(id, str) else None,
            _text(index.data, "description"),
            says,
        )

    def _in_order(self, index: Document, chosen: Sequence[int]) -> list[int]:
        """The schemas as the index lists them; others after those."""
        listed = index.data.get("anyOf")
        refs = (
            [each["$ref"] for each in listed if isinstance(each, Map) and "$ref" in each]
            if isinstance(listed, Seq)
            else []
        )
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
        identity = self._identity(document)
        body = () if identity.whole else ("properties", PAYLOAD[identity.kind])
        root, definitions = self.bundler.alone(at, body)
        schema = root if identity.whole else _wrapped(root, PAYLOAD[identity.kind])
        _take_out(schema, identity)
        if definitions:
            schema.put("definitions", definitions, (definitions.mark, definitions.mark))
        schema.put("$schema", DRAFT, (schema.mark, schema.mark))
        return Rule(
            identity.kind, identity.key, identity.version, schema, span=_place(document.data)
        )

    def _identity(self, document: Document) -> _Identity:
        says = _says(document.data)
        kind = _CALLED.get(str(says.get("call")))
        if kind is None:
            return self._guessed(document)
        key = str(says.get("event", "")) if kind == "TRACK" else ""
        version = says.get("version")
        version = version if isinstance(version, int) else 1
        return _Identity(kind, key, version, kind == "COMMON")

    def _guessed(self, document: Document) -> _Identity:
        """What a schema from elsewhere is of."""
        schema, stem = document.data, posixpath.basename(document.file.replace("\\", "/"))
        fields = schema.get("properties")
        fields = fields if isinstance(fields, Map) else {}
        whole = {*fields} <= _FIELDS and any(
            _describes_an_object(fields.get(p)) for p in ("properties", "traits")
        )
        stem = re.sub(r"(\.schema)?\.(json|ya?ml)$", "", stem, flags=re.IGNORECASE)
        called = _constant(fields.get("type")) if whole else None
        kind = _CALLED.get(str(called or stem).lower(), "TRACK")
        if kind != "TRACK":
            return _Identity(kind, whole=whole or kind == "COMMON")
        event = _constant(fields.get("event")) if whole else None
        key = event if isinstance(event, str) else _text(schema, "title")
        if not key:
            key = (
                " ".join(each if each.isupper() else each.capitalize() for each in words(stem))
                or stem
            )
            message = f"the event is called `{key}` after its file: the schema has no `title`"
            help = "look at the name in the plan: it goes on the wire exactly so"
            self.diagnostics.append(codes.NAME_GUESSED.at(_place(schema), message, help=help))
        return _Identity(kind, key, whole=whole)


def _wrapped(root: Map, payload: str) -> Map:
    """The schema of a message whose payload ``root`` describes."""
    schema, fields = Map(root.mark), Map(root.mark)
    for key in (*_HEAD, EXTENSION):
        if key in root:
            schema.put(key, root[key], root.marks[key])
            root.remove(key)
    schema.put("type", "object", (root.mark, root.mark))
    fields.put(payload, root, (root.mark, root.mark))
    schema.put("properties", fields, (root.mark, root.mark))
    return schema


def _take_out(schema: Map, identity: _Identity) -> None:
    """What said which rule it is stands in the rule now."""
    if identity.whole and identity.kind != "COMMON":
        fields = schema["properties"]
        for field in ("event", "type"):
            if _constant(fields.get(field)) is not None:
                fields.remove(field)
    says = schema.get(EXTENSION)
    titled = isinstance(says, Map) and "title" in says
    if isinstance(says, Map):
        for key in ("call", "event", "title"):
            says.remove(key)
        if identity.version > 1:
            says.remove("version")
        if not says:
            schema.remove(EXTENSION)
    name = identity.key or identity.kind.lower()
    if schema.get("title") == name and not titled:
        schema.remove("title")


def _says(schema: Map) -> Schema:
    says = schema.get(EXTENSION)
    return says if isinstance(says, Map) else {}


def _text(schema: Mapping[str, Any], key: str) -> str | None:
    found = schema.get(key)
    return found if isinstance(found, str) else None


def _constant(schema: Any) -> Any:
    """The only value that ``schema`` permits, None if there is none."""
    if not isinstance(schema, Map):
        return None
    listed = schema.get("enum")
    return listed[0] if isinstance(listed, Seq) and len(listed) == 1 else schema.get("const")


def _describes_an_object(schema: Any) -> bool:
    return (
        isinstance(schema, Map)
        and bool({"properties", "type", "$ref"} & schema.keys())
        and schema.get("type", "object") == "object"
    )


def _place(schema: Map) -> Span:
    return schema.value_span("title") if "title" in schema else schema.span
