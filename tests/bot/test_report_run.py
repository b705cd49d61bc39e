"""The child process of a report by itself: its order, its manners, and that it never outlives anybody."""

import asyncio
import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uvloop

from bot.config import Config, DatabaseSection, WeComSection
from bot.report_child import FILE, NICENESS
from bot.report_run import COMMAND, PREFIX, clear_abandoned, config_for_child, content_of, written
from storage import migrating
from storage.database import Database, open_database
from tests.bot.exporting import children, order, table
from tests.databases import on_sqlite
from tests.handlers.report_city import build

PRIORITY, SESSION = 16, 3  # places in /proc/PID/stat behind the name


async def still_mine() -> bool:
    return True


async def appeared() -> tuple[int, list[str]]:
    """The child that was just started, as soon as it is nice."""
    async with asyncio.timeout(20):
        while True:
            for pid, stat in children().items():
                if int(stat[PRIORITY]) == NICENESS:
                    return pid, stat
            await asyncio.sleep(0.01)


def names(folder: Path) -> list[str]:
    return sorted(left.name for left in folder.iterdir())


def arguments(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode()


@contextlib.asynccontextmanager
async def writing(work: Awaitable[bool]) -> AsyncIterator[asyncio.Task[bool]]:
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@on_sqlite
async def test_it_is_nice_and_has_a_session_of_its_own(database: Database, tmp_path: Path) -> None:
    await build(database)
    async with writing(written(order(database, tmp_path), still_mine)) as task:
        pid, stat = await appeared()
        assert int(stat[SESSION]) == pid
        assert database.url.render_as_string(hide_password=False) not in arguments(pid)
        assert await task
    assert table((tmp_path / FILE).read_bytes())[0][0] == "序号"
    assert names(tmp_path) == [FILE]


@on_sqlite
async def test_one_that_is_killed_wrote_nothing(database: Database, tmp_path: Path) -> None:
    await build(database)
    async with writing(written(order(database, tmp_path), still_mine)) as task:
        pid, _ = await appeared()
        os.kill(pid, signal.SIGKILL)
        assert not await task


@on_sqlite
@pytest.mark.parametrize("why", ["time is up", "lease is lost", "cancelled"])
async def test_it_is_killed_when(database: Database, tmp_path: Path, why: str) -> None:
    async def renew() -> bool:
        return why != "lease is lost"

    limits: dict[str, Any] = {"limit_seconds": 0.3, "renew_seconds": 0.1}
    if why != "time is up":
        limits["limit_seconds"] = 60.0
    if why == "cancelled":
        limits["renew_seconds"] = 30.0
    started = time.monotonic()
    async with writing(written(order(database, tmp_path), renew, **limits)) as task:
        if why == "cancelled":
            await appeared()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            assert not await task
    assert time.monotonic() - started < 20
    assert children() == {}


@on_sqlite
async def test_it_ends_with_the_bot_and_takes_the_folder_along(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    asked = msgspec.json.encode(order(database, folder)) + b"\n"
    ended = await asyncio.to_thread(
        subprocess.run, COMMAND, input=asked, timeout=30, stdout=subprocess.DEVNULL, check=False
    )
    assert ended.returncode == 1
    assert not folder.exists()


@pytest.mark.parametrize("make_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_on_both_event_loops(make_loop: Callable[[], asyncio.AbstractEventLoop], tmp_path: Path) -> None:
    async def made() -> tuple[bool, bool]:
        database = open_database(f"sqlite:///{tmp_path}/city.db")
        try:
            await migrating.upgrade(database)
            await build(database)
            good = await written(order(database, tmp_path, kind="lines"), still_mine)
            bad = await written(order(database, tmp_path, units=("nowhere",)), still_mine)
            late = await written(order(database, tmp_path), still_mine, limit_seconds=0.2)
        finally:
            await database.close()
        return good, bad or late

    with asyncio.Runner(loop_factory=make_loop) as runner:
        assert runner.run(made()) == (True, False)
    assert len(table((tmp_path / FILE).read_bytes())) > 12
    assert children() == {}


def test_of_the_secrets_it_knows_only_the_databases() -> None:
    keys = WeComSection("wx1", 7, "the-app-secret", "QDG6eKtoken", "aeskey" * 7, contact_secret="contact")
    held = Config(
        database=DatabaseSection(url="postgresql://a:geheim@h/d", migrate_url="postgresql://owner:gross@h/d"),
        wecom=keys,
        telegram={"token": "father-secret"},
    )
    told = bytes(config_for_child(held))
    assert not any(
        word in told for word in (b"the-app-secret", b"QDG6eK", b"aeskey", b'contact"', b"gross", b"father-secret")
    )
    assert msgspec.json.decode(told, type=Config) == Config(
        database=DatabaseSection(url="postgresql://a:geheim@h/d")
    )


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"x" * 100)
    assert content_of(tmp_path, 100) == b"x" * 100
    assert content_of(tmp_path, 99) is None


def test_what_was_left_behind_is_cleared_when_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new, other = (tmp_path / name for name in (f"{PREFIX}old", f"{PREFIX}new", "other"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / FILE).write_bytes(b"x")
    for folder in (old, other):
        os.utime(folder, (time.time() - 4000, time.time() - 4000))
    clear_abandoned()
    assert names(tmp_path) == ["other", f"{PREFIX}new"]
