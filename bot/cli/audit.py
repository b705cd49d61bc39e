"""`xuefa audit export/verify`."""

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, Refused, runs
from bot.cli.ledger_head import kept_in, signed_by
from bot.cli.options import PATH
from handlers.actions import audits
from handlers.sheets.audit_sheet import NAME, AuditParticulars, audit_sheet
from handlers.sheets.table_file import UnknownSheetFormat
from handlers.texts.heads import broken
from storage.database import Database
from training.calendar import CITY, DAY, day_of, start_of
from training.chains import Broken

YEARS: Final = range(2000, 3000)
_DAY: Final = click.DateTime(formats=["%Y-%m-%d"])


@click.group(help="审计日志。")
def command() -> None:
    pass


@command.command(help="导出审计日志（.xlsx 或 .csv）。")
@click.option("--out", type=PATH, required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）")
@click.option("--from", "first", type=_DAY, default=None, help="从哪天起，如 2026-01-01；默认从最早的记录起")
@click.option("--to", "last", type=_DAY, default=None, help="到哪天止（含当天）；默认到今天")
@runs
async def export(call: Call, out: Path, first: datetime | None, last: datetime | None) -> None:
    begins, ends = (moment.date() if moment else None for moment in (first, last))
    _demand_period(begins, ends)
    demand_folder_of(out)
    now = datetime.now(UTC)
    async with call.database() as database:
        particulars = AuditParticulars(
            title=NAME,
            number=f"SJ-{now.astimezone(CITY):%Y%m%d%H%M%S}",
            as_of=day_of(now),
            known_at=now,
            rules="",
            head=await audits.head(database),
            first=begins,
            last=ends,
        )
        count = await _write(database, out, particulars)
    head, number = particulars.head.hash, particulars.number
    document = {"lines": count, "file": str(out), "number": number, "head": head}
    call.tell(document, f"已导出 {count} 条到 {out}（报表编号 {number}）。")


def _demand_period(begins: date | None, ends: date | None) -> None:
    for day in (begins, ends):
        if day and day.year not in YEARS:
            raise Refused(f"{day} 超出范围，年份应在 {YEARS.start} 到 {YEARS.stop - 1} 之间。")
    if begins and ends and begins > ends:
        raise Refused(f"--from {begins} 晚于 --to {ends}，请改正。")


async def _write(database: Database, out: Path, particulars: AuditParticulars) -> int:
    since, before = _start(particulars.first), _start(particulars.last, DAY.days)
    try:
        with audit_sheet(out, particulars) as sheet:
            async for page in audits.pages(database, since=since, before=before, up_to=particulars.head.seq):
                sheet.add(page, await audits.actors(database, page))
    except UnknownSheetFormat as error:
        raise unwritable(error) from None
    return sheet.count


def _start(day: date | None, days_later: int = 0) -> datetime | None:
    return start_of(day + days_later * DAY) if day else None


@command.command(help="校验审计日志：每一条的编号和校验码；指出第一条不符的，退出 1。")
@click.option(
    "--head",
    "head_file",
    type=PATH,
    default=None,
    help="另存的链头文件：ledger head --chain audit 写出的、每周的链头消息，或 audit verify --json 的输出",
)
@runs
async def verify(call: Call, head_file: Path | None) -> None:
    kept = kept_in(head_file, "audit") if head_file else None
    async with call.database() as database:
        result = await audits.verify(database, kept.head if kept else None, _progress if _watched() else None)
    if isinstance(result, Broken):
        raise Refused(broken("audit", result))
    said = f"审计日志校验通过：共 {result.seq} 条，链头 {result.hash}。"
    document = {"chain": "audit", "lines": result.seq, "head": {"seq": result.seq, "hash": result.hash}}
    call.tell(document, said, *signed_by(kept))


def _watched() -> bool:
    return sys.stderr.isatty()


def _progress(seq: int) -> None:
    click.echo(f"\r已校验 {seq} 条", nl=False, err=True)
