"""What `xuefa doctor` looks up in the database: its form, its safety, the calendar, the bank."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Final

from bot.cli.checks import Check, Mark
from bot.cli.machine import FAULTS
from storage import calendar, engine_settings, migrating, questions
from storage.database import Database, open_database
from storage.engine_settings import PostgresSettings, SqliteSettings
from storage.faults import unwritable
from training.calendar import Calendar
from training.names import GROUPS
from training.people import Group

FEW_QUESTIONS: Final = 120  # about half a year of working days
_TITLE: Final = "数据库"


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def checks(url: str, today: date) -> list[Check]:
    """Everything that hangs on the database; only the first line when it cannot be used."""
    async with opened(url) as database:
        if _is_missing(database):
            said = "还没有数据库文件，请运行 xuefa serve 或 xuefa db upgrade 建立。"
            return [Check("database", _TITLE, Mark.FAILED, said), _calendar(Calendar(), today)]
        form = await _form(database)
        if not form.ok:
            return [form, _calendar(Calendar(), today)]
        written = await _written(database)
        return [form, written, *await _settings(database), *await _contents(database, today)]


def _is_missing(database: Database) -> bool:
    """Looking must not create the file."""
    return database.is_sqlite and not Path(database.url.database or "").exists()


async def _form(database: Database) -> Check:
    try:
        found = await migrating.revision(database)
    except migrating.Unreachable as unreachable:
        said = f"打不开（{unreachable.reason}），请检查 database.url 和数据库服务。"
        return Check("database", _TITLE, Mark.FAILED, said)
    except migrating.NewerDatabase as newer:
        said = f"由更新的版本写成（{newer.revision}），请升级本程序。"
        return Check("database", _TITLE, Mark.FAILED, said)
    if not found:
        said = "还没有建表，请运行 xuefa serve 或 xuefa db upgrade。"
        return Check("database", _TITLE, Mark.FAILED, said)
    if found != migrating.newest():
        said = f"表结构是 {found}，本版本需要 {migrating.newest()}，请运行 xuefa db upgrade。"
        return Check("database", _TITLE, Mark.FAILED, said)
    return Check("database", _TITLE, Mark.OK, f"可以打开，表结构 {found}。")


async def _written(database: Database) -> Check:
    fault, title = await unwritable(database), "数据库写入"
    if fault is not None:
        return Check("database.writable", title, Mark.FAILED, f"不能写入。{FAULTS[fault]}")
    return Check("database.writable", title, Mark.OK, "可以写入。")


async def _settings(database: Database) -> list[Check]:
    async with database.read() as tx:
        match await engine_settings.settings(tx):
            case SqliteSettings(version, mode):
                said = f"SQLite {version}，日志模式 {mode}，每次提交落盘。"
                return [Check("database.durability", "数据安全", Mark.OK, said)]
            case PostgresSettings() as found:
                return list(_postgres(found))


def _postgres(found: PostgresSettings) -> Iterator[Check]:
    if found.durable:
        said = f"PostgreSQL {found.version}，每次提交落盘。"
        yield Check("database.durability", "数据安全", Mark.OK, said)
    else:
        said = "fsync 或 synchronous_commit 已关闭，断电会丢已确认的作答，请在 PostgreSQL 配置中打开。"
        yield Check("database.durability", "数据安全", Mark.FAILED, said)
    if found.may_change_ledger:
        said = (
            "应用账号有权改台账表，只靠触发器拦截。建议表归另一账号（填 database.migrate_url），"
            "并对应用账号 REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entry。"
        )
        yield Check("database.append_only", "台账只增不改", Mark.REMARK, said)
    else:
        yield Check("database.append_only", "台账只增不改", Mark.OK, "应用账号无权改台账表，另有触发器拦截。")


async def _contents(database: Database, today: date) -> list[Check]:
    async with database.read() as tx:
        known_days = await calendar.imported(tx)
        pools = {group: len(await questions.candidates(tx, group, today)) for group in Group}
    return [_calendar(known_days, today), bank(pools)]


def _calendar(known: Calendar, today: date) -> Check:
    missing = known.warns(today)
    if missing is None:
        return Check("calendar", "放假调休", Mark.OK, f"{today.year} 年的安排已有。")
    said = (
        f"没有 {missing} 年的安排，会按周一至周五推送。"
        "请把国务院办公厅公布的放假调休填成表，运行 xuefa calendar import 文件。"
    )
    return Check("calendar", "放假调休", Mark.FAILED, said)


def bank(pools: dict[Group, int]) -> Check:
    """`pools`: group → how many questions it can be asked."""
    counts = "、".join(f"{GROUPS[group]} {number} 题" for group, number in pools.items())
    if not all(pools.values()):
        said = f"可用于每日一题：{counts}。请先导入题目，如 xuefa bank import --shipped。"
        return Check("bank", "题库", Mark.FAILED, said)
    if min(pools.values()) < FEW_QUESTIONS:
        return Check("bank", "题库", Mark.REMARK, f"可用于每日一题：{counts}。题目偏少，半年内会重复，建议补充。")
    return Check("bank", "题库", Mark.OK, f"可用于每日一题：{counts}。")
