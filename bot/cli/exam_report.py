"""`xuefa exam report`: the reports of an exam as a workbook, or 成绩明细 alone as csv."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from bot.cli.exam_number import of_exam
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, runs
from bot.cli.heads_sending import send_head
from bot.rule_files import rules_of
from handlers.actions import exam_analysis, exam_reports, ledgers
from handlers.actions.exam_reports import Statement
from handlers.pictures import exam_picture
from handlers.sheets.exam_report import ExamParticulars, write_detail, write_report
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.texts.exam_figures import said
from storage.database import Database
from training.calendar import CITY, day_of
from training.chains import Head
from training.exam_results import Figures, Rate, figures
from training.exam_words import are_told

WORKBOOK: Final = ".xlsx"
CSV: Final = ".csv"


@click.command(help="导出考试报表（.xlsx：汇总、明细、未参加名单、试题分析；.csv：只有成绩明细）。")
@of_exam
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）"
)
@runs
async def report(call: Call, number: int, out: Path) -> None:
    demand_folder_of(out)
    if out.suffix.lower() not in (WORKBOOK, CSV):
        raise unwritable(UnknownSheetFormat(out.suffix.lower()))
    rules, now = rules_of(call.config()), datetime.now(UTC)
    async with call.database() as database:
        await send_head(call, database, now)
        stated = await exam_reports.statement(database, rules, number, now)
        particulars = _particulars(stated, await ledgers.head(database), rules.version)
        await _write(database, stated, particulars, out)
    line = figures(stated.sitters(), stated.exam.settings.bands)
    made = f"已导出到 {out}（报表编号 {particulars.number}）。"
    call.tell(_document(stated, line, particulars, out), *said(stated.exam, line, now).splitlines(), made)


async def _write(database: Database, stated: Statement, particulars: ExamParticulars, out: Path) -> None:
    if out.suffix.lower() == CSV:
        write_detail(out, particulars, stated)
        return
    analysed = await exam_analysis.analysis(database, stated)
    picture = exam_picture.draw(exam_picture.picture_of(stated.exam, stated.sitters(), stated.now))
    write_report(out, particulars, stated, analysed, picture)


def _particulars(stated: Statement, head: Head, version: str) -> ExamParticulars:
    exam, now = stated.exam, stated.now
    moment = f"{now.astimezone(CITY):%Y%m%d%H%M%S}"
    return ExamParticulars(
        title=exam.settings.title,
        number=f"KS-{exam.settings.year}-{exam.number}-{moment}-{_mark(stated, head, version)}",
        as_of=day_of(now),
        known_at=now,
        rules=version,
        head=head,
        stated=stated,
    )


def _mark(stated: Statement, head: Head, version: str) -> str:
    """Of all that the report depends on: two that differ in it have different numbers."""
    everything = (stated.exam, stated.rows, stated.makeups, head.seq, head.hash, version)
    return hashlib.sha256(msgspec.json.encode(everything)).hexdigest()[:6].upper()


def _document(stated: Statement, line: Figures, particulars: ExamParticulars, out: Path) -> dict[str, Any]:
    """Points are whole hundredths; a rate is its numerator and denominator."""
    return {
        **{"id": stated.exam.number, "file": str(out), "number": particulars.number, "roll": len(stated.rows)},
        **{"due": line.due, "sat": line.sat, "deferred": line.deferred, "excused": line.excused},
        **{"absent": line.absent, "passed": line.passed, "excellent": line.excellent, "mean": line.mean},
        **{"attendance": _pair(line.attendance), "pass_rate": _pair(line.pass_rate)},
        **{"excellent_rate": _pair(line.excellent_rate), "made_up": line.made_up},
        "pass_rate_after_makeup": _pair(line.pass_rate_after_makeup),
        "scores_released": are_told(stated.exam),
    }


def _pair(rate: Rate) -> list[int]:
    return [rate.count, rate.of]
