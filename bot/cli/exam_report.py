"""`xuefa exam report`: the reports of an exam as a workbook, or 成绩明细 alone as csv."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.cli.exam_number import of_exam
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, runs
from bot.cli.heads_sending import send_head
from bot.cli.options import PATH
from bot.exam_files import CSV, WORKBOOK, particulars_of, write
from bot.rule_files import rules_of
from handlers.actions import exam_reports, ledgers
from handlers.actions.exam_reports import Statement
from handlers.sheets.exam_report import ExamParticulars
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.texts.exam_figures import said
from training.exam_results import Figures, Rate, figures


@click.command(help="导出考试报表（.xlsx：汇总、明细、未参加名单、试题分析；.csv：只有成绩明细）。")
@of_exam
@click.option("--out", type=PATH, required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）")
@runs
async def report(call: Call, number: int, out: Path) -> None:
    demand_folder_of(out)
    if out.suffix.lower() not in (WORKBOOK, CSV):
        raise unwritable(UnknownSheetFormat(out.suffix.lower()))
    rules, now = rules_of(call.config()), datetime.now(UTC)
    async with call.database() as database:
        await send_head(call, database, now)
        stated = await exam_reports.statement(database, rules, number, now)
        particulars = particulars_of(stated, await ledgers.head(database), rules.version)
        await write(database, stated, particulars, out)
    line = figures(stated.sitters(), stated.exam.settings.bands)
    made = f"已导出到 {out}（报表编号 {particulars.number}）。"
    call.tell(_document(stated, line, particulars, out), *said(stated.exam, line, now).splitlines(), made)


def _document(stated: Statement, line: Figures, particulars: ExamParticulars, out: Path) -> dict[str, Any]:
    """Points are whole hundredths; a rate is its numerator and denominator."""
    return {
        **{"id": stated.exam.number, "file": str(out), "number": particulars.number, "roll": len(stated.rows)},
        **{"due": line.due, "sat": line.sat, "deferred": line.deferred, "excused": line.excused},
        **{"absent": line.absent, "passed": line.passed, "excellent": line.excellent, "mean": line.mean},
        **{"attendance": _pair(line.attendance), "pass_rate": _pair(line.pass_rate)},
        **{"excellent_rate": _pair(line.excellent_rate), "made_up": line.made_up},
        "pass_rate_after_makeup": _pair(line.pass_rate_after_makeup),
        "scores_released": stated.exam.scores_told,
    }


def _pair(rate: Rate) -> list[int]:
    return [rate.count, rate.of]
