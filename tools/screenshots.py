"""`make shots`: how the main pages look on a phone and on a desk, in light and in dark, into shots/.

The site runs on a free port with a database of its own that holds the starter content only, so that two runs differ
only where the code does.
"""

import shutil
import sys
import tempfile
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

import yaml
from playwright.sync_api import Browser, sync_playwright

from tools.browser import NoBrowser, launch_options
from tools.serving import SiteDidNotStart, running_site

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "shots"
WIDTHS = (360, 1280)  # CSS pixels: a cheap phone, a desk
SCHEMES = ("light", "dark")


def an_outcome() -> str:
    """The address of the last outcome that the E324 guide's own file records a path to."""
    guide = yaml.safe_load((ROOT / "fixtures" / "guides" / "e324.yaml").read_text(encoding="utf-8"))
    path = guide["paths"][-1]
    return f"/guides/e324/{path['ends']}/?{urlencode([('v', 1), *sorted(path['answers'].items())])}"


# File name → address. The answer expected is 200, or what EXPECTED says.
PAGES = {
    "home": "/",
    "search-found": "/search/?q=e324",
    "search-unknown": "/search/?q=E999",
    "codes": "/codes/",
    "code-several-meanings": "/codes/E324/",
    "code-general": "/codes/E324/e324-general/",
    "code-contactless": "/codes/E324/contactless-other/",
    "causes": "/causes/",
    "cause": "/causes/head-worn/",
    "article-money": "/articles/query-first/",
    "article-fix": "/articles/head-worn/",
    "acquirers": "/acquirers/",
    "acquirer": "/acquirers/lakala/",
    "acquirer-clearing": "/acquirers/unionpay-95516/",
    "guides": "/guides/",
    "guide": "/guides/e324/",
    "guide-all": "/guides/e324/all/",
    "guide-outcome": an_outcome(),
    "not-found": "/no-such-page/",
    "en-home": "/en/",
    "en-search": "/en/search/?q=e324",
    "en-code": "/en/codes/E324/",
    "en-guide": "/en/guides/e324/",
    "admin-sign-in": "/admin/login/",
}
EXPECTED = {"not-found": 404}


def take(browser: Browser, address: str, width: int, scheme: str) -> list[str]:
    """Take every page once and return what is wrong with any: an unexpected answer, or a sideways scroll."""
    complaints = []
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for name, path in PAGES.items():
        response = page.goto(address + path)
        status = response.status if response else 0
        if status != EXPECTED.get(name, 200):
            complaints.append(f"{path} answers {status}")
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            complaints.append(f"{path} scrolls sideways by {beyond} px at {width} px")
        page.screenshot(path=SHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
    context.close()
    return complaints


def main() -> int:
    try:
        options = launch_options()
    except NoBrowser as reason:
        sys.stdout.write(f"{reason}\n")
        return 1
    shutil.rmtree(SHOTS, ignore_errors=True)
    SHOTS.mkdir()
    complaints: dict[str, None] = {}
    try:
        with (
            tempfile.TemporaryDirectory(prefix="posfix-shots-") as folder,
            running_site(Path(folder)) as address,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(**options)
            for width, scheme in product(WIDTHS, SCHEMES):
                complaints |= dict.fromkeys(take(browser, address, width, scheme))
            browser.close()
    except SiteDidNotStart as log:
        sys.stdout.write(f"The site did not start:\n{log}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in complaints))
    sys.stdout.write(f"{len(list(SHOTS.glob('*.png')))} screenshots in {SHOTS.name}/\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
