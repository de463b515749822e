"""Pages in place of files."""

import pytest
from mirror_server import CONTENT, google_drive, page, status

from tripod_dlib.data.download import web
from tripod_dlib.errors import InputError


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
