"""Make a fresh checkout runnable: a virtual environment, the locked packages, a first `.env`.

Runs under whatever Python the machine has, before anything is installed: hence the standard library only, and no
syntax that an old Python cannot read up to the line that says it is too old.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 11)
LOCKS = {"runtime": "requirements/runtime.txt", "development": "requirements/development.txt"}

ENV_FILE = """\
# Written once by `make run` for a trial on this machine, and never changed afterwards; see .env.example.
SECRET_KEY={secret_key}
ALLOWED_HOSTS=localhost,127.0.0.1,[::1]
# Plain HTTP, for this machine only. A public site keeps HTTPS on.
HTTPS=off
"""


class BootstrapFailed(Exception):
    """A reason that a person can act on."""


def prepare_checkout(root: Path, *, development: bool) -> None:
    """Bring `root` to where `.venv/bin/python manage.py …` works. Cheap when nothing has changed."""
    environment = VirtualEnvironment(root / ".venv")
    environment.make()
    locks = [root / LOCKS["runtime"]]
    if development:
        locks.append(root / LOCKS["development"])
    environment.install(locks)
    if write_env_file(root / ".env"):
        say("Wrote .env with settings for this machine.")


class VirtualEnvironment:
    """A virtual environment and the record of which lock files it holds.

    The record is removed before an installation and written after it: one that was interrupted is done again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"
        self.stamp = folder / "posfix-installed"

    def make(self) -> None:
        """Create the environment unless a working one is there.

        Debian without python3-venv has no ensurepip; the environment is then made without pip, and the machine's own
        pip installs into it.
        """
        if self._answers("import sys; sys.exit(sys.version_info < (3, 11))"):
            return
        say("Creating the virtual environment in .venv …")
        complaints = []
        for options in ([], ["--without-pip"]):
            shutil.rmtree(self.folder, ignore_errors=True)
            made = subprocess.run(
                [sys.executable, "-m", "venv", *options, str(self.folder)], capture_output=True, text=True, check=False
            )
            if made.returncode == 0:
                return
            complaints.append((made.stdout + made.stderr).strip())
        raise BootstrapFailed("This Python cannot make a virtual environment:\n\n" + "\n\n".join(complaints))

    def install(self, locks: list[Path]) -> None:
        """Install the last of `locks`, which contains those before it; do nothing when that has been done."""
        lock = locks[-1]
        if record_of(lock) in self._records():
            return
        count = len(re.findall(r"(?m)^[A-Za-z0-9].*==", lock.read_text(encoding="utf-8")))
        say(f"Installing {count} packages from {lock.parent.name}/{lock.name}; this can take a few minutes …")
        self.stamp.unlink(missing_ok=True)
        command = [*self._pip(), "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        if subprocess.run([*command, "--requirement", str(lock)], check=False).returncode != 0:
            raise BootstrapFailed(
                "The packages could not be installed; pip says why above. Run the same command again;\n"
                "if it fails in the same way, delete .venv first."
            )
        fresh = self.stamp.with_suffix(".new")
        fresh.write_text("".join(f"{record_of(name)}\n" for name in locks), encoding="utf-8")
        fresh.replace(self.stamp)

    def _records(self) -> list[str]:
        return self.stamp.read_text(encoding="utf-8").splitlines() if self.stamp.exists() else []

    def _answers(self, code: str) -> bool:
        """Whether the environment's Python runs `code` without complaint."""
        try:
            return subprocess.run([str(self.python), "-c", code], capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def _pip(self) -> list[str]:
        inner = [str(self.python), "-m", "pip"]
        outer = [sys.executable, "-m", "pip", "--python", str(self.python)]
        for command in (inner, outer):
            if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
                return command
        raise BootstrapFailed(
            "There is no pip for the virtual environment: this Python has neither ensurepip nor a pip of version 22.3\n"
            "or later. On Debian and Ubuntu: apt-get install python3-venv (or python3-pip), then run this again."
        )


def record_of(lock: Path) -> str:
    """The line in the stamp that says: this lock file, with exactly these bytes, is installed."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def write_env_file(path: Path) -> bool:
    """Write a first `.env`, readable by its owner only, and say whether it was needed. An existing one is kept."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(ENV_FILE.format(secret_key=secrets.token_urlsafe(50)))
    return True


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        say(
            f"posfix needs Python 3.11 or later, and {sys.executable} is {sys.version.split()[0]}.\n"
            "Name a newer one, for example: make run PYTHON=python3.12"
        )
        return 1
    parser = argparse.ArgumentParser(description="Create .venv, install the locked packages, write a first .env.")
    parser.add_argument("--development", action="store_true", help="also what tests and checks need")
    options = parser.parse_args()
    try:
        prepare_checkout(ROOT, development=options.development)
    except BootstrapFailed as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Run the same command again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
