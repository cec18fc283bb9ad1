"""The browser that tests and screenshots drive: the machine's own Chromium."""

import os
import shutil
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Nothing that Chromium does on its own account: no look-ups, no updates, no half-supported graphics.
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """There is no Chromium to drive."""


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` takes. The variable CHROMIUM names another executable.

    Raises:
        NoBrowser: with what to do about it.
    """
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise NoBrowser("Chromium is not installed (Debian: apt-get install chromium); CHROMIUM=/path/to/it names one")
    # Chromium's sandbox refuses to run as root, which containers often are.
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": executable, "args": [*ARGUMENTS, *as_root]}
