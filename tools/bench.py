"""`make bench`: how fast the site answers, as ratios that hold on any machine. Exit status 1 where one is too large.

Each part is a module that is imported once the settings are read: its own database, nothing of this machine's `.env`.
"""

import argparse
import importlib
import os
import secrets
import sys
import tempfile
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

# Name → module with `run(repetitions, most) -> bool`, which prints what it measured and says whether that is good enough.
PARTS = {"walk": "tools.bench_walk", "search": "tools.bench_search"}


def prepare(folder: Path) -> None:
    """A site whose files are all below `folder`, with every migration and no content."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "POSFIX_ENV_FILE": os.devnull,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "testserver",
        "HTTPS": "off",
        "DEBUG": "off",
        "LOG_LEVEL": "ERROR",
        "REDIS_URL": "",
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }
    for name in ("static", "media"):
        (folder / name).mkdir()
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # The manifest of hashed names takes longer to make than everything else here, and nothing to look up.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure how fast the site answers.")
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="part", help="only these: " + ", ".join(PARTS)
    )
    parser.add_argument("--repetitions", type=int, default=300, help="requests of each kind (300)")
    parser.add_argument("--most", type=float, default=1.5, help="the largest ratio that passes (1.5)")
    options = parser.parse_args()
    if options.repetitions < 1:
        parser.error("--repetitions must be 1 or more")
    with tempfile.TemporaryDirectory(prefix="posfix-bench-") as folder:
        prepare(Path(folder))
        failed = [
            name
            for name in options.parts or PARTS
            if not importlib.import_module(PARTS[name]).run(options.repetitions, options.most)
        ]
    sys.stdout.write(f"make bench: {'failed: ' + ', '.join(failed) if failed else 'all passed'}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
