"""`xuefa ledger export`: the lines of a year, or its summary, with the particulars by which to make it again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import click

from bot.app import rules_of
from bot.cli.files import demand_folder_of, unwritable
from bot.cli.frame import Call, Refused, runs
from bot.cli.ledger_dates import demand_year, two_dates
from handlers.actions import ledgers, summaries
from handlers.actions.summaries import Wanted
from handlers.sheets.ledger_columns import Names, PersonWords
from handlers.sheets.ledger_sheet import ledger_sheet
from handlers.sheets.particulars import Particulars
from handlers.sheets.summary_sheet import SummaryParticulars, balance, write_summary
from handlers.sheets.table_file import UnknownSheetFormat
from storage.database import Database
from training.calendar import CITY, day_of
from training.chains import Head
from training.rules import Rules
from training.summaries import Cut, added, two

RULES_VERSION: Final = "2024-1"
LINES: Final = "lines"
SUMMARY: Final = "summary"
_PREFIXES: Final = {LINES: "XS", SUMMARY: "HZ"}
_TITLES: Final = {LINES: "学时台账", SUMMARY: "学时汇总"}
ENDINGS: Final = (".xlsx", ".csv")


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked for. `head` is the one of the 数据截止时点; lines are read up to `wanted.up_to`."""

    kind: str
    wanted: Wanted
    head: Head
    now: datetime

    def particulars(self) -> Particulars:
        year, cut = self.wanted.year, self.wanted.cut
        return Particulars(
            title=f"{year}年度{_TITLES[self.kind]}",
            number=f"{_PREFIXES[self.kind]}-{year}-{self.now.astimezone(CITY):%Y%m%d%H%M%S}",
            as_of=cut.as_of or day_of(self.now),
            known_at=cut.known_at or self.now,
            rules=RULES_VERSION,
            head=self.head,
        )


@click.command(help="导出学时台账（明细）或学时汇总（.xlsx 或 .csv）。")
@click.option("--year", type=int, required=True, help="考核年度")
@click.option(
    "--kind",
    type=click.Choice([LINES, SUMMARY]),
    default=LINES,
    help="lines 明细（默认）；summary 学时汇总，每人一行",
)
@click.option("--unit", default="", help="单位代码，含下级单位")
@two_dates
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="输出文件，.xlsx 或 .csv（UTF-8 带 BOM）"
)
@runs
async def export(
    call: Call, year: int, kind: str, unit: str, as_of: date | None, known_at: datetime | None, out: Path
) -> None:
    demand_year(year)
    demand_folder_of(out)
    if out.suffix.lower() not in ENDINGS:
        raise unwritable(UnknownSheetFormat(out.suffix.lower()))
    async with call.database() as database:
        report = await _report(database, year, kind, unit, Cut(as_of, known_at))
        if kind == SUMMARY:
            await _tell_summary(call, database, report, out)
        else:
            await _tell_lines(call, database, report, out)


async def _report(database: Database, year: int, kind: str, unit: str, cut: Cut) -> Report:
    now = datetime.now(UTC)
    last = await ledgers.head(database)
    head = last if cut.known_at is None else await ledgers.head_at(database, cut.known_at)
    day = summaries.standing_day(year, cut.as_of or day_of(now))
    tree = await summaries.unit_tree(database, day, cut)
    units = tree.below(unit) if unit else None
    if units is not None and not units:
        raise Refused(f"没有单位代码为 {unit} 的单位，请核对。")
    return Report(kind, Wanted(year, day, cut, tree, units, last.seq), head, now)


async def _tell_lines(call: Call, database: Database, report: Report, out: Path) -> None:
    particulars = report.particulars()
    persons, unit_names = await ledgers.names(database)
    names = Names({n: PersonWords(name, post) for n, (name, post) in persons.items()}, unit_names)
    wanted = report.wanted
    with ledger_sheet(out, particulars, names) as sheet:
        pages = ledgers.pages(database, year=wanted.year, units=wanted.units, up_to=wanted.up_to, cut=wanted.cut)
        async for page in pages:
            sheet.add(page)
    document = {"lines": sheet.count, "hours": str(sheet.total), **_common(particulars, out)}
    said = f"已导出 {sheet.count} 条、合计 {sheet.total} 学时到 {out}（报表编号 {particulars.number}）。"
    call.tell(document, said)


async def _tell_summary(call: Call, database: Database, report: Report, out: Path) -> None:
    rules: Rules = rules_of(call.config())
    made = await summaries.summary(database, rules, report.wanted)
    reconciled, plain = made.reconciliation, report.particulars()
    particulars = SummaryParticulars(
        *(plain.title, plain.number, plain.as_of, plain.known_at, plain.rules, plain.head), reconciled
    )
    write_summary(out, particulars, made, dict(report.wanted.tree.names))
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
