"""`xuefa bank import/export/check`."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.files import SPLIT, content_of, problem_lines, problem_rows, refusal
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH
from handlers.actions import banks
from question_bank import content
from question_bank.formats.columns import column_aliases
from question_bank.formats.jsonl import written_jsonl
from question_bank.formats.unreadable import Unreadable
from question_bank.formats.writing import written_csv, written_xlsx
from question_bank.importing import AUTO, ImportReport, read_bank
from question_bank.linting import lint
from storage import questions
from storage.database import Database

FORMATS = ("auto", "xlsx", "csv", "jsonl", "gift", "aiken", "moodle-xml", "qti", "text")
_WRITERS = {"jsonl": written_jsonl, "xlsx": written_xlsx, "csv": written_csv}


@click.group(help="题库：导入、导出、检查。")
def command() -> None:
    pass


@command.command("import", help="导入题目，立即生效；重复的题自动跳过，有问题的行逐条列出。")
@click.argument("file", type=PATH, required=False)
@click.option("--format", "fmt", type=click.Choice(FORMATS), default=AUTO, help="文件格式，默认自动识别")
@click.option("--shipped", is_flag=True, help="导入随程序附带的题库")
@click.option("--dry-run", is_flag=True, help="只检查，不导入")
@runs
async def import_(call: Call, file: Path | None, fmt: str, shipped: bool, dry_run: bool) -> None:
    if (file is None) is not shipped:
        raise Refused("请给出要导入的文件，或用 --shipped 导入附带题库（两者选一）。")
    name, text = (
        (file.name, content_of(file, too_large=SPLIT))
        if file
        else ("shipped.jsonl", written_jsonl(content.shipped()))
    )
    async with call.database(creates=True) as database:
        report = await _report(database, name, text, fmt if file else "jsonl")
        if not dry_run:
            await banks.add(database, report.accepted, by=operator(), now=datetime.now(UTC), source=name)
    said = "检查完毕（没有导入）" if dry_run else "导入完毕"
    summary = (
        f"{said}：读到 {report.read} 题，导入 {report.imported}，重复 {report.duplicates}，拒收 {report.rejected}。"
    )
    call.tell(report.counters(), summary, *problem_lines(report.problems))


async def _report(database: Database, name: str, text: bytes, fmt: str) -> ImportReport:
    async with database.read() as tx:
        folds = await questions.every_fold(tx)
    try:
        return read_bank(name, text, fmt, folds, await banks.known_stems(database))
    except Unreadable as error:
        raise refusal(error, column_aliases()) from None


@command.command(help="导出题库（.jsonl、.xlsx 或 .csv）。")
@click.argument("file", type=PATH)
@click.option("--format", "fmt", type=click.Choice(FORMATS), default=AUTO, help="文件格式，默认按扩展名")
@runs
async def export(call: Call, file: Path, fmt: str) -> None:
    chosen = file.suffix.lstrip(".").lower() if fmt == AUTO else fmt
    writer = _WRITERS.get(chosen)
    if writer is None:
        raise Refused(f"还不能导出 {chosen or '没有扩展名的'} 格式，目前支持 {'、'.join(_WRITERS)}。")
    async with call.database() as database:
        bank = [question async for question in banks.all_questions(database)]
    await asyncio.to_thread(file.write_bytes, writer(bank))
    call.tell({"exported": len(bank), "file": str(file)}, f"已导出 {len(bank)} 题到 {file}。")


@command.command(help="检查题库：缺依据、缺解析、近似题、答案分布等。")
@runs
async def check(call: Call) -> None:
    async with call.database() as database:
        bank = [question async for question in banks.all_questions(database)]
    active = [question for question in bank if question.status == "active"]
    problems = lint(active)
    call.tell(
        {"questions": len(active), "problems": problem_rows(problems)},
        f"检查了 {len(active)} 道启用的题，发现 {len(problems)} 处需要留意。",
        *problem_lines(problems),
    )
