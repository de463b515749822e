"""Servers that lie, drip, send without end, or write to the terminal."""

import hashlib
import http.cookiejar
import socket
import threading
import time
import urllib.request

import pytest
from mirror_server import CONTENT, MD5, OTHER, SHA256, page, serve, status

from tripod_dlib.data.download import connection, web
from tripod_dlib.errors import InputError


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


def raw(*parts, pause=0.0):
    """An answer byte by byte, as it stands."""

    def answer(handler):
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)
        handler.close_connection = True

    return answer


CONTROLS = {
    "reason": raw(b"HTTP/1.0 404 \x1b]0;title\x07\x1b[2J\r\nContent-Length: 0\r\n\r\n"),
    "address": raw(b"HTTP/1.0 302 F\r\nLocation: file:///\x1b[2Jx\r\nContent-Length: 0\r\n\r\n"),
    "no status": raw(b"\x1b[31mGARBAGE\x9b2J\r\n\r\n"),
    "title": page("<html><title>\x1b[2J\u009b31m\u202e\rSign in</title>"),
    "version": raw(b"HTTP/9\x1b[2J 200 OK\r\n\r\n"),
    "header": raw(b"HTTP/1.0 200 OK\r\n\x1b[2J\x07: 1\r\n\x1b\r\n\r\n"),
}


@pytest.mark.parametrize("answer", CONTROLS.values(), ids=CONTROLS)
def test_control_characters_of_a_server_reach_nobody(mirror, get, answer, capsys):
    mirror.answers["/a"] = answer
    with pytest.raises(InputError) as error:
        get("/a")
    said = str(error.value) + capsys.readouterr().err
    assert not [c for c in said if c != "\n" and not c.isprintable()]
    assert f"{mirror.address}/a: " in said


MALFORMED = {
    "a length of another script": {"Content-Length": "\u00b2\u00b3"},
    "a length of many digits": {"Content-Length": "9" * 5000},
    "a negative length": {"Content-Length": "-5"},
    "a cookie": {"Set-Cookie": "a=b; expires=Thu, 99 Foo 99999999999999 99:99:99; max-age=x"},
    "an encoding": {"Transfer-Encoding": "chunked"},
    "a range": {"Content-Range": "bytes 0-1/x"},
}


@pytest.mark.parametrize("headers", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_answer_of_the_first_mirror_stops_nothing(mirror, get, headers):
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    begin = f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode()
    mirror.answers |= {"/a": raw(begin, b"\x89no file"), "/b": serve(CONTENT)}
    assert get("/a", "/b") == CONTENT and get.left == ["file.h5"]


@pytest.mark.parametrize(
    "text",
    ["<html><![x[y]]>", "<html><form id=download-form action='http://[1'>", "<!DOCTYPE html" * 99],
)
def test_a_malformed_page_of_the_first_mirror_stops_nothing(mirror, get, text):
    mirror.answers |= {"/a": page(text), "/b": serve(CONTENT)}
    assert get("/a", "/b") == CONTENT


def test_a_redirection_to_a_malformed_address_stops_nothing(mirror, get):
    for address in ("http://[::1", "http://" + "a" * 99 + ".example/", "//\t", "http://x:y/"):
        mirror.answers["/a"] = status(302, Location=address)
        mirror.answers["/b"] = serve(CONTENT)
        assert get("/a", "/b") == CONTENT
        (get.folder / "file.h5").unlink()


def redirected(begin, end, encrypted):
    handler = connection.RedirectHandler(encrypted)
    return handler.redirect_request(urllib.request.Request(begin), None, 302, "", {}, end)


def test_from_https_to_http_is_refused_where_no_hash_tells_a_changed_file():
    with pytest.raises(connection.InsecureRedirect, match="http://b.example/x"):
        redirected("https://a.example/x", "http://b.example/x", encrypted=True)
    for begin, end, encrypted in (
        ("https://a.example/x", "https://b.example/x", True),
        ("http://a.example/x", "http://b.example/x", True),
        ("https://a.example/x", "http://b.example/x", False),
    ):
        assert redirected(begin, end, encrypted).full_url == end


@pytest.mark.parametrize("hashed", [True, False])
def test_whether_a_hash_is_published_decides_on_redirections(mirror, get, monkeypatch, hashed):
    asked = []

    def leads_away(self, request, timeout):
        raise connection.InsecureRedirect("http://evil.example/x\x1b[2J")

    director = type("Director", (), {"open": leads_away})
    monkeypatch.setattr(
        web, "opener", lambda address, cookies, encrypted: asked.append(encrypted) or director()
    )
    with pytest.raises(InputError, match=r"from https to http://evil.example/x\\x1b\[2J, which"):
        get("/a", **({} if hashed else {"size": None, "sha256": None}))
    assert asked[0] is not hashed


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"\x89HDF\r\n\x1a\n")
    while True:
        handler.wfile.write(bytes(100_000))


@pytest.mark.parametrize("published", [True, False])
def test_a_body_without_an_end_is_bounded(mirror, get, published):
    mirror.answers["/a"] = endless
    known = {} if published else {"size": None, "sha256": None}
    with pytest.raises(InputError, match="it sends more than (the 300008|500000) bytes"):
        get("/a", most=500_000, **known)
    assert sum(path.stat().st_size for path in get.folder.glob("file.h5*")) < 600_000
    mirror.answers["/a"] = serve(CONTENT)
    with pytest.raises(InputError, match="it offers 300008 bytes; 1000 are the most"):
        get("/a", size=None, sha256=None, most=1000)


def test_headers_that_are_dripped_are_not_waited_for_without_end(mirror, get, monkeypatch):
    monkeypatch.setattr(connection, "SECONDS_FOR_HEADERS", 0.4)
    drip = b"HTTP/1.1 200 OK\r\n" + b"X-Slow: 1\r\n" * 1000
    mirror.answers["/a"] = raw(*(bytes([byte]) for byte in drip), pause=0.05)
    begun = time.monotonic()
    with pytest.raises(InputError, match="no answer in "):
        get("/a")
    assert time.monotonic() - begun < 15


def test_a_body_that_is_dripped_is_given_up(mirror, get, monkeypatch):
    monkeypatch.setattr(web, "SECONDS_BETWEEN_LOOKS", 0.2)
    begin = f"HTTP/1.1 200 OK\r\nContent-Length: {len(CONTENT)}\r\n\r\n".encode()
    drip = (CONTENT[place : place + 1] for place in range(600, 1000))
    mirror.answers["/a"] = raw(begin, CONTENT[:600], *drip, pause=0.05)
    with pytest.raises(InputError, match="bytes came in 0 s"):
        get("/a")


@pytest.mark.parametrize(
    "note",
    ['{"address": 3}', "[" * 100_000, '{"address": "x", "etag": "a\\r\\nB: c", "total": "many"}'],
    ids=["a number", "nested", "of other types"],
)
def test_a_part_whose_note_was_made_up_is_got_anew(mirror, get, note):
    get.folder.mkdir()
    (get.folder / "file.h5.partial").write_bytes(CONTENT[:1000])
    (get.folder / "file.h5.partial.json").write_text(note)
    mirror.answers["/a"] = serve(CONTENT)
    assert get("/a") == CONTENT and mirror.ranges() == [None]


def test_proxies_are_not_asked_for_this_machine_s_own_addresses(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    for address, proxied in (("http://localhost/x", False), ("http://a.example/x", True)):
        director = connection.opener(address, http.cookiejar.CookieJar(), True)
        kinds = map(type, director.handle_open["http"])
        assert (urllib.request.ProxyHandler in kinds) is proxied
