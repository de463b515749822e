"""Downloads from a server on this machine that cuts, refuses, lies and changes its mind."""

import hashlib
import os
import socket
import threading
import time

import numpy as np
import pytest
from mirror_server import google_drive, mirror_server, page, serve, status

from tripod_dlib.data.download import mirrors as module
from tripod_dlib.data.download import web
from tripod_dlib.data.download.mirrors import download
from tripod_dlib.data.download.partial_file import PartialFile
from tripod_dlib.data.official.origin import OfficialFile
from tripod_dlib.errors import InputError

CONTENT = b"\x89HDF\r\n\x1a\n" + np.random.default_rng(0).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()
OTHER = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])


@pytest.fixture
def mirror(monkeypatch):
    monkeypatch.setattr(module, "SECONDS_BETWEEN_ATTEMPTS", 0.0)
    monkeypatch.setattr(web, "SECONDS_TO_WAIT", 5.0)
    with mirror_server() as running:
        yield running


@pytest.fixture
def get(mirror, tmp_path):
    """Downloads from paths of the mirror; returns what lies in the folder."""

    def run(*paths, size=len(CONTENT), sha256=SHA256, md5=None, name="file.h5"):
        mirrors = tuple(mirror.address + path for path in paths)
        file = OfficialFile("folder", name, mirrors, size, sha256, md5)
        try:
            run.got = download(file, tmp_path / "data")
        finally:
            run.left = sorted(path.name for path in (tmp_path / "data").iterdir())
        return (tmp_path / "data" / name).read_bytes()

    return run


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


@pytest.mark.parametrize(
    "answer, reason",
    [
        (status(404), "HTTP 404"),
        (status(403), "HTTP 403"),
        (status(500), "HTTP 500"),
        (
            page("<!DOCTYPE html><title>Log in\x1b[31m here</title>"),
            r"a web page .Log in \[31m here.",
        ),
        (page("<!-- hello --><p>no title"), "a web page .without a title. in place of the file"),
        (page("<?xml version='1.0'?><Error>AccessDenied</Error>"), "a web page"),
        (serve(CONTENT[:-5]), "offers 300003 bytes; the official file has 300008"),
        (serve(CONTENT[:-5], length=False), "broke after 300003 of 300008 bytes"),
        (serve(CONTENT + b"more"), "offers 300012 bytes; the official file has 300008"),
        (serve(CONTENT + b"more", length=False), "sends more than the 300008 bytes"),
        (serve(OTHER), f"its sha256 is {hashlib.sha256(OTHER).hexdigest()}; .* is {SHA256}"),
        (serve(b"PK\x03\x04" + CONTENT[4:]), "not an HDF5 file; it is a zip archive"),
        (serve(b""), "offers 0 bytes"),
        (status(302, Location="/loop"), "HTTP 302"),
        (status(302, Location="ftp://127.0.0.1/x"), "unknown url type: ftp"),
        (
            lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
            "not reached|connection broke",
        ),
        (lambda handler: handler.wfile.write(b"no HTTP"), "not reached"),
        (page("no page, but said to be one"), "offers 27 bytes"),
    ],
)
def test_a_mirror_that_gives_something_else_is_passed_over_with_its_reason(
    mirror, get, answer, reason
):
    mirror.answers |= {"/a": answer, "/loop": status(302, Location="/loop")}
    with pytest.raises(InputError, match=f"{mirror.address}/a: .*{reason}") as error:
        get("/a", "/b")
    assert f"{mirror.address}/b: HTTP 404" in str(error.value)
    assert "put it at" in str(error.value) and "\x1b" not in str(error.value)
    assert "file.h5" not in get.left
    mirror.answers["/b"] = serve(CONTENT)
    assert get("/a", "/b") == CONTENT and get.left == ["file.h5"]


@pytest.mark.parametrize(
    "file, answer, reason",
    [
        ("x.zip", serve(b"PK\x03\x04" + b"x" * 99), "not a whole archive"),
        ("x.npz", serve(CONTENT), "not a zip archive .* is an HDF5 file"),
        ("x.tar.gz", serve(b"\x80\x02]q\x00."), "a Python pickle"),
        ("x.jpg", serve(b"hello"), "not a JPEG picture; it is none of the kinds"),
        ("x.tar.gz", serve(b""), "it is empty"),
        ("x.bin", serve(b"<html>"), "a web page"),
    ],
)
def test_without_a_published_hash_the_kind_is_looked_at(mirror, get, file, answer, reason):
    mirror.answers["/a"] = answer
    with pytest.raises(InputError, match=reason):
        get("/a", size=None, sha256=None, name=file)
    assert not [name for name in get.left if not name.startswith(".")]


def test_an_md5_alone_is_compared(mirror, get):
    mirror.answers["/a"] = serve(OTHER)
    with pytest.raises(InputError, match=f"its md5 is .* official file's is {MD5}"):
        get("/a", sha256=None, md5=MD5)
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a", sha256=None, md5=MD5.upper()) == CONTENT


def test_a_redirect_is_followed_with_the_range(mirror, get):
    mirror.answers["/a"] = status(307, Location="/real")
    mirror.answers["/real"] = serve(CONTENT, cuts=[1000], ETag='"1"')
    assert get("/a") == CONTENT
    assert mirror.ranges() == [None, None, "bytes=1000-", "bytes=1000-"]


def test_a_busy_server_is_asked_again(mirror, get):
    answers = [status(503), status(429), serve(CONTENT)]
    mirror.answers["/a"] = lambda handler: answers.pop(0)(handler)
    assert get("/a") == CONTENT


def test_a_silent_server_is_not_waited_for_without_end(mirror, get, monkeypatch):
    monkeypatch.setattr(web, "SECONDS_TO_WAIT", 0.2)
    gate = threading.Event()
    mirror.answers["/a"] = lambda handler: gate.wait(20)
    with pytest.raises(InputError, match="no answer in 0 s"):
        get("/a")
    mirror.answers["/a"] = serve(CONTENT, cuts=[1000], pause=gate)
    try:
        assert get("/a") == CONTENT  # the second attempt is served to its end
    finally:
        gate.set()
    assert mirror.ranges()[-1] == "bytes=1000-"


def test_an_address_where_nobody_listens_is_passed_over(mirror, get, tmp_path):
    mirror.answers["/b"] = serve(CONTENT)
    file = OfficialFile("", "f.h5", ("http://127.0.0.1:1/x", "nonsense", mirror.address + "/b"))
    assert download(file, tmp_path)


@pytest.mark.parametrize("way", ["form", "post", "link", "cookie"])
def test_google_drive_s_page_is_confirmed_and_the_rest_asked_for_after_it(mirror, get, way):
    drive = google_drive(CONTENT, way, cuts=[100_000])
    mirror.answers |= {"/uc": drive, "/download": drive}
    address = "/uc?export=download&id=x%26y"
    assert get(address, size=None, sha256=None) == CONTENT
    assert mirror.ranges() == [None, None, None, "bytes=100000-"]


def test_google_drive_s_quota_is_said_plainly(mirror, get):
    text = "<html><title>Google Drive - Quota exceeded</title>"
    for answer in (page(text), status(403, text.encode())):
        mirror.answers["/a"] = answer
        with pytest.raises(InputError, match="quota for this file is used up.* try again tomorrow"):
            get("/a")


def test_a_page_that_asks_for_confirmation_for_ever_is_given_up(mirror, get):
    mirror.answers["/a"] = page('<html><a href="/a?confirm=1">again</a>')
    with pytest.raises(InputError, match="confirmation again and again"):
        get("/a")
    assert len(mirror.asked) == web.MOST_PAGES


@pytest.mark.parametrize("action", ["http://127.0.0.2:9/x", "https://evil.example/x", "file:///x"])
def test_a_page_does_not_lead_to_another_host(mirror, get, action):
    form = f'<form id="download-form" action="{action}"><input name="confirm" value="t"></form>'
    mirror.answers["/a"] = page(f"<html><title>Sign in</title>{form}")
    with pytest.raises(InputError, match="a web page .Sign in. in place of the file"):
        get("/a")


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
