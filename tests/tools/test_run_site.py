"""Serving: the address is checked first, and the server takes what the site wants to answer."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.run_site import CannotStart, check_address, collect_static
from tools.serving import answers

ROOT = Path(__file__).resolve().parent.parent.parent


class TestAddress:
    def test_a_taken_port_is_named_with_the_way_out(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            with pytest.raises(CannotStart, match=f"Port {port} is taken.*make run PORT="):
                check_address("127.0.0.1", port)

    @pytest.mark.parametrize("port", ["", "abc", "0", "65536", "-1", "８０００"])
    def test_a_port_that_is_none(self, port: str) -> None:
        with pytest.raises(CannotStart, match="PORT must be a number"):
            check_address("127.0.0.1", port)

    def test_an_address_of_another_machine(self) -> None:
        with pytest.raises(CannotStart, match="cannot be served"):
            check_address("192.0.2.1", "8000")


class TestStaticFiles:
    @pytest.fixture
    def collected(self, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """How often they were collected; the sources are below `source`."""
        (tmp_path / "source").mkdir()
        (tmp_path / "target").mkdir()
        settings.STATICFILES_DIRS = [tmp_path / "source"]
        settings.STATIC_ROOT = tmp_path / "target"
        calls: list[str] = []
        monkeypatch.setattr("tools.run_site.call_command", lambda name, **_: calls.append(name))
        return calls

    def test_they_are_collected_when_one_has_changed(self, tmp_path: Path, collected: list[str]) -> None:
        collect_static()
        collect_static()
        assert len(collected) == 1
        (tmp_path / "source" / "new.css").write_text("a{}")
        collect_static()
        assert len(collected) == 2

    def test_they_are_collected_again_after_an_interruption(
        self, collected: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        collect_static()
        with monkeypatch.context() as patch:
            patch.setattr("tools.run_site.static_fingerprint", lambda: "changed")
            patch.setattr("tools.run_site.call_command", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                collect_static()
        collect_static()
        assert len(collected) == 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """gunicorn with the site's own configuration: its address and its log."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    log = folder / "log"
    environment = os.environ | {"PORT": str(port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"}
    environment |= {"DATABASE_URL": f"sqlite:///{folder}/none.sqlite3"}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "config.wsgi:application"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        assert answers(address, process), log.read_text()
        yield address, log
    finally:
        process.terminate()
        process.wait(timeout=30)


class TestServer:
    def test_a_search_of_ninety_kilobytes_reaches_the_site(self, server: tuple[str, Path]) -> None:
        address, _ = server
        with urllib.request.urlopen(f"{address}/healthz?q={'%E5%8D%A1' * 10_000}", timeout=10) as response:
            assert (response.status, response.read()) == (200, b"ok")

    def test_there_still_is_a_limit(self, server: tuple[str, Path]) -> None:
        address, _ = server
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/healthz?q={'x' * 200_000}", timeout=10)
        assert refused.value.code in {400, 414}
        refused.value.close()

    def test_its_log_holds_neither_queries_nor_anything_but_json(self, server: tuple[str, Path]) -> None:
        address, log = server
        urllib.request.urlopen(f"{address}/healthz?q=somebodys-secret", timeout=10).close()
        urllib.request.urlopen(f"{address}/robots.txt?q=somebodys-secret", timeout=10).close()
        lines = log.read_text().splitlines()
        assert any('"/robots.txt"' in line for line in lines)
        assert all(line.startswith("{") for line in lines)
        assert "somebodys-secret" not in log.read_text()

    def test_its_word_on_a_request_that_failed_is_cut_before_the_query(self) -> None:
        code = (
            "import logging.config, runpy\n"
            "logging.config.dictConfig(runpy.run_path('gunicorn.conf.py')['logconfig_dict'])\n"
            "logging.getLogger('gunicorn.error').error('Error handling request %s', '/search/?q=somebodys-secret')\n"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        assert json.loads(done.stderr)["message"] == "Error handling request /search/?…"
