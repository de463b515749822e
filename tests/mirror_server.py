"""A web server on this machine that misbehaves as asked."""

import contextlib
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np

CONTENT = b"\x89HDF\r\n\x1a\n" + np.random.default_rng(0).bytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()
OTHER = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])


class Mirror:
    """Answers of addresses, and what was asked.

    Attributes:
      answers: By path; each is called with the handler.
      asked: (path with query, headers) of every request.
      address: Of the server, without a slash at the end.
    """

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.address = ""

    def ranges(self):
        """The Range header of every request, None where there was none."""
        return [headers.get("Range") for _, headers in self.asked]


@contextlib.contextmanager
def mirror_server():
    mirror = Mirror()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            mirror.asked.append((self.path, dict(self.headers)))
            answer = mirror.answers.get(urlsplit(self.path).path, status(404))
            with contextlib.suppress(ConnectionError):
                answer(self)

        def do_POST(self):
            self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    mirror.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield mirror
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def status(code, body=b"<html><title>Sorry</title></html>", **headers):
    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def page(text, **headers):
    return status(200, text.encode(), **{"Content-Type": "text/html", **headers})


def serve(content, cuts=(), ranges=True, length=True, pause=None, **headers):
    """A file.

    Args:
      content: Its bytes.
      cuts: After how many bytes each of the first answers breaks off.
      ranges: Whether parts are given.
      length: Whether it says how long it is.
      pause: An event that is waited for where the answer is cut, before the connection is closed.
      headers: Such as ETag; Last_Modified for a name with a hyphen.
    """
    left = list(cuts)

    def answer(handler):
        start, sent = 0, {name.replace("_", "-"): value for name, value in headers.items()}
        asked = handler.headers.get("Range")
        condition = handler.headers.get("If-Range")
        if asked and ranges and condition in (None, *sent.values()):
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                return status(416, b"", **{"Content-Range": f"bytes */{len(content)}"})(handler)
            handler.send_response(206)
            sent["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        else:
            handler.send_response(200)
        if length:
            sent["Content-Length"] = str(len(content) - start)
        for name, value in sent.items():
            handler.send_header(name, value)
        handler.end_headers()
        part = content[start:]
        handler.wfile.write(part[: left.pop(0)] if left else part)
        if pause is not None and len(left) < len(cuts):
            handler.wfile.flush()
            pause.wait(20)

    return answer


def google_drive(content, way, token="t0ken", cuts=()):
    """Google Drive with a large file: a page first, then the file for who confirms.

    Args:
      content: Of the file.
      way: How the page asks: "form", "post", "link" or "cookie".
      token: That confirms.
      cuts: As for `serve`.
    """
    pages = {
        "form": '<form id="download-form" action="/download" method="get"><input type="hidden" '
        f'name="id" value="x&amp;y"><input name="confirm" value="{token}">'
        '<input type="submit" value="Download anyway"></form>',
        "post": f'<form id="downloadForm" action="/download?id=x%26y&amp;confirm={token}" '
        'method="post"></form>',
        "link": f'<a href="/">Drive</a><a href="/download?id=x%26y&amp;confirm={token}">Anyway</a>',
        "cookie": "<p>too large for a scan</p>",
    }
    file = serve(content, cuts, ETag='"drive"')
    text = f"<!DOCTYPE html><html><title>Google Drive - Virus scan warning</title>{pages[way]}"
    cookie = {"Set-Cookie": f"download_warning_1={token}; Path=/"}

    def answer(handler):
        query = parse_qs(urlsplit(handler.path).query)
        if query.get("confirm") == [token] and query.get("id") == ["x&y"]:
            assert way != "cookie" or f"download_warning_1={token}" in handler.headers["Cookie"]
            return file(handler)
        return page(text, **(cookie if way == "cookie" else {}))(handler)

    return answer
