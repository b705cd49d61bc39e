"""`xuefa exam roll`, `defer` and `excuse`: who is to sit, and who need not, or has to after all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from bot.cli.exam_number import document, of_exam
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, operator, runs
from bot.cli.options import PATH
from bot.rule_files import rules_of
from handlers.actions import exam_setting, ledgers
from handlers.actions.exam_setting import RollCounts
from handlers.actions.numbers import known_number
from handlers.sheets.exam_roll_sheet import NAME, write_roll
from handlers.sheets.particulars import Particulars
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.texts import exam_setting as texts
from storage.database import Database
from training.calendar import CITY, day_of
from training.chains import Head
from training.exams import Exam, Excuse

_FIELDS = ("unit", "group", "excuse", "count")


@click.command(help="应考名单：按考核组别和单位统计；--out 导出名单。")
@of_exam
@click.option("--out", type=PATH, default=None, help="导出名单，.xlsx 或 .csv（UTF-8 带 BOM）")
@runs
async def roll(call: Call, number: int, out: Path | None) -> None:
    now = datetime.now(UTC)
    if out is not None:
        demand_folder_of(out)
    async with call.database() as database:
        found = await exam_setting.roll_counts(database, number)
        if out is not None:
            await _write(call, database, found, out, now)
    told = {
        **document(found.exam, found.exam.state_at(now)),
        "roll": sum(count for *_, count in found.counts),
        "counts": [
            dict(zip(_FIELDS, (unit, str(g), str(why), n), strict=True)) for unit, g, why, n in found.counts
        ],
        **({"file": str(out)} if out else {}),
    }
    written = (f"名单已导出到 {out}。",) if out else ()
    call.tell(told, *texts.roll(found.exam, found.counts, found.units), *written)


async def _write(call: Call, database: Database, found: RollCounts, out: Path, now: datetime) -> None:
    sitters, names = await exam_setting.whole_roll(database, found.exam.number)
    head = await ledgers.head(database)
    particulars = _particulars(found.exam, rules_of(call.config()).version, now, head)
    try:
        write_roll(out, particulars, sitters, names, found.units)
    except UnknownSheetFormat as error:
        raise unwritable(error) from None


def _particulars(exam: Exam, version: str, now: datetime, head: Head) -> Particulars:
    return Particulars(
        title=f"{exam.settings.title}{NAME}",
        number=f"YK-{exam.number}-{now.astimezone(CITY):%Y%m%d%H%M%S}",
        as_of=exam.basis_day or day_of(now),
        known_at=now,
        rules=version,
        head=head,
    )


@click.command(help="登记缓考：参加补考，仍计入应考。")
@of_exam
@click.argument("person", metavar="人员编号")
@click.option("--document", "paper", required=True, metavar="文号", help="单位书面说明的文号")
@runs
async def defer(call: Call, number: int, person: str, paper: str) -> None:
    await _let_off(call, number, person, Excuse.DEFERRED, paper)


_KINDS: Final = {"免考": Excuse.EXCUSED, "无": Excuse.NONE, "none": Excuse.NONE}


@click.command(help="登记免考：不计入应考；--kind 无 取消已登记的缓考或免考。")
@of_exam
@click.argument("person", metavar="人员编号")
@click.option("--document", "paper", required=True, metavar="文号", help="单位书面说明的文号")
@click.option(
    "--kind", type=click.Choice(list(_KINDS)), default="免考", help="免考（默认）；无（或 none）：恢复应考"
)
@runs
async def excuse(call: Call, number: int, person: str, paper: str, kind: str) -> None:
    await _let_off(call, number, person, _KINDS[kind], paper)


async def _let_off(call: Call, number: int, person: str, why: Excuse, paper: str) -> None:
    async with call.database() as database, database.write() as tx:
        person = await known_number(tx, person)
        before = await exam_setting.excuse(tx, number, person, why, paper, by=operator(), now=datetime.now(UTC))
    told = {"id": number, "person": person, "before": str(before.excuse), "excuse": str(why), "document": paper}
    call.tell(told, texts.excused(number, before, why, paper.strip()))
