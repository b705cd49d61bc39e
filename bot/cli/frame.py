"""What every command shares: the configuration, one JSON document on demand, and how a refusal is said.

Exit 0 on success, 1 on a refusal (one clear line on standard error), 2 on bad usage.
"""

import asyncio
import contextlib
import gc
import getpass
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from bot import config
from bot.cli.machine import of_the_database, of_the_system
from bot.cli.options import PATH
from bot.config import BadConfig, Config
from handlers.texts.heads import lost as without_head
from handlers.texts.refusals import said
from storage import migrating
from storage.database import Database, open_database
from training.chains import HeadLost
from training.errors import Refusal

DEFAULT_CONFIG: Final = Path("config.toml")


@dataclass(eq=False)
class Refused(Exception):
    """A command cannot be done; `sentence` says why and what to do, in one line.

    `told`: the JSON document has been printed, with what is wrong in it.
    """

    sentence: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One run of a command."""

    config_path: Path
    json: bool

    def config(self) -> Config:
        return config.load(self.config_path)

    @contextlib.asynccontextmanager
    async def database(
        self, *, migrated: bool = True, owner: bool = False, creates: bool = False
    ) -> AsyncIterator[Database]:
        """The configured database; `migrated` demands that its form is this version's. Raises: Refused.

        `owner` is for what changes its form: on PostgreSQL the app's own role may not. `creates` is for imports,
        which begin an installation: what only reads must not find nothing in a database whose address is misspelt.
        """
        section = self.config().database
        database = open_database(section.migrate_url if owner and section.migrate_url else section.url)
        try:
            if migrated:
                if creates:
                    await self._give_tables(database)
                await demand_migrated(database)
            yield database
        finally:
            await database.close()

    async def _give_tables(self, database: Database) -> None:
        """To a database without any, because nothing can be lost; an older one waits for `db upgrade`."""
        if not await revision_of(database):
            async with self.database(migrated=False, owner=True) as owner:
                await migrating.upgrade(owner)

    def tell(self, document: dict[str, Any], *lines: str) -> None:
        """The document with --json, else the lines."""
        if self.json:
            click.echo(msgspec.json.encode(document).decode())
            return
        for line in lines:
            click.echo(line)


async def demand_migrated(database: Database) -> None:
    """Raises: Refused."""
    found = await revision_of(database)
    if found != migrating.newest():
        what = "还没有建表" if not found else f"的表结构（{found}）不是本版本的"
        raise Refused(f"数据库{what}，请先运行 xuefa db upgrade（xuefa serve 会自动完成）。")


async def revision_of(database: Database) -> str:
    """Raises: Refused."""
    try:
        return await migrating.revision(database)
    except migrating.NewerDatabase as newer:
        raise Refused(f"数据库由更新的版本写成（{newer.revision}），请升级本程序，或用备份恢复。") from None
    except migrating.Unreachable as unreachable:
        raise Refused(f"打不开数据库（{unreachable.reason}），请检查配置中的 database.url。") from None


def operator() -> str:
    """Who runs the command line, for the audit log: the system account."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):
        return "cli"


COLLECT_AFTER: Final = (100_000, 20, 100)  # allocations; a file of a million rows makes many, all soon gone


def runs(work: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Make a coroutine function a command: `--config` and `--json`, a loop, refusals in one line.

    Put it below `@click.command`; the coroutine gets a `Call` first.
    """

    @click.option(
        "--config",
        "config_path",
        type=PATH,
        default=None,
        help="配置文件，默认 ./config.toml",
    )
    @click.option("--json", "as_json", is_flag=True, help="只在标准输出写一份 JSON，供脚本使用")
    @click.pass_context
    def command(ctx: click.Context, /, config_path: Path | None, as_json: bool, **arguments: Any) -> None:
        call = Call(config_path or ctx.find_root().obj or DEFAULT_CONFIG, as_json)
        gc.set_threshold(*COLLECT_AFTER)
        try:
            with asyncio.Runner() as runner:
                runner.run(_awaited(work(call, **arguments)))
        except BrokenPipeError:  # whoever reads, `head` for one, has enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return
        except Exception as error:
            sentence, told = _refusal_of(error), isinstance(error, Refused) and error.told
            if not sentence:
                raise
        else:
            return
        if as_json and not told:
            click.echo(msgspec.json.encode({"error": sentence}).decode())
        click.echo(sentence, err=True)
        sys.exit(1)

    command.__name__, command.__doc__ = work.__name__, work.__doc__
    command.__click_params__ = getattr(work, "__click_params__", []) + command.__click_params__  # type: ignore[attr-defined]
    return command


def _refusal_of(error: Exception) -> str:
    """The one line; empty for what is a mistake of ours."""
    match error:
        case Refused() | BadConfig():
            return error.sentence
        case Refusal():
            return said(error)
        case HeadLost():
            return without_head(error.chain)
        case OSError():
            return of_the_system(error)
    return of_the_database(error)


async def _awaited(work: Awaitable[None]) -> None:
    await work
