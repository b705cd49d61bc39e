"""Terminals: on a migrated SQLite file of one's own, on one without any table, and on PostgreSQL."""

import asyncio
import shutil
from collections.abc import Iterator
from itertools import count
from os import getpid
from pathlib import Path

import pytest

from tests.bot.cli.terminal import Terminal
from tests.postgres import Server

_NUMBERS = count()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    Terminal(folder, f"sqlite:///{folder}/xuefa.db").run("db", "upgrade")
    return folder / "xuefa.db"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """There is no database yet."""
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path, f"sqlite:///{tmp_path}/xuefa.db")


@pytest.fixture
def terminal(bare: Terminal, migrated: Path) -> Terminal:
    shutil.copyfile(migrated, bare.folder / "xuefa.db")
    return bare


@pytest.fixture(params=["terminal", "on_postgres"])
def either(request: pytest.FixtureRequest) -> Terminal:
    """On each engine, with its tables."""
    found: Terminal = request.getfixturevalue(request.param)
    if request.param == "on_postgres":
        found.run("db", "upgrade")
    return found


@pytest.fixture
def on_postgres(tmp_path: Path, postgres: Server) -> Iterator[Terminal]:
    name = f"xuefa_cli_{getpid()}_{next(_NUMBERS)}"
    url = asyncio.run(postgres.create(name))
    (tmp_path / "pg").mkdir()
    yield Terminal(tmp_path / "pg", url)
    asyncio.run(postgres.drop(name))
