"""`xuefa ledger export`: the lines of a year, or its summary, with the particulars by which to make it again."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from bot import reports
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, runs
from bot.cli.heads_sending import send_head
from bot.cli.ledger_dates import demand_year, two_dates
from bot.cli.options import PATH, filled
from bot.reports import ENDINGS, LINES, SUMMARY, Report
from bot.rule_files import rules_of
from handlers.sheets.particulars import Particulars
from handlers.sheets.summary_sheet import balance
from handlers.sheets.table_file import UnknownSheetFormat
from storage.database import Database
from training.rules import Rules
from training.summaries import Cut, added, two


@click.command(help="导出学时台账（明细）或学时汇总（.xlsx 或 .csv）。")
@click.option("--year", type=int, required=True, help="考核年度")
@click.option(
    "--kind",
    type=click.Choice([LINES, SUMMARY]),
    default=LINES,
    help="lines 明细（默认）；summary 学时汇总，每人一行",
)
@click.option("--unit", default="", callback=filled, help="单位代码，含下级单位")
@two_dates
@click.option("--out", type=PATH, required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）")
@runs
async def export(
    call: Call, year: int, kind: str, unit: str, as_of: date | None, known_at: datetime | None, out: Path
) -> None:
    demand_year(year)
    demand_folder_of(out)
    if out.suffix.lower() not in ENDINGS:
        raise unwritable(UnknownSheetFormat(out.suffix.lower()))
    async with call.database() as database:
        rules, now = rules_of(call.config()), datetime.now(UTC)
        await send_head(call, database, now)
        report = await reports.asked(database, rules, kind, year, [unit] if unit else [], Cut(as_of, known_at), now)
        if kind == SUMMARY:
            await _tell_summary(call, database, rules, report, out)
        else:
            await _tell_lines(call, database, report, out)


async def _tell_lines(call: Call, database: Database, report: Report, out: Path) -> None:
    made, particulars = await reports.write_lines(database, report, out), report.particulars()
    document = {"lines": made.count, "hours": str(made.total), **_common(particulars, out)}
    said = f"已导出 {made.count} 条、合计 {made.total} 学时到 {out}（报表编号 {particulars.number}）。"
    call.tell(document, said)


async def _tell_summary(call: Call, database: Database, rules: Rules, report: Report, out: Path) -> None:
    made = await reports.write_summary_of(database, rules, report, out)
    reconciled, particulars = made.reconciliation, report.particulars()
    total = added(row.figures for row in made.rows)
    document = {
        **{"people": total.people, "assessed": total.assessed, "met": total.met, "left": len(made.gone)},
        **{"owed": two(total.owed), "recorded": two(total.recorded), "counted": two(total.counted)},
        "reconciliation": {
            **{"ledger": two(reconciled.ledger), "lines": reconciled.lines, "summary": two(reconciled.summary)},
            **{"not_counted": two(reconciled.outside), "not_counted_people": reconciled.persons},
            **{"elsewhere": two(reconciled.elsewhere), "difference": two(reconciled.difference)},
        },
        **_common(particulars, out),
    }
    said = f"已导出 {total.people} 人（年内减员 {len(made.gone)} 人）到 {out}（报表编号 {particulars.number}）。"
    call.tell(document, said, f"核对：{balance(reconciled)}。")


def _common(particulars: Particulars, out: Path) -> dict[str, Any]:
    return {
        **{"file": str(out), "number": particulars.number, "head": particulars.head.hash},
        **{"as_of": particulars.as_of.isoformat(), "known_at": particulars.known_at.isoformat()},
    }
