"""Pages that Google Drive answers with in place of a large file, and what they ask for."""

import html.parser
import re
import urllib.parse

FORM_NAMES = {"download-form", "downloadForm"}
COOKIE = "download_warning"
QUOTA = ("quota exceeded", "too many users have viewed or downloaded")
GOOGLE = (".google.com", ".googleusercontent.com")


def next_request(text: str, url: str, cookies: dict[str, str]) -> tuple[str, bytes | None] | None:
    """The request that confirms a download: by a form, by a link, or by a cookie.

    Args:
      text: The page.
      url: Where it came from.
      cookies: Those that came with it.

    Returns:
      url: Where to ask; of the page's own host, or Google's.
      data: The body to post; None to get.
      Or None if the page does not ask for that.
    """
    page = _Page.of(text)
    for form in page.forms:
        if form["id"] in FORM_NAMES or "confirm" in form["fields"]:
            return _submitted(form, url)
    for link in page.links:
        if "confirm" in urllib.parse.parse_qs(urllib.parse.urlsplit(link).query):
            return _allowed(urllib.parse.urljoin(url, link), url, None)
    for name, value in cookies.items():
        if name.startswith(COOKIE):
            return _with_fields(url, {"confirm": value}), None
    return None


def explanation(text: str) -> str:
    """What a page that leads to no file says, in words."""
    if any(words in text.lower() for words in QUOTA):
        return (
            "Google Drive's quota for this file is used up, too many people got it lately: try "
            "again tomorrow, or open the address in a browser and copy the file to your own Drive"
        )
    printable = re.sub(r"[^\x20-\x7e]+", " ", _Page.of(text).title)
    title = " ".join(printable.split())[:80]
    return f"a web page ({title or 'without a title'}) in place of the file"


class _Page(html.parser.HTMLParser):
    """Title, links and forms."""

    def __init__(self):
        super().__init__()
        self.title = ""
        self.links: list[str] = []
        self.forms: list[dict] = []
        self._in_title = False

    @classmethod
    def of(cls, text: str) -> "_Page":
        page = cls()
        page.feed(text)
        page.close()
        return page

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            form = {"id": given.get("id"), "action": given.get("action", ""), "fields": {}}
            self.forms.append({**form, "post": given.get("method", "").lower() == "post"})
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1]["fields"][given["name"]] = given.get("value", "")

    def handle_endtag(self, tag):
        self._in_title = False

    def handle_data(self, data):
        if self._in_title:
            self.title += data


def _submitted(form: dict, url: str) -> tuple[str, bytes | None] | None:
    action = urllib.parse.urljoin(url, form["action"])
    if form["post"]:
        return _allowed(action, url, urllib.parse.urlencode(form["fields"]).encode())
    return _allowed(_with_fields(action, form["fields"]), url, None)


def _with_fields(url: str, fields: dict[str, str]) -> str:
    parts = urllib.parse.urlsplit(url)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), **fields}
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query)))


def _allowed(leads_to: str, url: str, data: bytes | None) -> tuple[str, bytes | None] | None:
    """A page may lead on within its own host, and to Google's."""
    one, other = urllib.parse.urlsplit(leads_to), urllib.parse.urlsplit(url)
    same = (one.scheme, one.netloc) == (other.scheme, other.netloc)
    google = one.scheme == "https" and f".{one.hostname}".endswith(GOOGLE)
    return (leads_to, data) if same or google else None
