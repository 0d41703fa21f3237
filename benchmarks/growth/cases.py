"""Every command with every dimension of its input: what is written, and what is run on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from .shapes import DIFFERENCES, SHAPES, TEXT, event, plan, word, words

Files: TypeAlias = Callable[[int], Mapping[str, str]]
"""From a size to the texts of files by name."""


@dataclass(frozen=True, slots=True)
class Case:
    """One command line, and files that grow in one dimension, from ``size`` to four times that."""

    command: str
    dimension: str
    files: Files
    args: tuple[str, ...]
    size: int

    @property
    def name(self) -> str:
        return f"{self.command}, {self.dimension}"

    def write(self, folder: Path, size: int) -> None:
        """The files of that size, in an empty folder."""
        (folder / ".git").mkdir()  # no search for a configuration goes further up
        for name, text in self.files(size).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: Any) -> bool:
        return True


def block(data: Any) -> str:
    """Data as YAML with a line for each key."""
    return str(yaml.dump(data, Dumper=_Dumper, sort_keys=False, width=1_000_000))


# --- commands that read a plan -------------------------------------------------------------------

_OF_PLANS: Final[Mapping[str, tuple[str, ...]]] = {
    "generate python": ("generate", "--plan", "plan.yaml", "--out", "made"),
    "generate typescript": ("generate", "--plan", "plan.yaml", "--out", "made", "--target",
                            "typescript"),
    "generate markdown": ("generate", "--plan", "plan.yaml", "--out", "made", "--target",
                          "markdown"),
    "lint": ("lint", "plan.yaml", "--select", "all"),
    "lint --fix": ("lint", "plan.yaml", "--select", "all", "--fix"),
    "lint --add-ignores": ("lint", "plan.yaml", "--select", "all", "--add-ignores"),
    "export segment": ("export", "--plan", "plan.yaml", "--format", "segment"),
    "export jsonschema": ("export", "--plan", "plan.yaml", "--format", "jsonschema", "--out", "s"),
    "export csv": ("export", "--plan", "plan.yaml", "--format", "csv"),
}  # fmt: skip
_EVERYWHERE: Final = ("events", "properties", "nested properties", "enum values", "definitions",
                      "definitions in a chain", "alternatives", "allOf", "versions of an event",
                      "events that extend one", "a description's lines")  # fmt: skip
_FORMATS: Final = ("json", "github", "sarif")
_SMALL: Final = {"nested properties": 60, "alternatives": 60, "exclusive alternatives": 60,
                 "events": 120, "definitions": 120, "versions of an event": 120}  # fmt: skip
SIZE: Final = 250


def _plans() -> Iterator[Case]:
    for command, args in _OF_PLANS.items():
        for name in SHAPES if command == "lint" else _EVERYWHERE:
            yield Case(command, name, _plan(SHAPES[name]), args, _SMALL.get(name, SIZE))
    for form in _FORMATS:
        args = (*_OF_PLANS["lint"], "--output-format", form)
        yield Case(f"lint {form}", "bad defaults", _plan(SHAPES["bad defaults"]), args, SIZE)
    one_line = _plan(SHAPES["unknown keys"], json.dumps)
    yield Case("lint", "unknown keys on one line", one_line, _OF_PLANS["lint"], SIZE)
    yield Case("lint", "files", _included, _OF_PLANS["lint"], SIZE)
    for name, make in DIFFERENCES.items():
        yield Case("diff", name, _pair(make, block), ("diff", "old.yaml", "new.yaml"), SIZE)
    renamed = _pair(DIFFERENCES["renamed properties"], json.dumps)
    args = ("diff", "old.yaml", "new.yaml")
    yield Case("diff", "renamed properties on one line", renamed, args, SIZE)


def _plan(make: Callable[[int], Any], dump: Callable[[Any], str] = block) -> Files:
    return lambda size: {"plan.yaml": dump(make(size))}


def _pair(make: Callable[[int], Any], dump: Callable[[Any], str]) -> Files:
    return lambda size: dict(zip(("old.yaml", "new.yaml"), map(dump, make(size)), strict=True))


def _included(size: int) -> Mapping[str, str]:
    main = plan(event(name="Main Viewed"), include=["events/*.yaml"])
    parts = {f"events/{each}.yaml": plan(event(name=f"{each} Viewed")) for each in words(size)}
    for each in parts.values():
        del each["tracking_plan"]["display_name"]
    return {name: block(each) for name, each in {"plan.yaml": main, **parts}.items()}


# --- import --------------------------------------------------------------------------------------

_SHEET: Final = "Event Type,Event Name,Event Description,Property Name,Status,Data Type\n"


def _rule(name: str, properties: Any) -> Any:
    inner = {"type": "object", "properties": properties}
    schema = {"type": "object", "properties": {"properties": inner, "context": {}, "traits": {}}}
    return {"key": name, "type": "TRACK", "version": 1, "jsonSchema": schema}


def _rules(*rules: Any) -> Any:
    return {"data": {"trackingPlan": {"id": "tp_1", "name": "Shop", "rules": rules}}}


def _segment(make: Callable[[int], Any]) -> Files:
    return lambda size: {"in.json": json.dumps(make(size))}


def _rudder(size: int) -> Mapping[str, str]:
    def file(kind: str, spec: Any) -> str:
        head = {"version": "rudder/v1", "kind": kind, "metadata": {"name": "shop"}}
        return block({**head, "spec": spec})

    rules = [
        {
            "type": "event_rule",
            "id": f"{each}_rule",
            "event": f"#event:{each}",
            "properties": [{"property": f"#property:{each}"}],
        }
        for each in words(size)
    ]
    return {
        "in/p.yaml": file("properties", {"properties": [
            {"id": each, "name": each, "type": "string"} for each in words(size)]}),
        "in/e.yaml": file("events", {"events": [
            {"id": each, "name": each, "event_type": "track"} for each in words(size)]}),
        "in/t.yaml": file("tracking-plan", {"id": "a", "display_name": "A", "rules": rules}),
    }  # fmt: skip


_IMPORTS: Final[Mapping[tuple[str, str], Files]] = {
    ("import segment", "rules"): _segment(
        lambda n: _rules(*(_rule(f"{each} Viewed", {each: TEXT}) for each in words(n)))
    ),
    ("import segment", "properties"): _segment(
        lambda n: _rules(_rule("Viewed", dict.fromkeys(words(n), TEXT)))
    ),
    ("import segment", "findings on one line"): _segment(
        lambda n: _rules(_rule("Viewed", {key: {"type": "strnig"} for key in words(n)}))
    ),
    ("import segment", "enum values"): _segment(
        lambda n: _rules(_rule("Viewed", {"order": {"type": "string", "enum": words(n)}}))
    ),
    ("import jsonschema", "files"): lambda n: {
        f"in/{each}.json": json.dumps({"title": each, "type": "object", "properties": {each: TEXT}})
        for each in words(n)
    },
    ("import jsonschema", "definitions"): lambda n: {
        "in/a.json": json.dumps({
            "title": "A", "type": "object", "definitions": dict.fromkeys(words(n), TEXT),
            "properties": {each: {"$ref": f"#/definitions/{each}"} for each in words(n)}})
    },
    ("import rudderstack", "rules"): _rudder,
    ("import csv", "events"): lambda n: {
        "in.csv": _SHEET + "".join(f"track,{e} Viewed,d,{e},required,string\n" for e in words(n))
    },
    ("import csv", "properties"): lambda n: {
        "in.csv": _SHEET + "track,Viewed,d,,,\n"
        + "".join(f",,,{each},required,string\n" for each in words(n))
    },
    ("import csv", "findings"): lambda n: {
        "in.csv": _SHEET + "track,Viewed,d,,,\n"
        + "".join(f",,,{each},perhaps,kilos\n" for each in words(n))
    },
}  # fmt: skip


def _shapes(size: int) -> Any:
    """Shapes that all suggest the same name, each used twice."""
    shapes = [{"type": "object", "properties": {"id": TEXT, each: TEXT}} for each in words(size)]
    return _rules(
        *(
            _rule(f"{each} {verb}", {"item": shape})
            for each, shape in zip(words(size), shapes, strict=True)
            for verb in ("Viewed", "Seen")
        )
    )


def _imports() -> Iterator[Case]:
    for (command, dimension), files in _IMPORTS.items():
        (first, *_) = files(1)
        source = first if first.startswith("in.") else "in"
        yield Case(command, dimension, files, ("import", source, "--out", "out.yaml"), SIZE)
    shared = {"type": "object", "properties": {"order": TEXT, "total": TEXT}}
    files = _segment(lambda n: _rules(_rule("Viewed", dict.fromkeys(words(n), shared))))
    args = ("import", "in.json", "--out", "out.yaml", "--share")
    yield Case("import segment --share", "uses of a shape", files, args, 2 * SIZE)
    yield Case("import segment --share", "shapes under one name", _segment(_shapes), args, 4 * SIZE)


# --- logs and code -------------------------------------------------------------------------------


def _log(messages: Callable[[int], Iterator[Any]]) -> Files:
    return lambda size: {"log.ndjson": "".join(f"{json.dumps(m)}\n" for m in messages(size))}


def _sent(name: str, properties: Any) -> Any:
    return {"type": "track", "event": name, "userId": "u", "properties": properties}


_LOGS: Final[Mapping[str, Files]] = {
    "messages": _log(lambda n: (_sent("Viewed", {"a": i, "b": f"x{i}"}) for i in range(4 * n))),
    "events": _log(lambda n: (_sent(f"{each} Viewed", {"a": 1}) for each in words(n))),
    "properties": _log(lambda n: (_sent("Viewed", {each: 1}) for each in words(n))),
    "keys of a map": _log(lambda n: iter([_sent("Viewed", {"m": dict.fromkeys(words(n), 1)})])),
    "items of a list": _log(lambda n: iter([_sent("Viewed", {"m": [{"a": i} for i in range(n)]})])),
    "broken lines": lambda n: {"log.ndjson": "{\n" * n + json.dumps(_sent("Viewed", {})) + "\n"},
}
_OURS: Final = "# Code generated by typewriter from plan.yaml. DO NOT EDIT.\n"
_PACKAGE: Final = {"src/__init__.py": "", "src/an/__init__.py": _OURS, "src/an/events.py": _OURS}
_SOURCES: Final[Mapping[str, Files]] = {
    "calls": lambda n: {
        "src/a.py": "from src import an\n" + "".join(f"an.{e}_viewed('u')\n" for e in words(n))
    },
    "unknown functions": lambda n: {
        "src/a.py": "from src import an\n" + "".join(f"an.{e}_seen('u')\n" for e in words(n))
    },
    "raw calls": lambda n: {
        "src/a.py": "import analytics\n"
        + "".join(f"analytics.track('u', '{each} Seen')\n" for each in words(n))
    },
    "files": lambda n: {
        f"src/m_{each}.py": f"from src.an import {each}_viewed\n{each}_viewed('u')\n"
        for each in words(n)
    },
    "lines of code": lambda n: {"src/a.py": "x = thing(1).of[2]\n" * (8 * n)},
    "modules that import the next": lambda n: {
        "src/m_0.py": "from src import an\n",
        **{f"src/m_{i}.py": f"from src.m_{i - 1} import an\nan.{word(i)}_viewed('u')\n"
           for i in range(1, n // 4)},
    },
    "names given on": lambda n: {
        "src/a.py": "from src import an\nx0 = an\n"
        + "".join(f"x{i} = x{i - 1}\n" for i in range(1, n // 4))
        + f"x{n // 4 - 1}.{word(0)}_viewed('u')\n"
    },
}  # fmt: skip


def _code() -> Iterator[Case]:
    for dimension, files in _LOGS.items():
        args = ("infer", "log.ndjson", "--out", "out.yaml")
        yield Case("infer", dimension, files, args, SIZE)
    options = ("--plan", "plan.yaml", "--package", "src.an", "--no-cache")
    for dimension, files in _SOURCES.items():

        def audited(size: int, files: Files = files) -> Mapping[str, str]:
            text = json.dumps(SHAPES["events"](size))
            return {"plan.yaml": text, **_PACKAGE, **files(size)}

        yield Case("audit", dimension, audited, ("audit", "src", *options), SIZE)
    args = ("infer", "--from-code", "src", "--out", "out.yaml")
    for dimension in ("raw calls", "files"):
        made = _SOURCES["raw calls"] if dimension == "raw calls" else _raw_files
        yield Case("infer --from-code", dimension, made, args, SIZE)
    yield Case("audit --merge", "events", _reports, ("audit", "--merge", "a.json", "b.json",
                                                    "--plan", "plan.yaml"), SIZE)  # fmt: skip
    yield Case("init", "files", _project, ("init",), SIZE)


def _raw_files(size: int) -> Mapping[str, str]:
    return {
        f"src/{each}.py": f"import analytics\nanalytics.track('u', '{each} Seen')\n"
        for each in words(size)
    }


def _reports(size: int) -> Mapping[str, str]:
    def report(file: str) -> str:
        calls = [{"file": file, "line": 1, "column": 1}]
        events = [{"event": f"{each.title()} Viewed", "function": f"{each}_viewed", "calls": calls}
                  for each in words(size)]  # fmt: skip
        raw = [{"file": file, "line": 1, "event": each} for each in words(size)]
        return json.dumps({"events": events, "unused": [], "raw": raw, "unknown": []})

    plan_text = json.dumps(SHAPES["events"](size))
    return {"plan.yaml": plan_text, "a.json": report("a.py"), "b.json": report("b.py")}


def _project(size: int) -> Mapping[str, str]:
    code = {f"shop/{each}.py": "import analytics\n" for each in words(size)}
    return {"pyproject.toml": '[project]\nname = "shop"\n', "shop/__init__.py": "", **code}


CASES: Final = (*_plans(), *_imports(), *_code())
"""All, in the order of the table."""
