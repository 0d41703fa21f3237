"""The disk as the tool reads it: files, and pipes if the user names them; links stay within."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from typewriter_py import disk
from typewriter_py.disk import NotAFileError, OutsideError


def test_a_file_is_read_whole_through_links_too(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"text\r\n")
    (tmp_path / "link").symlink_to("a")
    assert disk.read(tmp_path / "a") == disk.read(tmp_path / "link") == b"text\r\n"
    assert disk.beginning(tmp_path / "a", 2) == b"te"


def odd(folder: Path, kind: str) -> Path:
    path = folder / kind
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    else:
        path.symlink_to({"device": "/dev/zero", "stream": "/dev/stdin"}[kind])
    return path


@pytest.mark.parametrize("kind", ["pipe", "device", "socket"])
def test_what_is_not_a_file_is_refused_at_once(tmp_path: Path, kind: str):
    path = odd(tmp_path, kind)
    with pytest.raises(OSError, match=r"not a file|No such device") as raised:
        disk.read(path)
    assert raised.value.filename == str(path)


def test_a_link_to_standard_input_is_refused_as_well(tmp_path: Path, monkeypatch):
    reading, writing = os.pipe()
    saved = os.dup(0)
    os.dup2(reading, 0)
    try:
        assert disk.opened("/dev/stdin").close() is None
        with pytest.raises(NotAFileError):
            disk.read(odd(tmp_path, "stream"))
    finally:
        os.dup2(saved, 0)
        for each in (reading, writing, saved):
            os.close(each)


def test_a_pipe_that_the_user_names_is_waited_for(tmp_path: Path):
    path = odd(tmp_path, "pipe")
    writer = threading.Timer(0.2, path.write_bytes, [b"late"])
    writer.start()
    assert disk.read(path, pipe=True) == b"late"
    writer.join()


def test_a_shells_process_substitution_is_read():
    reading, writing = os.pipe()
    os.write(writing, b"a: b")
    os.close(writing)
    assert disk.read(f"/dev/fd/{reading}") == b"a: b"
    os.close(reading)


def test_a_folder_is_not_a_file(tmp_path: Path):
    with pytest.raises(IsADirectoryError):
        disk.read(tmp_path)
    with pytest.raises(FileNotFoundError):
        disk.read(tmp_path / "gone")


def test_more_than_the_limit_is_not_read(tmp_path: Path):
    path = tmp_path / "big"
    path.write_bytes(b"12345")
    assert disk.read(path, most=5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        disk.read(path, most=4)
    os.truncate(path, 1 << 40)  # a terabyte of nothing
    with pytest.raises(OSError, match="larger than 64 MiB"):
        disk.read(path)


def test_links_must_not_lead_out_of_the_folder_that_they_were_found_in(tmp_path: Path):
    inside = tmp_path / "inside"
    (inside / "deep").mkdir(parents=True)
    (tmp_path / "inside-out").write_text("secret")
    (inside / "file").write_text("fine")
    (inside / "deep" / "up").symlink_to("../file")
    (inside / "out").symlink_to(tmp_path / "inside-out")
    (inside / "above").symlink_to("..")
    assert disk.read(inside / "deep" / "up", within=inside) == b"fine"
    for name in ("out", "above/inside-out", "deep/../../inside-out"):
        with pytest.raises(OutsideError, match="leads out of"):
            disk.read(inside / name, within=inside)
    (tmp_path / "linked").symlink_to(inside)
    assert disk.read(tmp_path / "linked" / "file", within=tmp_path / "linked") == b"fine"


def test_a_folder_is_searched_without_its_hidden_files_and_linked_folders(tmp_path: Path):
    for name in ("b/two", "b/.git/x", "a", "skipped/x", ".hidden"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "round").symlink_to(".")
    os.mkfifo(tmp_path / "pipe")
    found = disk.below(tmp_path, ("skipped",))
    assert [os.path.relpath(each, tmp_path) for each in found] == ["a", "pipe", "b/two"]


def test_a_repository_begins_where_git_says(tmp_path: Path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert disk.repository(tmp_path / "a" / "b") is None
    (tmp_path / "a" / ".git").write_text("gitdir: elsewhere")  # as in a worktree
    assert disk.repository(tmp_path / "a" / "b") == disk.repository(tmp_path / "a")
    assert disk.repository(tmp_path / "a") == tmp_path / "a"
