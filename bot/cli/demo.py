"""`xuefa demo`: the bot and a local WeCom in one process, talking over the real encrypted callback protocol."""

import contextlib
import secrets
import socket
import string
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

import click
from aiohttp import web
from msgspec import structs

from bot import app, logs
from bot.cli.demo_exam import set_exam
from bot.cli.demo_people import members_and_departments
from bot.cli.frame import Call, Refused, runs
from bot.cli.serve import stopped
from bot.config import Config, DatabaseSection, Schedule, Server, WeComSection
from bot.sandbox import App, Corp, Sandbox, make_app
from handlers.actions import banks, rolls
from handlers.actions.standings import fill_owed
from question_bank import content
from question_bank.formats.jsonl import written_jsonl
from question_bank.formats.table import Table, read_table
from question_bank.importing import read_bank
from storage import migrating, units
from storage.database import Database, open_database
from storage.scope import EVERYTHING
from training import roster_columns, unit_files
from training.calendar import day_of
from training.people import Group
from training.roll_plan import plan_roll
from training.rules import Rules
from training.unit_plan import plan_units

FOLDER: Final = Path("var/demo")
DATABASE: Final = "xuefa.db"
# The chat page opens the first two people and lists the others below: staff, enforcement, administrator, leader.
FIRST: Final = ("tengping", "fanyizhou", "hanwenjing", "qiyang", "fangyang", "gulixin")
CORP_ID: Final = "ww0000000000demo00"
AGENT_ID: Final = 1000002
HOST: Final = "127.0.0.1"
BY: Final = "demo"
AT_ANY_HOUR: Final = "00:00-00:00"  # whoever tries something wants to see it at once


@click.command(help="启动演示：打开网页即可像在企业微信里一样使用。")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, help="网页端口，默认 8080")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, readable=False, path_type=Path),
    default=FOLDER,
    help="放演示数据库的目录，默认 var/demo；每次启动清空演示数据",
)
@runs
async def command(call: Call, port: int, folder: Path) -> None:
    logs.set_up(quiet=True)
    config = _config(folder)
    _clear(folder)
    database = open_database(config.database.url)
    try:
        await migrating.upgrade(database)
        await load_city(database, datetime.now(UTC))
        await set_exam(database, datetime.now(UTC), by=BY)
        async with _wecom(config, port, _in_order(await members_and_departments(database))) as (sandbox, address):
            there = structs.replace(config, wecom=_at(config.wecom, address))
            async with app.built(there, database) as parts, app.running(parts):
                await sandbox.verify_callback()
                await _push_today(parts, database)
                click.echo(f"学法演示已启动：{address}/  （按 Ctrl-C 结束）")
                await stopped()
    finally:
        await database.close()


def _clear(folder: Path) -> None:
    for old in folder.glob(f"{DATABASE}*"):
        old.unlink()


def _in_order(corp: Corp) -> Corp:
    """Those whom a newcomer should try stand at the top of the page's list."""
    places = {userid: place for place, userid in enumerate(FIRST)}
    return replace(corp, members=sorted(corp.members, key=lambda member: places.get(member.userid, len(FIRST))))


def _config(folder: Path) -> Config:
    """Secrets of this run only; the bot gets a free port of its own."""
    key = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43))
    return Config(
        server=Server(host=HOST, port=_free_port()),
        database=DatabaseSection(url=f"sqlite+aiosqlite:///{folder}/{DATABASE}"),
        wecom=WeComSection(
            corp_id=CORP_ID,
            agent_id=AGENT_ID,
            secret=secrets.token_urlsafe(32),
            token=secrets.token_hex(16),
            encoding_aes_key=key,
        ),
        schedule=Schedule(quiet_hours=AT_ANY_HOUR),
    )


def _at(wecom: WeComSection, address: str) -> WeComSection:
    return WeComSection(
        corp_id=wecom.corp_id,
        agent_id=wecom.agent_id,
        secret=wecom.secret,
        token=wecom.token,
        encoding_aes_key=wecom.encoding_aes_key,
        api_base=f"{address}/cgi-bin",
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def _wecom(config: Config, port: int, corp: Corp) -> AsyncIterator[tuple[Sandbox, str]]:
    """The local WeCom on its port. Raises: Refused when the port is taken."""
    at = config.server
    its_app = App(
        AGENT_ID,
        config.wecom.secret,
        config.wecom.token,
        config.wecom.encoding_aes_key,
        f"http://{at.host}:{at.port}/wecom/callback",
    )
    sandbox = Sandbox(Corp(CORP_ID, [its_app], corp.members, corp.departments))
    runner = web.AppRunner(make_app(sandbox), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError:
        await runner.cleanup()
        raise Refused(f"端口 {port} 已被占用，请换一个：make demo PORT=9000。") from None
    try:
        yield sandbox, f"http://{HOST}:{port}"
    finally:
        await runner.cleanup()


async def load_city(database: Database, now: datetime) -> None:
    """The demo city's units and roster, by the same way that files of real people take, and the shipped bank."""
    async with database.read() as tx:
        plan = plan_units(
            _table("units.csv", unit_files.HEADERS, unit_files.REQUIRED, now), await units.facts(tx), now
        )
    async with database.write() as tx:
        await rolls.apply_units(tx, plan, by=BY, now=now, changes_too=True)
    known = await rolls.known_people(database, EVERYTHING)
    async with database.read() as tx:
        roster = _table("roster.csv", roster_columns.HEADERS, roster_columns.REQUIRED, now)
        roll = plan_roll(roster, known, await units.facts(tx), now)
    async with database.write() as tx:
        await rolls.apply_roll(tx, Rules(), roll, by=BY, now=now)
    await fill_owed(database, Rules(), day_of(now).year)
    report = read_bank("shipped.jsonl", written_jsonl(content.shipped()), "jsonl")
    await banks.add(database, report.accepted, by=BY, now=now, source="shipped")


def _table(name: str, headers: Mapping[str, str], required: Collection[str], now: datetime) -> Table:
    """A file of the demo city, moved into this year."""
    text = (resources.files("bot.cli.demo_city") / name).read_text(encoding="utf-8-sig")
    year = day_of(now).year
    moved = text.replace("2025-", f"{year - 1}-").replace("2026-", f"{year}-")
    return read_table(name, moved.encode(), headers, required)


async def _push_today(parts: app.App, database: Database) -> None:
    """The newcomer gets today's question at once, whatever the hour and the day."""
    now = datetime.now(UTC)
    work = parts.scheduler.work
    for group in Group:
        async with database.write() as tx:
            await work.order(tx, day_of(now), group, now, by_hand=True)
    await parts.scheduler.continue_pushes()
