"""`xuefa calendar import`: the State Council's list of days off and working weekends."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from bot.cli.files import problem_lines, problem_rows, table_of
from bot.cli.frame import Call, operator, runs
from bot.cli.options import PATH
from question_bank.formats.table import Row, Table
from question_bank.problems import Problem
from storage import audit, calendar
from storage.audit import Act
from training.calendar import DAY

_HEADERS: Final = {"日期": "day", "类型": "kind", "名称": "name", "说明": "name"}
_WORKING: Final = {"上班": True, "调休上班": True, "班": True, "放假": False, "休": False, "休息": False}
_MOST_DAYS: Final = 31

Days = dict[date, tuple[bool, str]]


@click.group(help="放假调休：导入国务院办公厅公布的安排。")
def command() -> None:
    pass


@command.command("import", help="导入放假调休表：日期（可写 2027-01-01至2027-01-03）、类型（放假/上班）、名称。")
@click.argument("file", type=PATH)
@runs
async def import_(call: Call, file: Path) -> None:
    table = table_of(file, _HEADERS, ("day", "kind"))
    days, problems = read_days(table)
    now = datetime.now(UTC)
    async with call.database(creates=True) as database, database.write() as tx:
        await calendar.keep(tx, days)
        if days:
            await audit.record(tx, Act(operator(), "cli", "calendar.import", file.name, after=str(len(days))), now)
    years = "、".join(str(year) for year in sorted({day.year for day in days}))
    said = f"已导入 {len(days)} 天（{years or '无'}）。"
    document = {"days": len(days), "problems": problem_rows(problems)}
    call.tell(document, said, *problem_lines(problems))


def read_days(table: Table) -> tuple[Days, list[Problem]]:
    """Day → (is a working day, name), and what was wrong row by row."""
    days: Days = {}
    problems = list(table.problems)
    for row in table.rows:
        kind = _WORKING.get(row.cells.get("kind", ""))
        if kind is None:
            problems.append(Problem(row.where, "类型", "类型应为“放假”或“上班”。"))
            continue
        span = _span(row)
        if not span:
            problems.append(Problem(row.where, "日期", "日期应写成 2027-01-01 或 2027-01-01至2027-01-03。"))
        days |= {day: (kind, row.cells.get("name", "")) for day in span}
    return days, problems


def _span(row: Row) -> list[date]:
    first, _, last = row.cells.get("day", "").replace("~", "至").partition("至")
    try:
        start = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if last.strip() else start
    except ValueError:
        return []
    return [start + n * DAY for n in range((end - start).days + 1)] if 0 <= (end - start).days < _MOST_DAYS else []
