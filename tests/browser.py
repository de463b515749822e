"""Pages in headless Chromium; tests that need it are skipped, with words, where it is not there."""

import json
import re
import shutil
import subprocess

import pytest

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
needs_browser = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium"),
]
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
RESULT = re.compile(r'<pre id="result">(.*?)</pre>', re.DOTALL)
WATCH = (
    "<script>window.errors = [];window.onerror = (text) => { errors.push(String(text)); };"
    "window.onunhandledrejection = (event) => { errors.push(String(event.reason)); };"
    "addEventListener('securitypolicyviolation', (event) => { errors.push(event.blockedURI); });"
    "</script>"
)


def in_browser(text, tmp_path, script, size="1200,900"):
    """What a script, which may await, gives at the end of a page; the page makes no errors.

    Args:
      text: The page.
      tmp_path: Where it may lie.
      script: JavaScript that ends with `return`.
      size: Of the window.
    """
    ending = (
        f"<script>(async () => {{ const found = await (async () => {{ {script} }})();"
        "const result = document.createElement('pre'); result.id = 'result';"
        "result.textContent = JSON.stringify({found, errors: window.errors});"
        "document.body.append(result); })();</script>"
    )
    path = tmp_path / "page.html"
    text = text.replace("<head>", f"<head>{WATCH}", 1)
    path.write_text(f"{ending}</body>".join(text.rsplit("</body>", 1)))
    command = [BROWSER, *QUIET, f"--window-size={size}", "--virtual-time-budget=20000"]
    command += [f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", path.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=240).stdout
    found = RESULT.search(shown)
    assert found, shown[-2000:]
    content = found[1].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    result = json.loads(content.replace("&amp;", "&"))
    assert result["errors"] == []
    return result["found"]
