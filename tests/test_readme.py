"""The README is true: its files are written, its commands run, its code is what we generate.

A block whose first line is ``# path`` is that file: an excerpt of it where it exists, else
it is written.  A console block runs; ``…`` in it stands for any output.  Blocks run in the
order of the page, in one folder, as a reader would go through it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from sync.segment_server import TOKEN, Segment
from sync.segment_server import track as schema

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"(?:#|//) ([\w./-]+\.\w+)\n")
MAKE = re.compile(r"make (\w+)")
FOLDER = re.compile(r"# in ([\w-]+)$")


@dataclass(frozen=True)
class Block:
    language: str
    text: str

    @property
    def path(self) -> str | None:
        found = NAMED.match(self.text)
        return found[1] if found else None

    @property
    def body(self) -> str:
        return NAMED.sub("", self.text, count=1) if self.path else self.text


BLOCKS = [Block(*found.groups()) for found in BLOCK.finditer(README)]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = tmp_path_factory.mktemp("readme")
    (home / "plans").mkdir()
    shutil.copy(ROOT / "plans" / "myapp.yaml", home / "plans")
    (home / "shop").mkdir()
    (home / "events.ndjson").write_text("".join(json.dumps(each) + "\n" for each in sent()))
    with Segment() as segment:  # what `pull` and `push` talk to
        order = {"order_id": {"type": "string"}, "total": {"type": "number"}}
        segment.put("TRACK", "Order Completed", schema(order, "order_id"))
        segment.put("TRACK", "Cart Viewed", schema({"cart_id": {"type": "string"}}))
        environment = {"TYPEWRITER_API_URL": segment.url, "SEGMENT_API_TOKEN": TOKEN}
        yield Reader(home, environment)


def sent() -> Iterator[dict[str, Any]]:
    """The messages of a service that had no plan."""
    for number in range(20_114):
        properties: dict[str, Any] = {
            "order_id": str(UUID(int=number)),
            "price": "19.90" if number in (7, 4_000, 12_345) else number / 4,
            "currency": ("USD", "EUR", "GBP")[number % 3],
            "email": f"ann.{number}@example.com",
            "products": [{"product_id": f"p{number}", "quantity": number % 3 + 1}],
        }
        if number % 2:
            properties["coupon"] = f"code {number}" if number % 5 else None
        day = f"2026-01-{number % 28 + 1:02}T12:00:00Z"
        yield track("Order Completed", properties, day)
    for number in range(1_000):
        yield track("Product Viewed", {"product_id": f"p{number}"}, "2026-02-01T12:00:00Z")


def track(event: str, properties: dict[str, Any], timestamp: str) -> dict[str, Any]:
    return {"type": "track", "event": event, "properties": properties, "timestamp": timestamp}


class Reader:
    """Somebody who goes through the page and does what it says."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self.home = self.here = home
        self.environment = environment

    def do(self, block: Block) -> None:
        if block.language == "console":
            self.run(block.text)
        elif block.path:
            self.file(block.path, block)
        elif block.language == "python":
            self.execute(block.body)
        else:
            pytest.fail(f"nothing is done with this block:\n{block.text}")

    def file(self, path: str, block: Block) -> None:
        place = self.home / path
        if place.exists():
            assert block.body in place.read_text("utf-8"), f"{path} does not hold this"
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(block.body if path.endswith(".json") else block.text, "utf-8")
        if path.startswith(".github"):
            self.workflow(block.body)
        elif path.startswith("configured/"):
            self.configured(place.parent)
        elif path == "product/typewriter.toml":
            shutil.copytree(self.home / "plans", place.parent / "plans")
        elif path == "product/backend/checkout.py":
            self.shell("python checkout.py", place.parent)
        elif path == "product/web/main.ts":
            self.typescript(self.home / "product")
        elif path == "language.yaml":
            self.shell(f"typewriter generate --plan {path} --out other/analytics")
            self.shell("python -m compileall -q other")

    def typescript(self, folder: Path) -> None:
        """What has been written in TypeScript so far is right, as its compiler sees it."""
        tools = ROOT / "tests" / "typescript"
        if not (tools / "node_modules").is_dir() and not os.environ.get("CI"):
            return  # there is no npm here
        shutil.copy(tools / "tsconfig.json", folder)
        (folder / "node_modules").symlink_to(tools / "node_modules")
        self.shell("node_modules/.bin/tsc --jsx react-jsx --project .", folder)

    def workflow(self, text: str) -> None:
        """Every step that runs the tool, in a project that is set up."""
        steps = yaml.safe_load(text)["jobs"]["check"]["steps"]
        commands = [step["run"] for step in steps if "typewriter" in step.get("run", "")]
        known = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
        actions = [step for step in steps if "typewriter-py@" in step.get("uses", "")]
        assert all(set(step["with"]) <= set(known) for step in actions)
        assert commands or actions
        for command in commands:
            self.shell(command, self.home / "shop")

    def configured(self, folder: Path) -> None:
        shutil.copytree(self.home / "plans", folder / "plans")
        self.shell("typewriter generate && typewriter generate --check", folder)
        assert (folder / "src/checkout/analytics/events.py").exists()
        assert not (folder / "src/checkout/analytics/_client").exists()

    def execute(self, code: str) -> None:
        (self.home / "block.py").write_text(code, "utf-8")
        self.shell("python block.py")

    def run(self, text: str) -> None:
        for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = step.partition("\n")
            where = FOLDER.search(command)
            folder = self.home / where[1] if where else self.here
            target = MAKE.match(command)
            if target:
                assert f"\n{target[1]}:" in (ROOT / "Makefile").read_text()
            elif command.startswith("cd "):
                self.here = self.home / command.removeprefix("cd ")
            else:
                self.compare(command, expected, self.shell(command, folder, check=False))
        self.here = self.home

    def compare(self, command: str, expected: str, output: str) -> None:
        wanted = textwrap.dedent(expected).strip()
        pattern = ".*".join(re.escape(part) for part in wanted.split("…"))
        message = f"$ {command}\nexpected:\n{wanted}\n\ngot:\n{output}"
        assert re.fullmatch(pattern, output.strip(), re.DOTALL), message

    def shell(self, command: str, folder: Path | None = None, check: bool = True) -> str:
        environment = {
            **os.environ,
            **self.environment,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            # As an installed acme-plan would be found.
            "PYTHONPATH": f"{self.home / 'acme-plan'}:{os.environ.get('PYTHONPATH', '')}",
            "HOME": str(self.home),
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=folder or self.home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        assert not check or done.returncode == 0, f"$ {command}\n{output}"
        return output


def test_every_block_is_true(reader: Reader) -> None:
    for block in BLOCKS:
        reader.do(block)


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_demo_runs_and_shows_both_mistakes() -> None:
    done = subprocess.run(
        [sys.executable, "examples/demo.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for said in ('argument "payment_method"', 'argument "total_spent"', "delivered=3"):
        assert said in done.stdout
    for said in ("properties.products is required", "traits.email is required"):
        assert said in done.stdout + done.stderr
