"""`xuefa serve`: the bot, until SIGTERM or Ctrl-C. Migrates first, with a backup."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

import click
import structlog

from bot import app, logs
from bot.cli.frame import Call, demand_migrated, revision_of, runs
from bot.config import Config
from bot.rule_files import demand_statuses, rules_of
from storage import backup, migrating
from storage.database import SERVING_IDLE_SECONDS, Database, open_database

_log = structlog.get_logger(__name__)


@click.command(help="运行机器人，直到 Ctrl-C 或 SIGTERM。启动时自动升级表结构，升级前先备份到 var/backups。")
@click.option("--no-migrate", is_flag=True, help="不自动升级表结构")
@runs
async def command(call: Call, no_migrate: bool) -> None:
    logs.set_up()
    config = call.config()
    app.demand_complete(config)
    rules = rules_of(config)  # before anything is changed
    database = open_database(config.database.url, idle_seconds=SERVING_IDLE_SECONDS)
    try:
        with app.only_one(database):
            await _migrate(config, database, no_migrate=no_migrate)
            await demand_statuses(database, rules, datetime.now(UTC))
            async with app.built(config, database) as parts, app.running(parts):
                _log.info("serving", host=config.server.host, port=config.server.port)
                await stopped()
    finally:
        await database.close()


async def _migrate(config: Config, database: Database, *, no_migrate: bool) -> None:
    if no_migrate:
        await demand_migrated(database)
        return
    if await revision_of(database) == migrating.newest():
        return
    owner = open_database(config.database.migrate_url or config.database.url)  # which may think long
    try:
        async with migrating.alone(owner):
            await _migrate_as(owner)
    finally:
        await owner.close()


async def _migrate_as(owner: Database) -> None:
    found = await revision_of(owner)
    if found == migrating.newest():  # another process has just done it
        return
    if found:
        folder = Path("var/backups") / f"before-{migrating.newest()}-{datetime.now(UTC):%Y%m%d%H%M%S}"
        await backup.dump(owner, folder, datetime.now(UTC))
        _log.info("backed_up", folder=str(folder))
    await migrating.upgrade(owner)


async def stopped() -> None:
    """Returns when the process is told to end."""
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await ended.wait()
