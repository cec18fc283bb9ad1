"""`make run`: bring the database, the starter content and the static files up to date, then serve the site.

Every step may be run again: what was edited in the meantime is kept.
"""

import errno
import hashlib
import os
import socket
import sys
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError

ROOT = Path(__file__).resolve().parent.parent


class CannotStart(Exception):
    """A reason that a person can act on."""


def check_address(host: str, port: str) -> None:
    """Refuse an address that cannot be served before minutes go into preparing the site."""
    if not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {port!r}. For example: make run PORT=8080")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port in TIME_WAIT is free
        try:
            trial.bind((host, int(port)))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is taken by another program."
            elif error.errno == errno.EACCES:
                reason = f"Port {port} is reserved for the administrator of this machine."
            else:
                reason = f"The address {host} port {port} cannot be served: {error.strerror}."
            raise CannotStart(f"{reason} Choose another one, for example: make run PORT=8080") from error


def prepare_site() -> str:
    """Migrate, load what is missing, collect static files; return what the first sign-in needs, or nothing."""
    say("Preparing the database …")
    call_command("migrate", interactive=False, verbosity=0)
    say("Loading the starter content (what was edited is kept) …")
    call_command("load_catalogue")
    guides = sorted(str(file) for file in (ROOT / "fixtures" / "guides").glob("*.yaml"))
    try:
        call_command("import_guide", "--publish", "--only-new", *guides)
    except CommandError as error:
        # An editor may have withdrawn a guide or an article that a newly shipped guide needs: the site serves without.
        say(f"New starter guides were left out. {error}")
    # A site of an earlier version has its entries, and nothing yet of what this version searches them by.
    call_command("rebuild_search", stdout=StringIO())
    collect_static()
    sign_in = StringIO()
    call_command("create_first_admin", stdout=sign_in)
    return sign_in.getvalue()


def collect_static() -> None:
    """Collect and compress the static files unless they are the ones of last time: it takes seconds for each start."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    wanted = static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("Collecting static files …")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted, encoding="utf-8")


def static_fingerprint() -> str:
    """What collecting depends on: the name, size and time of each source file, and the storage that they go to."""
    lines = [str(settings.STORAGES["staticfiles"])]
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            lines.append(f"{name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def serve() -> None:
    """Become gunicorn: signals reach it directly, and nothing of this process stays behind."""
    os.execv(  # noqa: S606  (our own interpreter, no shell)
        sys.executable,
        [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "config.wsgi:application"],
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        # After the settings: they read `.env`, which may name these too, and gunicorn.conf.py sees what is read here.
        host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
        check_address(host, port)
        sign_in = prepare_site()
    except (CannotStart, CommandError, ImproperlyConfigured) as reason:
        say(str(reason))
        return 1
    except DatabaseError as reason:
        say(f"The database cannot be used: {reason}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped before the site was up. Run the same command again to go on.")
        return 130
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104  (compared, not bound)
    say(f"\n  The site:  http://{shown}:{port}/\n  The admin: http://{shown}:{port}/admin/")
    if sign_in:
        say("\n" + sign_in.rstrip("\n"))
    say("\n  Ctrl-C stops it.\n")
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
