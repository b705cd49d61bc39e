"""A bot that makes reports, for the tests: a stage with the real exporter and its real child processes."""

import asyncio
import contextlib
import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from python_calamine import CalamineWorkbook

from bot.config import Config, DatabaseSection
from bot.exporter import Exporter
from bot.metrics import Metrics
from bot.report_child import Order
from bot.report_run import config_for_child
from handlers.actions.heads import Key
from handlers.heads_job import HeadsJob
from storage.database import Database
from tests.handlers.stage import MONDAY, Stage, at

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def exporter_of(stage: Stage, **changed: Any) -> Exporter:
    """A process of its own on the stage's database, with the stage's wire and clock."""
    database = changed.pop("database", stage.database)
    config = changed.pop("config", Config(database=DatabaseSection(url=address(stage.database))))
    heads = HeadsJob("wecom", lambda push, ref, mass: stage.wire.freeze(push, ref, mass=mass), lambda: Key(PRIVATE))
    channels = {stage.wire.name: stage.wire}
    return Exporter(
        database, channels, config, stage.rules, heads, stage.clock, Metrics(), stage.sender.wake, **changed
    )


def files(stage: Stage) -> list[tuple[tuple[str, ...], str, bytes]]:
    """Receivers, name and content of every file that was delivered."""
    return [
        (d.receivers, d.file.name, d.file.content) for d, _ in stage.wire.sent if d.file and d.file.type == "file"
    ]


def table(content: bytes) -> list[list[Any]]:
    """The first sheet."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def column(rows: list[list[Any]], header: str) -> list[Any]:
    """Of the numbered rows, those of the report's body."""
    place = rows[0].index(header)
    return [row[place] for row in rows[1:] if isinstance(row[0], int | float)]


def order(database: Database, folder: Path, **changed: Any) -> Order:
    config = config_for_child(Config(database=DatabaseSection(url=address(database))))
    held: dict[str, Any] = {
        "number": 7,
        "kind": "summary",
        "year": 2026,
        "units": (),
        "within": (),
        "now": at(MONDAY),
        "folder": str(folder),
        "config": config,
    }
    return Order(**{**held, **changed})


def children() -> dict[int, list[str]]:
    """The report children of this process that live: pid → the fields of /proc/PID/stat behind its name."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().split(b"\0")
            stat = (place / "stat").read_text().rpartition(") ")[2].split()
            if b"bot.report_child" in words and int(stat[1]) == os.getpid() and stat[0] != "Z":
                found[int(place.name)] = stat
    return found


async def begun() -> set[int]:
    """The pids of the children, as soon as there is one."""
    async with asyncio.timeout(20):
        while not children():  # noqa: ASYNC110 - another process has no event
            await asyncio.sleep(0.01)
    return set(children())


class Died(BaseException):
    """The process was killed here."""


@dataclass
class Mortal:
    """A database of a process that dies at one of its transactions: before it, at its end, or behind it."""

    database: Database
    life: int
    steps: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.database, name)

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if len(self.steps) > self.life:
            raise Died(name)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        self._step("before")
        async with self.database.write() as tx:
            yield tx
            self._step("uncommitted")
        self._step("committed")

    def as_database(self) -> Database:
        return cast(Database, self)
