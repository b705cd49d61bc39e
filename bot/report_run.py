"""The bot's side of a report's child process: a folder for it, the order on its stdin, a lease while it works.

The child is killed with its whole session when the time is up, the lease is lost, or the bot stops. A folder that
a killed bot and a killed child left behind is cleared at the next start.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import structs

from bot.config import Config, DatabaseSection, WeComSection
from bot.report_child import FILE, Order

LIMIT_SECONDS: Final = 15 * 60.0
RENEW_SECONDS: Final = 20.0
PREFIX: Final = "xuefa-report-"
ABANDONED_SECONDS: Final = 3600  # longer than any child lives
COMMAND: Final = (sys.executable, "-m", "bot.report_child")


def config_for_child(config: Config) -> msgspec.Raw:
    """All rules, and of secrets only the database's."""
    plain = structs.replace(
        config,
        database=DatabaseSection(url=config.database.url),
        wecom=WeComSection(),
        telegram={},
        aibot={},
    )
    return msgspec.Raw(msgspec.json.encode(plain))


@contextlib.asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    """Readable by this account only, and gone at the end."""
    made = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=PREFIX))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def clear_abandoned() -> None:
    """Folders of this account that nobody can still be working in. Blocks."""
    oldest = time.time() - ABANDONED_SECONDS
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            found = left.stat()
            if found.st_uid == os.getuid() and found.st_mtime < oldest:
                shutil.rmtree(left, ignore_errors=True)


async def written(
    order: Order,
    renew: Callable[[], Awaitable[bool]],
    *,
    limit_seconds: float = LIMIT_SECONDS,
    renew_seconds: float = RENEW_SECONDS,
) -> bool:
    """Whether a child wrote the whole file. `renew` is called while it works; its False ends the work."""
    child = await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=DEVNULL, start_new_session=True)
    try:
        await _tell(child, order)
        loop = asyncio.get_running_loop()
        ends = loop.time() + limit_seconds
        while (left := ends - loop.time()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(renew_seconds, left)):
                    return await child.wait() == 0
            if not await renew():
                return False
        return False
    finally:
        await _end(child)


async def _tell(child: Process, order: Order) -> None:
    """Its stdin stays open: the child lives as long as it does."""
    if child.stdin is None:
        raise RuntimeError("a child without stdin")
    with contextlib.suppress(ConnectionError):  # it died already, which its exit says as well
        child.stdin.write(msgspec.json.encode(order) + b"\n")
        await child.stdin.drain()


async def _end(child: Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
    if child.stdin is not None:
        child.stdin.close()
        with contextlib.suppress(ConnectionError):
            await child.stdin.wait_closed()


def content_of(place: Path, most_bytes: int) -> bytes | None:
    """The file; None when it is larger. Blocks."""
    file = place / FILE
    return None if file.stat().st_size > most_bytes else file.read_bytes()
