"""Requests over HTTP, their faults in words; pages in place of files are walked through."""

import contextlib
import dataclasses
import http.client
import http.cookiejar
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

from tripod_dlib.data.download.connection import InsecureRedirect, opener
from tripod_dlib.data.download.google_drive import explanation, next_request
from tripod_dlib.data.formats.file_kind import NUM_FIRST, kind_of_bytes
from tripod_dlib.storage import one_line

SECONDS_TO_WAIT = 30.0  # for the next bytes
MOST_PAGES = 3
LONGEST_REASON = 400
LONGEST_PAGE = 1_000_000
TRY_AGAIN = {408, 425, 429}
NETWORK_FAULTS = (OSError, http.client.HTTPException)
# What a parser of answers may stumble over.
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)
SECONDS_BETWEEN_LOOKS = 120.0  # at how much has come
FEWEST_BYTES = 20_000  # between two looks


class TransferError(Exception):
    """An address did not give the file.

    Attributes:
      again: Whether the same address may give it if it is asked again.
      status: HTTP's, if there was one.
    """

    def __init__(self, reason: str, again: bool = False, status: int | None = None):
        """Keeps the reason."""
        super().__init__(one_line(reason, LONGEST_REASON))
        self.again = again
        self.status = status


@dataclasses.dataclass
class Answer:
    """The beginning of a file.

    Attributes:
      response: What is read on.
      head: The bytes that were read already.
      page: Whether a page had to be confirmed.
    """

    response: http.client.HTTPResponse
    head: bytes
    page: bool = False

    @property
    def is_rest(self) -> bool:
        """Whether this is the part that was asked for; else it is the file from its beginning."""
        return self.response.status == http.client.PARTIAL_CONTENT

    def header(self, name: str) -> str:
        """A header of the answer, or ""."""
        return self.response.headers.get(name, "").strip()

    def chunks(self) -> Iterator[bytes]:
        """The bytes as they come.

        Raises:
          TransferError: If the connection breaks.
        """
        if self.head:
            yield self.head
        looked, received = time.monotonic(), 0
        while chunk := _read_some(self.response, 1 << 17):
            yield chunk
            received += len(chunk)
            if time.monotonic() > looked + SECONDS_BETWEEN_LOOKS:
                if received < FEWEST_BYTES:
                    raise TransferError(
                        f"only {received} bytes came in {SECONDS_BETWEEN_LOOKS:.0f} s", again=True
                    )
                looked, received = time.monotonic(), 0


@contextlib.contextmanager
def answered(
    address: str, ranged: dict[str, str], page: bool, encrypted: bool = False
) -> Iterator[Answer]:
    """Asks for a file, or for the rest of it.

    Args:
      address: Where.
      ranged: Headers that ask for the rest; {} for all.
      page: Whether a page that must be confirmed is expected; the rest is asked for after it.
      encrypted: Whether a redirection from https to http is refused.

    Yields:
      The answer.

    Raises:
      TransferError: If it is none, an error, or a page that leads to no file.
    """
    cookies = http.cookiejar.CookieJar()
    director = opener(address, cookies, encrypted)
    request: tuple[str, bytes | None] = (address, None)
    headers = {} if page else ranged
    for step in range(MOST_PAGES):
        with contextlib.closing(_ask(director, *request, headers)) as response:
            answer = Answer(response, _head(response), page=step > 0)
            if answer.is_rest or kind_of_bytes(answer.head) != "html":
                yield answer
                return
            text = answer.head + b"".join(_up_to(response, LONGEST_PAGE))
            text, url = text.decode("utf-8", "replace"), response.url
        following = next_request(text, url, {cookie.name: cookie.value for cookie in cookies})
        if following is None:
            raise TransferError(explanation(text))
        request, headers = following, ranged
    raise TransferError("a web page that asks for confirmation again and again")


def _ask(
    director: urllib.request.OpenerDirector, url: str, data: bytes | None, headers: dict[str, str]
) -> http.client.HTTPResponse:
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise TransferError("not an address of the web (http or https)")
    request = urllib.request.Request(url, data, headers)
    request.add_header("User-Agent", "tripod_dlib")
    try:
        return director.open(request, timeout=SECONDS_TO_WAIT)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error) from error
    except urllib.error.URLError as error:
        raise _unreached(error.reason) from error
    except InsecureRedirect as error:
        raise TransferError(
            f"it leads from https to {error}, which is not encrypted, and no hash is published by "
            "which a changed file would be noticed"
        ) from error
    except NETWORK_FAULTS as error:
        raise _unreached(error) from error
    except ValueError as error:
        raise TransferError(f"not an address that can be asked ({error})") from error


def _refused(error: urllib.error.HTTPError) -> TransferError:
    again = error.code in TRY_AGAIN or error.code >= 500
    try:
        page = error.read(LONGEST_PAGE)
    except NETWORK_FAULTS:
        page = b""
    if "quota" in (reason := explanation(page.decode("utf-8", "replace"))):
        return TransferError(reason)
    return TransferError(f"HTTP {error.code} ({error.reason})", again, error.code)


def _unreached(reason: object) -> TransferError:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return TransferError(
            f"its certificate cannot be verified ({reason.verify_message}); if all addresses fail "
            "so, this Python has no certificates: run its 'Install Certificates' (macOS), or set "
            "SSL_CERT_FILE"
        )
    if isinstance(reason, TimeoutError):
        return TransferError(f"no answer in {SECONDS_TO_WAIT:.0f} s", again=True)
    return TransferError(f"not reached ({reason})", again=True)


def _head(response: http.client.HTTPResponse) -> bytes:
    head = b""
    while len(head) < NUM_FIRST and (some := _read_some(response, NUM_FIRST - len(head))):
        head += some
    return head


def _up_to(response: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
    while most > 0 and (some := _read_some(response, most)):
        most -= len(some)
        yield some


def _read_some(response: http.client.HTTPResponse, most: int) -> bytes:
    try:
        return response.read1(most)
    except NETWORK_FAULTS as error:
        reason = (
            f"nothing came in {SECONDS_TO_WAIT:.0f} s" if isinstance(error, TimeoutError) else error
        )
        raise TransferError(f"the connection broke ({reason})", again=True) from error
