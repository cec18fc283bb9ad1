"""What `make run` does to a fresh checkout, to one that was interrupted, and to one where nothing has changed."""

import ast
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import bootstrap
from tools.bootstrap import BootstrapFailed, VirtualEnvironment, prepare_checkout, record_of, write_env_file


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose lock files ask for nothing, so that pip needs no network."""
    for lock in bootstrap.LOCKS.values():
        (tmp_path / lock).parent.mkdir(exist_ok=True)
        (tmp_path / lock).write_text(f"# {lock}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def quick_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments without a pip of their own: ensurepip takes seconds, and the machine's pip does as well."""
    real = subprocess.run

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[Any]":
        is_venv = "venv" in command and "--without-pip" not in command
        return real([*command, "--without-pip"] if is_venv else command, **options)

    monkeypatch.setattr("tools.bootstrap.subprocess.run", run)


@pytest.fixture
def pip_calls(monkeypatch: pytest.MonkeyPatch, quick_environments: None) -> list[str]:
    """The lock files that pip was asked to install, in order; pip itself does not run."""
    calls: list[str] = []
    real = subprocess.run

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[Any]":
        if "install" not in command:
            return real(command, **options)
        calls.append(Path(command[-1]).name)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("tools.bootstrap.subprocess.run", run)
    monkeypatch.setattr(VirtualEnvironment, "_pip", lambda _: ["pip"])
    return calls


def fake_python(folder: Path, script: str) -> Path:
    """An interpreter that obeys `script` first and is the real one for everything else."""
    file = folder / "fake-python"
    file.write_text(f'#!/bin/sh\n{script}\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    file.chmod(0o755)
    return file


class TestEnvFile:
    def test_it_is_for_its_owner_only_and_has_what_the_site_requires(self, tmp_path: Path) -> None:
        assert write_env_file(tmp_path / ".env")
        text = (tmp_path / ".env").read_text(encoding="utf-8")
        assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
        assert "ALLOWED_HOSTS=localhost,127.0.0.1,[::1]\n" in text
        assert "HTTPS=off\n" in text
        assert "DEBUG" not in text

    def test_every_checkout_has_a_key_of_its_own(self, tmp_path: Path) -> None:
        write_env_file(tmp_path / "one")
        write_env_file(tmp_path / "two")
        assert (tmp_path / "one").read_text() != (tmp_path / "two").read_text()

    @pytest.mark.parametrize("content", ["SECRET_KEY=mine\n", ""])
    def test_it_is_never_overwritten(self, tmp_path: Path, content: str) -> None:
        (tmp_path / ".env").write_text(content, encoding="utf-8")
        assert not write_env_file(tmp_path / ".env")
        assert (tmp_path / ".env").read_text(encoding="utf-8") == content


class TestInstallation:
    def test_it_is_done_once(self, checkout: Path, pip_calls: list[str]) -> None:
        prepare_checkout(checkout, development=False)
        prepare_checkout(checkout, development=False)
        assert pip_calls == ["runtime.txt"]

    def test_a_changed_lock_is_installed(self, checkout: Path, pip_calls: list[str]) -> None:
        prepare_checkout(checkout, development=False)
        (checkout / "requirements/runtime.txt").write_text("# changed\n", encoding="utf-8")
        prepare_checkout(checkout, development=False)
        assert pip_calls == ["runtime.txt", "runtime.txt"]

    def test_a_development_installation_also_runs_the_site(self, checkout: Path, pip_calls: list[str]) -> None:
        prepare_checkout(checkout, development=True)
        prepare_checkout(checkout, development=False)
        assert pip_calls == ["development.txt"]

    def test_a_runtime_installation_does_not_test_it(self, checkout: Path, pip_calls: list[str]) -> None:
        prepare_checkout(checkout, development=False)
        prepare_checkout(checkout, development=True)
        assert pip_calls == ["runtime.txt", "development.txt"]

    def test_an_interrupted_one_is_done_again(
        self, checkout: Path, monkeypatch: pytest.MonkeyPatch, quick_environments: None
    ) -> None:
        environment = VirtualEnvironment(checkout / ".venv")
        environment.make()
        lock = checkout / "requirements/runtime.txt"
        environment.stamp.write_text(f"{record_of(lock)}\n", encoding="utf-8")
        lock.write_text("# changed\n", encoding="utf-8")

        def interrupt(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(environment, "_pip", interrupt)
        with pytest.raises(KeyboardInterrupt):
            environment.install([lock])
        assert not environment.stamp.exists()

    def test_a_failure_says_what_to_do(self, checkout: Path, quick_environments: None) -> None:
        lock = checkout / "requirements/runtime.txt"
        lock.write_text("a-package-without-a-hash==1\n", encoding="utf-8")
        with pytest.raises(BootstrapFailed, match="Run the same command again"):
            prepare_checkout(checkout, development=False)
        assert not (checkout / ".venv/posfix-installed").exists()


class TestVirtualEnvironment:
    def test_a_broken_one_is_made_again(self, checkout: Path, pip_calls: list[str]) -> None:
        (checkout / ".venv/bin").mkdir(parents=True)
        (checkout / ".venv/bin/python").symlink_to("/no/such/python")
        prepare_checkout(checkout, development=False)
        assert subprocess.run([str(checkout / ".venv/bin/python"), "-c", ""], check=False).returncode == 0
        assert pip_calls == ["runtime.txt"]

    def test_without_ensurepip_the_machines_pip_installs_into_it(
        self, checkout: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Debian without python3-venv: `-m venv DIR` fails after it has made half of it.
        script = 'case "$*" in *--without-pip*) ;; "-m venv "*) mkdir -p "$3/bin"; echo no ensurepip; exit 1 ;; esac'
        monkeypatch.setattr(sys, "executable", str(fake_python(checkout, script)))
        prepare_checkout(checkout, development=False)
        inner = [str(checkout / ".venv/bin/python"), "-m", "pip", "--version"]
        assert subprocess.run(inner, capture_output=True, check=False).returncode != 0
        assert record_of(checkout / "requirements/runtime.txt") in (checkout / ".venv/posfix-installed").read_text()

    def test_where_there_is_no_pip_at_all_it_says_what_to_install(
        self, checkout: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        script = 'case "$*" in *--without-pip*) ;; "-m venv "*|"-m pip "*) exit 1 ;; esac'
        monkeypatch.setattr(sys, "executable", str(fake_python(checkout, script)))
        with pytest.raises(BootstrapFailed, match="apt-get install python3-venv"):
            prepare_checkout(checkout, development=False)

    def test_where_no_environment_can_be_made_it_says_why(
        self, checkout: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", str(fake_python(checkout, "echo no venv here; exit 1")))
        with pytest.raises(BootstrapFailed, match="no venv here"):
            prepare_checkout(checkout, development=False)


class TestCommand:
    def test_an_old_python_is_named(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setattr("tools.bootstrap.OLDEST_PYTHON", (99, 0))
        assert bootstrap.main() == 1
        assert "PYTHON=python3.12" in capsys.readouterr().out

    def test_it_can_be_read_by_a_python_that_is_too_old(self) -> None:
        # What 3.8 cannot read, it cannot answer with "too old" either.
        ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))

    def test_it_needs_nothing_installed(self) -> None:
        done = subprocess.run(
            [sys.executable, "-I", "-S", bootstrap.__file__, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0
        assert "--development" in done.stdout


def test_the_umask_does_not_open_the_env_file(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_env_file(tmp_path / ".env")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
