"""`xuefa ledger sheet`: the 年终确认单 of a unit, to print, check, sign and stamp."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot import reports
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, runs
from bot.cli.heads_sending import send_head
from bot.cli.ledger_dates import demand_year
from bot.cli.options import PATH, filled
from bot.reports import CONFIRMATION, ENDINGS
from bot.rule_files import rules_of
from handlers.sheets.summary_sheet import balance
from handlers.sheets.table_file import UnknownSheetFormat
from training.summaries import Cut, added, two


@click.command(help="生成单位的学时年终确认单（每人一行，供打印核对、签字盖章）。")
@click.option("--year", type=int, required=True, help="考核年度")
@click.option("--unit", required=True, callback=filled, help="单位代码，含下级单位")
@click.option("--out", type=PATH, required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）")
@runs
async def sheet(call: Call, year: int, unit: str, out: Path) -> None:
    demand_year(year)
    demand_folder_of(out)
    if out.suffix.lower() not in ENDINGS:
        raise unwritable(UnknownSheetFormat(out.suffix.lower()))
    async with call.database() as database:
        rules, now = rules_of(call.config()), datetime.now(UTC)
        await send_head(call, database, now)
        report = await reports.asked(database, rules, CONFIRMATION, year, [unit], Cut(), now)
        made = await reports.write_confirmation_of(database, rules, report, out)
    particulars, total = report.particulars(), added(row.figures for row in made.rows)
    document = {
        **{"people": total.people, "assessed": total.assessed, "met": total.met, "left": len(made.gone)},
        **{"owed": two(total.owed), "recorded": two(total.recorded), "counted": two(total.counted)},
        **{"file": str(out), "number": particulars.number, "head": particulars.head.hash},
    }
    said = f"已生成 {total.people} 人的年终确认单到 {out}（报表编号 {particulars.number}）。"
    call.tell(document, said, f"核对：{balance(made.reconciliation)}。")
