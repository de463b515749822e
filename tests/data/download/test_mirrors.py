"""Downloads from a server on this machine that cuts, refuses and changes its mind."""

import os
import threading
import time

import pytest
from mirror_server import CONTENT, MD5, OTHER, SHA256, serve, status

from tripod_dlib.data.download import download
from tripod_dlib.data.download import mirrors as module
from tripod_dlib.data.download.partial_file import PartialFile
from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.errors import InputError


def test_a_whole_file_gets_its_name_and_nothing_else_is_left(mirror, get):
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a", md5=MD5) == CONTENT
    assert get.got and get.left == ["file.h5"]
    assert get("/a") == CONTENT
    assert not get.got and len(mirror.asked) == 1


@pytest.mark.parametrize(
    "headers",
    [{"ETag": '"1"'}, {"Last_Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}, {"ETag": 'W/"1"'}, {}],
    ids=["tag", "date", "weak tag", "size alone"],
)
@pytest.mark.parametrize("published", [True, False])
def test_a_cut_connection_is_gone_on_with(mirror, get, headers, published):
    mirror.answers["/a"] = serve(CONTENT, cuts=[100_000, 50_000], **headers)
    known = {} if published else {"size": None, "sha256": None}
    assert get("/a", **known) == CONTENT
    assert mirror.ranges() == [None, "bytes=100000-", "bytes=150000-"]
    condition = mirror.asked[1][1].get("If-Range")
    assert condition == (
        None if headers.get("ETag") == 'W/"1"' else next(iter(headers.values()), None)
    )


def test_a_server_without_ranges_starts_again(mirror, get):
    mirror.answers["/a"] = serve(CONTENT, cuts=[100_000], ranges=False)
    assert get("/a") == CONTENT
    assert mirror.ranges() == [None, "bytes=100000-"]


def test_a_server_that_always_cuts_at_the_same_place_is_given_up(mirror, get):
    mirror.answers["/a"] = serve(CONTENT, cuts=[100_000] * 9, ranges=False)
    with pytest.raises(InputError, match="broke after 100000 of 300008 bytes"):
        get("/a")
    assert len(mirror.asked) == module.ATTEMPTS
    assert get.left == ["file.h5.partial", "file.h5.partial.json"]


def test_a_file_without_a_length_is_whole_when_it_ends(mirror, get):
    mirror.answers["/a"] = serve(CONTENT, length=False)
    assert get("/a", size=None) == CONTENT


def interrupted(get, mirror, content=CONTENT, received=100_000, **headers):
    """Leaves a part of the file: one answer is cut, then the server fails."""
    cut = serve(content, cuts=[received], **headers)

    def once(handler):
        mirror.answers["/a"] = status(503)
        cut(handler)

    mirror.answers["/a"] = once
    with pytest.raises(InputError, match=f"is kept .{received} bytes.: the same command goes on"):
        get("/a", **get.known)
    mirror.asked.clear()


@pytest.mark.parametrize(
    "change, hashed",
    [
        ("tag", True),
        ("tag", False),
        ("tag without a condition", True),
        ("tag without a condition", False),
        ("size", False),
    ],
)
def test_a_part_of_another_version_is_not_mixed_in(mirror, get, hashed, change):
    get.known = {} if hashed else {"size": None, "sha256": None}
    old = OTHER + b"longer" if change == "size" else OTHER
    headers = {} if change == "size" else {"ETag": '"old"'}
    interrupted(get, mirror, old, **headers)
    new = serve(CONTENT, **({} if change == "size" else {"ETag": '"new"'}))
    if change == "tag without a condition":
        honest = new

        def new(handler):
            del handler.headers["If-Range"]
            honest(handler)

    mirror.answers["/a"] = new
    assert get("/a", **get.known) == CONTENT
    assert mirror.ranges()[0] == "bytes=100000-"


def test_a_part_goes_on_at_another_mirror_if_a_hash_is_published(mirror, get):
    get.known = {}
    interrupted(get, mirror, ETag='"a"')
    mirror.answers["/a"] = status(404)
    mirror.answers["/b"] = serve(CONTENT, ETag='"b"')
    assert get("/a", "/b") == CONTENT
    assert mirror.ranges() == ["bytes=100000-", "bytes=100000-"]
    assert "If-Range" not in mirror.asked[1][1]


def test_without_a_hash_another_mirror_begins_anew(mirror, get):
    get.known = {"size": None, "sha256": None}
    interrupted(get, mirror)
    mirror.answers["/a"] = status(404)
    mirror.answers["/b"] = serve(CONTENT)
    assert get("/a", "/b", **get.known) == CONTENT
    assert mirror.ranges() == ["bytes=100000-", None]


def test_a_part_that_is_damaged_is_got_anew(mirror, get, tmp_path):
    get.known = {}
    interrupted(get, mirror)
    path = tmp_path / "data" / "file.h5.partial"
    path.write_bytes(b"\x00" * 100_000)
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a") == CONTENT
    assert mirror.ranges() == ["bytes=100000-", None]


@pytest.mark.parametrize("note", [b"{", b"[]", b"{}", None], ids=["cut", "list", "empty", "none"])
def test_a_part_without_a_readable_note_is_got_anew(mirror, get, tmp_path, note):
    get.known = {}
    interrupted(get, mirror)
    path = tmp_path / "data" / "file.h5.partial.json"
    path.unlink() if note is None else path.write_bytes(note)
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a") == CONTENT and mirror.ranges() == [None]


@pytest.mark.parametrize("right", [True, False])
def test_a_part_as_long_as_the_file_is_checked_without_asking(mirror, get, tmp_path, right):
    get.known = {}
    interrupted(get, mirror)
    (tmp_path / "data" / "file.h5.partial").write_bytes(CONTENT if right else OTHER)
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a") == CONTENT and mirror.ranges() == ([] if right else [None])


def test_a_part_longer_than_the_file_is_got_anew(mirror, get, tmp_path):
    get.known = {}
    interrupted(get, mirror)
    (tmp_path / "data" / "file.h5.partial").write_bytes(CONTENT + b"more")
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a") == CONTENT and mirror.ranges() == ["bytes=300012-", None]


def test_a_redirect_is_followed_with_the_range(mirror, get):
    mirror.answers["/a"] = status(307, Location="/real")
    mirror.answers["/real"] = serve(CONTENT, cuts=[1000], ETag='"1"')
    assert get("/a") == CONTENT
    assert mirror.ranges() == [None, None, "bytes=1000-", "bytes=1000-"]


def test_a_busy_server_is_asked_again(mirror, get):
    answers = [status(503), status(429), serve(CONTENT)]
    mirror.answers["/a"] = lambda handler: answers.pop(0)(handler)
    assert get("/a") == CONTENT


def test_an_address_where_nobody_listens_is_passed_over(mirror, get, tmp_path):
    mirror.answers["/b"] = serve(CONTENT)
    file = OfficialFile("", "f.h5", ("http://127.0.0.1:1/x", "nonsense", mirror.address + "/b"))
    assert download(file, tmp_path)


def test_too_little_space_is_refused_before_anything_is_asked_or_written(mirror, get, monkeypatch):
    usage = type("Usage", (), {"free": 10})
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    mirror.answers["/a"] = serve(CONTENT)
    with pytest.raises(InputError, match="file.h5 needs 300.0 kB .* only 10 bytes are free"):
        get("/a")
    assert not mirror.asked and get.left == []
    with pytest.raises(InputError, match="file.h5 needs 300.0 kB .* only 10 bytes are free"):
        get("/a", size=None, sha256=None)
    assert get.left == []


def test_a_full_disk_keeps_what_there_is(mirror, get, monkeypatch):
    def full(self, data):
        raise self._unwritable(OSError(28, "No space left on device"))

    monkeypatch.setattr(PartialFile, "append", full)
    mirror.answers["/a"] = serve(CONTENT)
    with pytest.raises(InputError, match="cannot be written: No space left .* free some space"):
        get("/a")


def test_what_lies_under_the_name_is_never_written_over(mirror, get, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file.h5").write_bytes(b"mine")
    with pytest.raises(InputError, match="is there already, but .* move it aside"):
        get("/a")
    assert (tmp_path / "data" / "file.h5").read_bytes() == b"mine" and not mirror.asked


def test_a_folder_that_cannot_be_made_is_refused(mirror, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        download(OfficialFile("", "f.h5", (mirror.address,)), tmp_path / "file" / "below")


def test_of_two_downloads_at_once_one_waits_and_finds_it_there(mirror, tmp_path, capsys):
    gate = threading.Event()
    mirror.answers["/a"] = serve(CONTENT, cuts=[1000], pause=gate)
    file = OfficialFile("", "file.h5", (mirror.address + "/a",), len(CONTENT), SHA256)
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(download(file, tmp_path / "data")))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    while "downloading file.h5: waiting for process" not in capsys.readouterr().err:
        time.sleep(0.01)
    gate.set()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, True]
    assert (tmp_path / "data" / "file.h5").read_bytes() == CONTENT
    assert os.listdir(tmp_path / "data") == ["file.h5"]
    assert mirror.ranges() == [None, "bytes=1000-"]
