"""A site of its own for screenshots and browser tests: another process, a free port, nothing of this machine's `.env`."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


class SiteDidNotStart(Exception):
    """With the end of its log."""


@contextmanager
def running_site(folder: Path, *, database_url: str = "") -> Iterator[str]:
    """The address of a site with starter content, served as `make run` does, up until the block ends.

    All that it writes is below `folder`: the database unless `database_url` names another, files, and `site.log`,
    which also holds the first sign-in.

    Raises:
        SiteDidNotStart: with the end of its log.
    """
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environment = os.environ | {
        "POSFIX_ENV_FILE": os.devnull,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "off",
        "DEBUG": "off",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "DATABASE_URL": database_url or f"sqlite:///{folder}/posfix.sqlite3",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }
    log = folder / "site.log"
    with log.open("w", encoding="utf-8") as output:
        site = subprocess.Popen(
            [sys.executable, "-m", "tools.run_site"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        address = f"http://127.0.0.1:{port}"
        if not answers(address, site):
            raise SiteDidNotStart(log.read_text(encoding="utf-8")[-3000:])
        yield address
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait(timeout=30)


def answers(address: str, site: "subprocess.Popen[bytes]") -> bool:
    """Wait until the site at `address` answers; give up when its process has ended or START_SECONDS are over."""
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and site.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310  (our own http address)
                return True
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    return False
