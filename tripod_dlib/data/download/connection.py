"""Connections that a server cannot hold open by dripping, and redirections that stay encrypted."""

import http.client
import http.cookiejar
import io
import ssl
import time
import urllib.parse
import urllib.request

SECONDS_FOR_HEADERS = 60.0  # for all of an answer's together
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class InsecureRedirect(Exception):
    """An encrypted address leads to one that is not; the message says where."""


def opener(
    address: str, cookies: http.cookiejar.CookieJar, encrypted: bool
) -> urllib.request.OpenerDirector:
    """Keeps cookies, follows redirections within the web only; proxies are the environment's.

    Args:
      address: Where it will begin; proxies are not asked for this machine's own.
      cookies: Where they are kept.
      encrypted: Whether a redirection from https to http is refused.
    """
    local = urllib.parse.urlsplit(address).hostname in LOOPBACK
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler({} if local else None),
        urllib.request.HTTPCookieProcessor(cookies),
        _HTTPHandler(),
        _HTTPSHandler(),
        RedirectHandler(encrypted),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.UnknownHandler(),
    ):
        director.add_handler(handler)
    return director


class RedirectHandler(urllib.request.HTTPRedirectHandler):
    """Follows redirections, from https to http only where that is allowed."""

    def __init__(self, encrypted: bool):
        """Takes whether it is refused."""
        self._encrypted = encrypted

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        """The next request.

        Raises:
          InsecureRedirect: If it leaves https, and that is refused.
        """
        schemes = urllib.parse.urlsplit(req.full_url).scheme, urllib.parse.urlsplit(newurl).scheme
        if self._encrypted and schemes == ("https", "http"):
            raise InsecureRedirect(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Timed(io.RawIOBase):
    """A socket's bytes, until a moment: a read ends soon after it, however few came in each."""

    def __init__(self, raw: io.RawIOBase):
        self._raw = raw
        self.end: float | None = time.monotonic() + SECONDS_FOR_HEADERS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:
        if self.end is not None and time.monotonic() > self.end:
            raise TimeoutError
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer whose headers must all have come within their time."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self._timed = _Timed(self.fp.detach())
        self.fp = io.BufferedReader(self._timed)

    def begin(self):
        super().begin()
        self._timed.end = None


class _HTTPConnection(http.client.HTTPConnection):
    response_class = _Response


class _HTTPSConnection(http.client.HTTPSConnection):
    response_class = _Response


class _HTTPHandler(urllib.request.HTTPHandler):
    def http_open(self, request):
        return self.do_open(_HTTPConnection, request)


class _HTTPSHandler(urllib.request.HTTPSHandler):
    def https_open(self, request):
        return self.do_open(_HTTPSConnection, request, context=ssl.create_default_context())
