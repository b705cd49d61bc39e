"""`xuefa serve` that cannot start: one line, exit 1. (What it does when it can is for the tests of the whole.)"""

import fcntl
import socket
import subprocess
import sys
from pathlib import Path

from tests.bot.cli.terminal import SECRETS, Terminal


def refusal(terminal: Terminal, *words: str) -> str:
    """In a process of its own, because it sets up the logs."""
    command = [sys.executable, "-m", "bot", "serve", *words, "--config", str(terminal.config)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=terminal.folder)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert not any(secret in ended.stderr for secret in SECRETS)
    return ended.stderr.splitlines()[-1]


def test_a_port_that_is_taken(terminal: Terminal) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        terminal.config.write_text(f"{terminal.config.read_text()}[server]\nport = {port}\n")
        said = refusal(terminal)
    assert f"127.0.0.1:{port}" in said
    assert "占用" in said


def test_a_second_one_on_the_same_sqlite_database(terminal: Terminal) -> None:
    with Path(f"{terminal.folder}/xuefa.db.serving").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        assert "已有一个 xuefa serve 在运行" in refusal(terminal)


def test_keys_that_are_missing(terminal: Terminal) -> None:
    terminal.config.write_text(terminal.config.read_text().replace('secret = "the-app-secret"', 'secret = ""'))
    assert "wecom.secret 未填写" in refusal(terminal)


def test_without_migrating_on_a_database_without_tables(bare: Terminal) -> None:
    assert "还没有建表" in refusal(bare, "--no-migrate")
