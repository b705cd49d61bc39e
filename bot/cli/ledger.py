"""`xuefa ledger export/verify`."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from bot.cli.files import content_of, demand_folder_of, unwritable
from bot.cli.frame import Call, Refused, runs
from handlers.actions import ledgers
from handlers.sheets.ledger_columns import Names, PersonWords
from handlers.sheets.ledger_sheet import UnknownSheetFormat, ledger_sheet
from handlers.sheets.particulars import Particulars
from storage.database import Database
from storage.ledger import Broken, Head
from training.calendar import CITY, day_of

RULES_VERSION: Final = "2024-1"
_WHY: Final = {
    "number": "编号不连续，缺少或多出了记录",
    "prev": "与上一条的校验码对不上，有记录被删除、插入或调换",
    "hash": "内容与校验码不符，记录被改动过",
    "head": "链头对不上，末尾的记录被删除，或恢复了旧备份",
}


@click.group(help="学时台账。")
def command() -> None:
    pass


@command.command(help="导出学时台账（.xlsx 或 .csv）。")
@click.option("--year", type=int, required=True, help="考核年度")
@click.option(
    "--kind",
    type=click.Choice(["lines", "summary"]),
    default="lines",
    help="lines 明细（默认）；summary 汇总，本版本还不支持",
)
@click.option("--unit", default="", help="单位代码，含下级单位")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）"
)
@runs
async def export(call: Call, year: int, kind: str, unit: str, out: Path) -> None:
    if kind == "summary":
        raise Refused("学时汇总表还不能导出，目前支持 --kind lines（明细）。")
    demand_folder_of(out)
    now = datetime.now(UTC)
    async with call.database() as database:
        units = await ledgers.units_below(database, unit) if unit else None
        if units is not None and not units:
            raise Refused(f"没有单位代码为 {unit} 的单位，请核对。")
        head = await ledgers.head(database)
        particulars = Particulars(
            title=f"{year}年度学时台账",
            number=f"XS-{year}-{now.astimezone(CITY):%Y%m%d%H%M%S}",
            as_of=day_of(now),
            known_at=now,
            rules=RULES_VERSION,
            head=head,
        )
        count, total = await _write(database, out, particulars, year, units, head)
    document = {
        "lines": count,
        "hours": str(total),
        "file": str(out),
        "number": particulars.number,
        "head": head.hash,
    }
    call.tell(document, f"已导出 {count} 条、合计 {total} 学时到 {out}（报表编号 {particulars.number}）。")


async def _write(
    database: Database, out: Path, particulars: Particulars, year: int, units: frozenset[str] | None, head: Head
) -> tuple[int, str]:
    persons, unit_names = await ledgers.names(database)
    names = Names({n: PersonWords(name, post) for n, (name, post) in persons.items()}, unit_names)
    try:
        with ledger_sheet(out, particulars, names) as sheet:
            async for page in ledgers.pages(database, year=year, units=units, up_to=head.seq):
                sheet.add(page)
    except UnknownSheetFormat as error:
        raise unwritable(error) from None
    return sheet.count, str(sheet.total)


@command.command(help="校验学时台账：每一条的编号和校验码；指出第一条不符的，退出 1。")
@click.option(
    "--head",
    "head_file",
    type=click.Path(path_type=Path),
    default=None,
    help="另存的链头文件，即以前 ledger verify --json 的输出",
)
@runs
async def verify(call: Call, head_file: Path | None) -> None:
    kept = _kept_head(head_file) if head_file else None
    async with call.database() as database:
        result = await ledgers.verify(database, kept, _progress if sys.stderr.isatty() else None)
    if isinstance(result, Broken):
        raise Refused(f"台账校验不通过：第 {result.seq} 条，{_WHY[result.why]}。")
    said = f"台账校验通过：共 {result.seq} 条，链头 {result.hash}。"
    call.tell({"lines": result.seq, "head": {"seq": result.seq, "hash": result.hash}}, said)


def _kept_head(file: Path) -> Head:
    try:
        kept = msgspec.json.decode(content_of(file))
        kept = kept.get("head", kept)
        return Head(int(kept["seq"]), str(kept["hash"]))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise Refused(f"{file} 不是链头文件，应为 xuefa ledger verify --json 的输出。") from None


def _progress(seq: int) -> None:
    click.echo(f"\r已校验 {seq} 条", nl=False, err=True)
