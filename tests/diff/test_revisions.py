"""Revisions of git as sides: read with their includes, without touching the work tree."""

from __future__ import annotations

import json
import os
import shutil
from glob import glob
from pathlib import Path

import pytest

from tests.diff.conftest import Project
from typewriter_py.diff.git import Revision, revision
from typewriter_py.disk import LARGEST
from typewriter_py.plan.files import DISK

PLAN = """
tracking_plan:
  include: [parts/*.yaml, library:b2b_saas]
  rules:
    events:
      - name: Order Completed
        rules:
          properties:
            total: {type: number}
"""
PART = """
tracking_plan:
  rules:
    events:
      - name: Cart Viewed
        rules:
          properties:
            cart_id: {type: string}
            step: {type: integer}
"""


@pytest.fixture
def shop(repository: Project) -> Project:
    """A repository whose plan lost a property since the last commit."""
    repository.write("plans/shop.yaml", PLAN)
    repository.write("plans/parts/cart.yaml", PART)
    repository.write("plans/parts/.hidden.yaml", "broken: [")
    repository.write("README", "hello")
    repository.commit("first")
    repository.git("tag", "v1")
    repository.write(
        "plans/parts/cart.yaml", PART.replace("            step: {type: integer}\n", "")
    )
    return repository


def changes(project: Project, *arguments: str, **more: Path) -> list[tuple[str, str, int]]:
    ran = project.diff(*arguments, "--output-format", "json", **more)  # type: ignore[arg-type]
    assert ran.code == 0, ran.out + ran.err
    return [(c["code"], c["path"], c["line"]) for c in json.loads(ran.out)["changes"]]


GONE = [("TW332", "step", 4)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("git:main", "plans/shop.yaml"),
        ("git:v1:plans/shop.yaml", "plans/shop.yaml"),
        ("git:HEAD:./plans/shop.yaml", "plans/shop.yaml"),
        ("git:main", "plans"),
        ("git:main:plans", "plans/shop.yaml"),
    ],
    ids=" ".join,
)
def test_a_plan_is_compared_with_an_older_one_includes_and_all(
    shop: Project, arguments: tuple[str, ...]
) -> None:
    assert changes(shop, *arguments) == GONE
    status = shop.git("status", "--porcelain")
    assert status == "M plans/parts/cart.yaml", "nothing is checked out"


def test_two_revisions_and_from_a_folder_within(shop: Project) -> None:
    shop.commit("second")
    assert changes(shop, "git:v1:plans/shop.yaml", "git:HEAD") == GONE
    assert changes(shop, "git:v1", "git:HEAD:plans/shop.yaml") == GONE
    within = shop.folder / "plans"
    assert changes(shop, "git:v1", "shop.yaml", cwd=within) == GONE
    assert changes(shop, "git:v1:./shop.yaml", "git:main", cwd=within) == GONE


def test_without_a_path_it_is_the_configured_plan(shop: Project) -> None:
    shop.write("typewriter.toml", 'plan = "plans/shop.yaml"\n')
    assert changes(shop, "git:v1") == GONE
    shop.commit("second")
    assert changes(shop, "git:v1", "git:HEAD") == GONE


def test_a_linked_include_is_followed_within_the_revision(shop: Project) -> None:
    shop.write("plans/shared/user.yaml", PART.replace("Cart Viewed", "User Seen"))
    (shop.folder / "plans/parts/user.yaml").symlink_to("../shared/user.yaml")
    shop.commit("linked")
    assert changes(shop, "git:HEAD", "plans/shop.yaml") == []
    (shop.folder / "plans/parts/user.yaml").unlink()
    (shop.folder / "plans/parts/user.yaml").symlink_to("../../../elsewhere.yaml")
    shop.commit("leads out")
    ran = shop.diff("git:HEAD", "git:HEAD~1:plans/shop.yaml")
    assert ran.code == 2
    assert "`parts/user.yaml` is outside the plan's folder" in ran.out


# --- what cannot be compared ---------------------------------------------------------------


def test_an_unknown_revision(shop: Project) -> None:
    ran = shop.diff("git:mian", "plans/shop.yaml")
    first, second = ran.out.splitlines()
    assert (ran.code, first) == (2, "TW301 `mian` is not a revision that git knows")
    assert "or run `git fetch`; in a fresh clone a branch is `origin/NAME`" in second
    for odd in ("--help", "", "a b", "-x", "HEAD:README", "x\ny"):
        assert shop.diff(f"git:{odd}", "plans/shop.yaml").code == 2


def test_an_unknown_revision_of_a_shallow_clone(shop: Project, tmp_path: Path) -> None:
    shop.commit("second")
    shop.git("clone", "-q", "--depth", "1", f"file://{shop.folder}", str(tmp_path / "clone"))
    ran = shop.diff("git:v1", "plans/shop.yaml", cwd=tmp_path / "clone")
    assert ran.code == 2
    assert "fetch the whole history" in ran.out
    assert "fetch-depth: 0" in ran.out


def test_a_path_that_the_revision_does_not_have(shop: Project) -> None:
    shop.write("new.yaml", PART)
    ran = shop.diff("git:main", "new.yaml")
    assert (ran.code, ran.out.splitlines()[0]) == (2, "TW302 revision `main` has no `new.yaml`")
    ran = shop.diff("git:main:shop.yaml", "shop.yaml", cwd=shop.folder / "plans")
    assert "did you mean `git:main:./shop.yaml`?" in ran.out
    elsewhere = shop.folder.parent / "other.yaml"
    elsewhere.write_text(PART)
    assert "TW302" in shop.diff("git:main", str(elsewhere)).out
    assert shop.diff("git:main:README/x", "new.yaml").code == 2
    shop.write("docs/a.yaml", "a: 1")
    shop.commit("docs")
    assert (
        "TW303 the folder git:main:docs contains no plan"
        in shop.diff("git:main:docs", "new.yaml").out
    )


def test_no_repository_and_no_git(project: Project, tmp_path: Path) -> None:
    project.write("plan.yaml", PART)
    ran = project.diff("git:main", "plan.yaml")
    assert ran.code == 2
    assert ran.out.startswith("TW300 `git:main` needs a git repository: not a git repository")
    empty = tmp_path / "bin"
    empty.mkdir()
    ran = project.diff("git:main", "plan.yaml", PATH=str(empty))
    assert (ran.code, ran.out) == (2, "TW300 `git:main` needs git, which was not found\n")


def test_a_plan_that_is_not_valid_on_one_side(shop: Project) -> None:
    shop.write("plans/shop.yaml", PLAN.replace("number", "numbr"))
    shop.commit("broken")
    for arguments, which, file in (
        (("git:HEAD", "git:v1:plans/shop.yaml"), "old", "git:HEAD:plans/shop.yaml"),
        (("git:v1", "plans/shop.yaml"), "new", "plans/shop.yaml"),
    ):
        ran = shop.diff(*arguments)
        lines = [line for line in ran.out.splitlines() if line.startswith(file)]
        assert ran.code == 2
        assert (
            lines[0] == f"{file}:1:1: TW304 the {which} plan is not valid, so nothing is compared"
        )
        assert lines[1].startswith(f"{file}:8:")


def test_where_a_branch_left_another(shop: Project) -> None:
    """What main got meanwhile is not taken for removed."""
    shop.git("switch", "-qc", "work", "--")
    shop.commit("less")
    shop.git("switch", "-q", "main")
    shop.write("plans/parts/more.yaml", PART.replace("Cart Viewed", "Cart Seen"))
    shop.commit("more")
    shop.git("switch", "-q", "work")
    main = shop.diff("git:main", "plans/shop.yaml", "--output-format", "json")
    assert "Cart Seen" in main.out
    for left in ("git:main...", "git:main...HEAD", "git:main...:plans/shop.yaml"):
        assert changes(shop, left, "plans/shop.yaml") == GONE
    ran = shop.diff("git:mian...", "plans/shop.yaml")
    assert (ran.code, ran.out.splitlines()[0]) == (
        2,
        "TW301 `mian...` is not a revision that git knows",
    )
    assert shop.diff("git:...", "plans/shop.yaml").code == 2


def test_what_git_no_longer_has_is_reported(shop: Project) -> None:
    """As in a partial clone without its remote, or one that is damaged."""
    for what, said in (
        ("HEAD:plans/shop.yaml", "TW100 git:HEAD:plans/shop.yaml cannot be read: "),
        ("HEAD:plans", "TW300 git cannot read `git:HEAD`: "),
    ):
        object = shop.git("rev-parse", what).strip()
        (shop.folder / ".git/objects" / object[:2] / object[2:]).unlink()
        for sides in (("git:HEAD", "plans/shop.yaml"), ("git:HEAD:plans", "plans")):
            ran = shop.diff(*sides)
            assert (ran.code, said in ran.out) == (2, True), ran.out + ran.err
            assert ran.err == ""


def test_a_link_that_leads_to_itself(shop: Project) -> None:
    for link in ("round.yaml", "plans/round.yaml"):
        (shop.folder / link).symlink_to("round.yaml")
    shop.commit("round")
    ran = shop.diff("git:HEAD", "round.yaml")
    said = "round.yaml cannot be read: Too many levels of symbolic links"
    assert (ran.code, ran.err) == (2, "")
    assert f"TW100 {said}" in ran.out
    assert f"TW100 git:HEAD:{said}" in ran.out
    assert shop.diff("git:HEAD", "plans").code == 2


def test_more_of_a_revision_than_the_limit_is_not_read(shop: Project) -> None:
    with shop.write("big.yaml", "").open("wb") as file:
        file.truncate(LARGEST + 1)
    shop.commit("big")
    (shop.folder / "big.yaml").unlink()
    ran = shop.diff("git:HEAD:big.yaml", "plans/shop.yaml")
    assert (ran.code, ran.err) == (2, "")
    assert "git:HEAD:big.yaml cannot be read: it is larger than 64 MiB" in ran.out


def test_a_link_longer_than_any_system_follows_is_not_read(shop: Project) -> None:
    long = shop.write("long", "x/" * 4096)
    object = shop.git("hash-object", "-w", str(long))
    shop.git("update-index", "--add", "--cacheinfo", f"120000,{object},link.yaml")
    shop.git("commit", "-q", "-m", "link")
    ran = shop.diff("git:HEAD:link.yaml", "plans/shop.yaml")
    assert (ran.code, ran.err) == (2, "")
    assert "git:HEAD:link.yaml cannot be read: it is larger than 4096 bytes" in ran.out


def test_the_first_plan_is_all_new_and_breaks_nobody(repository: Project) -> None:
    repository.write("settings.yaml", "a: 1")
    repository.commit()
    identify = "    identify: {traits: [{name: email, type: string, required: true}]}\n"
    repository.write("plans/shop.yaml", PART + identify)
    ran = repository.diff("git:HEAD", "plans/shop.yaml", "--breaking", "--output-format", "json")
    found = [(each["event"], each["breaks"]) for each in json.loads(ran.out)["changes"]]
    assert (ran.code, found) == (0, [("Cart Viewed", []), ("identify", [])])
    said = "TW302 info: revision `HEAD` has no plan yet, so all of this one is new\n"
    assert ran.err == said + "2 changes: 2 are safe\n"
    assert repository.diff("git:HEAD", "plans").code == 0
    # A path that was said is meant.
    assert repository.diff("git:HEAD:plans/shop.yaml", "plans/shop.yaml").code == 2


def test_a_plan_that_moved_is_not_the_first(shop: Project) -> None:
    shop.commit()
    (shop.folder / "plans/shop.yaml").rename(shop.folder / "plans/web.yaml")
    ran = shop.diff("git:main", "plans/web.yaml")
    assert ran.code == 2
    help = "name that path: `git:main:plans/parts/cart.yaml` or `git:main:plans/shop.yaml`"
    assert ran.out == (
        "TW302 revision `main` has no `plans/web.yaml`\n"
        f"      = help: if it was elsewhere then, {help}\n"
    )


@pytest.mark.parametrize("how", ["staged", "committed", "another folder"])
def test_a_plan_that_git_sees_renamed_is_compared_with_its_earlier_self(
    repository: Project, how: str
) -> None:
    repository.write("services/shop/plan.yaml", PART)
    repository.commit()
    place = "web/plan.yaml" if how == "another folder" else "services/shop/web.yaml"
    (repository.folder / "web").mkdir()
    repository.git("mv", "services/shop/plan.yaml", place)
    repository.write(place, PART.replace("            step: {type: integer}\n", ""))
    repository.git("config", "diff.renames", "false")
    if how == "committed":
        repository.commit("rename")
    first = "git:HEAD~1" if how == "committed" else "git:HEAD"
    for cwd in (repository.folder, (repository.folder / place).parent):
        ran = repository.diff(first, str(repository.folder / place), "--breaking", cwd=cwd)
        assert (ran.code, ran.out.count("TW332")) == (1, 1), ran.out
        assert f"{first}:services/shop/plan.yaml:8:13: it was here" in ran.out
    # A path that was said is meant.
    assert repository.diff(f"{first}:{place}", place).code == 2


def test_an_empty_repository_and_one_without_commits(repository: Project) -> None:
    repository.write("plan.yaml", PART)
    assert "TW301" in repository.diff("git:HEAD", "plan.yaml").out


def test_git_is_asked_for_nothing_where_no_revision_is_named(project: Project) -> None:
    project.write("a.yaml", PART)
    shutil.copy(project.folder / "a.yaml", project.folder / "b.yaml")
    ran = project.diff("a.yaml", "b.yaml", PATH="")
    assert (ran.code, ran.out, ran.err) == (0, "", "no changes\n")


def test_of_several_plans_one_that_is_new_keeps_nobody_from_comparing_the_others(
    shop: Project,
) -> None:
    target = '[[targets]]\nlanguage = "python"\nout = "a"\nplan = "new.yaml"\n'
    shop.write("typewriter.toml", f'plan = "plans/shop.yaml"\n{target}')
    shop.write("new.yaml", PART)
    ran = shop.diff("git:main")
    assert (ran.code, ran.out.count("TW")) == (0, 1)
    assert "TW302 revision `main` has no `new.yaml`" in ran.err
    shop.write("plans/shop.yaml", "broken: [")
    assert shop.diff("git:main").code == 2


@pytest.mark.parametrize(
    "pattern",
    ["*.yaml", "parts/*.yaml", "**/*.yaml", "**", "**/*", "p*/?art.*", "parts/.h*", "[p]arts/**",
     "**/deep/*", "parts/../*.yaml", "**/**/x.yaml", "none*", "parts/**/x.yaml", "**/.h*"],
)  # fmt: skip
def test_patterns_mean_what_they_mean_on_a_disk(shop: Project, pattern: str) -> None:
    shop.write("plans/parts/deep/er/x.yaml", "a: 1")
    shop.commit("deep")
    tree = revision("HEAD", shop.folder)
    assert isinstance(tree, Revision)
    plans = shop.folder / "plans"
    matched = glob(pattern, root_dir=plans, recursive=True)
    wanted = {os.path.normpath(n) for n in matched if (plans / n).is_file()}
    assert set(tree.matching(pattern, Path("plans"))) == wanted
    found = DISK.matching(pattern, plans)
    assert {os.path.normpath(n) for n in found if (plans / n).is_file()} == wanted


def test_a_pattern_does_not_follow_a_link_through_the_whole_disk(shop: Project) -> None:
    (shop.folder / "plans" / "disk").symlink_to("/")
    found = DISK.matching("**/*.yaml", shop.folder / "plans")
    assert found
    assert not [each for each in found if each.startswith("disk")]
    assert DISK.matching("**/" * 30 + "none.yaml", shop.folder / "plans") == []
