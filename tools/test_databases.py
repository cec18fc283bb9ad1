"""`make test`: the same tests on SQLite and then on PostgreSQL, saying plainly which database each run uses.

The last line printed is always pytest's own; what there is to say of the databases comes above it, from the summary
hook in tests/conftest.py, which reads POSFIX_TEST_NOTES.
"""

import getpass
import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
WORKERS = min(4, max(2, os.cpu_count() or 2))


@dataclass(frozen=True)
class Server:
    url: str
    version: str


@dataclass(frozen=True)
class NoServer:
    reason: str
    is_fault: bool = False  # somebody named a server, and it cannot be used


def ask(url: str) -> Server:
    """Ask the server at `url` for its version and whether it lets us make databases; drop what killed runs left there.

    Raises:
        psycopg2.Error: it does not answer, or not to this role.
        PermissionError: the role may not create databases.
    """
    connection = psycopg2.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), connect_timeout=3)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                raise PermissionError("the role may not create databases")
            drop_leftovers(cursor)
        return Server(url, connection.get_parameter_status("server_version").split()[0])
    finally:
        connection.close()


def drop_leftovers(cursor: "psycopg2.extensions.cursor") -> None:
    """Drop the test databases of this checkout whose run is over: one that was killed could not do it."""
    prefix = f"test_posfix_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}_"
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    for (name,) in cursor.fetchall():
        process = name.removeprefix(prefix).split("_")[0]
        if process.isdecimal() and not is_running(int(process)):
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def find_postgres() -> Server | NoServer:
    """The server that TEST_DATABASE_URL names; without one, whatever answers on this machine without a password."""
    if named := os.environ.get("TEST_DATABASE_URL"):
        try:
            return ask(named)
        except (psycopg2.Error, PermissionError) as error:
            return NoServer(f"TEST_DATABASE_URL cannot be used: {str(error).strip()}", is_fault=True)
    reasons = []
    for role in dict.fromkeys(("postgres", getpass.getuser())):
        try:
            return ask(f"postgres://{role}@127.0.0.1:5432/posfix")
        except (psycopg2.Error, PermissionError) as error:
            reasons.append(f"role {role}: {str(error).strip().splitlines()[0]}")
    return NoServer("TEST_DATABASE_URL is not set, and on 127.0.0.1:5432 " + "; ".join(reasons))


def run_tests(database_url: str, arguments: list[str], notes: list[str]) -> bool:
    """Run pytest on one database and say whether it passed. `notes` stand in its summary."""
    environment = os.environ | {"DATABASE_URL": database_url, "POSFIX_TEST_NOTES": "\n".join(notes)}
    environment.pop("POSFIX_TEST_FOLDER", None)
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(WORKERS), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    arguments = sys.argv[1:]
    notes = os.environ.get("POSFIX_TEST_NOTES", "").splitlines()
    postgres = find_postgres()
    try:
        if isinstance(postgres, NoServer):
            required = postgres.is_fault or os.environ.get("POSFIX_REQUIRE_POSTGRES") == "1"
            skipped = f"PostgreSQL: {'FAILED, because it is required and' if required else 'skipped, because'} {postgres.reason}"
            say(f"SQLite: now\n{skipped}")
            passed = run_tests("", arguments, [*notes, skipped])
            return 0 if passed and not required else 1
        server = f"PostgreSQL {postgres.version}"
        say(f"SQLite: now\n{server}: afterwards")
        on_sqlite = run_tests("", arguments, [*notes, f"{server}: follows"])
        outcome = f"SQLite: {'passed' if on_sqlite else 'FAILED, see above'}"
        say(f"\n{outcome}\n{server}: now")
        on_postgres = run_tests(postgres.url, arguments, [*notes, outcome])
        return 0 if on_sqlite and on_postgres else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
