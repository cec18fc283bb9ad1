"""`make check`: everything that can be said of the code without running its tests.

Each step names itself; all of them run, so that one round shows everything; the exit code is non-zero if any failed.
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

STEPS: dict[str, list[str]] = {
    "format": [f"{BIN}/ruff", "format", "--check", "--output-format", "concise"],
    "lint": [f"{BIN}/ruff", "check", "--output-format", "concise"],
    "types": [f"{BIN}/mypy"],
    "imports": [f"{BIN}/lint-imports", "--no-logo"],
    "templates": [f"{BIN}/djlint", "--lint", "templates"],
    "deployment": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "guides": [PYTHON, "manage.py", "check_guides", *sorted(str(path) for path in ROOT.glob("fixtures/guides/*.yaml"))],
    "content": [PYTHON, "manage.py", "check_content", "--folder", "fixtures"],
    "locks": [PYTHON, "-m", "tools.check_requirements"],
    "translations": [PYTHON, "-m", "tools.check_translations"],
}


def production_environment() -> dict[str, str]:
    """This process's environment, with the settings of a public site instead of those of the machine's `.env`."""
    return os.environ | {
        "POSFIX_ENV_FILE": os.devnull,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "posfix.example",
        "HTTPS": "on",
        "DEBUG": "off",
        "DATABASE_URL": "sqlite://:memory:",
    }


def run_step(name: str, environment: dict[str, str]) -> bool:
    """Run one step; its output is shown where it failed and kept quiet where it did not."""
    sys.stdout.write(f"{name:<13}")
    sys.stdout.flush()
    started = time.monotonic()
    done = subprocess.run(
        STEPS[name], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    passed = done.returncode == 0
    sys.stdout.write(f"{'ok' if passed else 'FAILED':<7} {time.monotonic() - started:5.1f} s\n")
    if not passed:
        sys.stdout.write("".join(f"    {line}\n" for line in done.stdout.rstrip().splitlines()))
    sys.stdout.flush()
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description="Check the code without running its tests.")
    parser.add_argument(
        "steps", nargs="*", choices=[*STEPS, []], metavar="step", help="only these: " + ", ".join(STEPS)
    )
    chosen = parser.parse_args().steps or list(STEPS)
    environment = production_environment()
    failed = [name for name in chosen if not run_step(name, environment)]
    sys.stdout.write(f"make check: {'failed: ' + ', '.join(failed) if failed else 'all passed'}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
