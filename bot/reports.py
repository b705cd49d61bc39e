"""Reports about the ledger as files: what is asked for, and writing it. Everything is read, nothing is changed.

Called where a command runs, and in a process of its own beside the bot; never on the bot's own event loop.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from handlers.actions import ledgers, summaries, year_end, year_figures
from handlers.actions.summaries import Summary, Wanted
from handlers.sheets.confirmation_sheet import ConfirmationParticulars, said_words
from handlers.sheets.ledger_columns import Names, PersonWords
from handlers.sheets.ledger_sheet import ledger_sheet
from handlers.sheets.particulars import Particulars, city_time
from handlers.sheets.summary_sheet import SummaryParticulars, write_summary
from storage.database import Database
from training.calendar import CITY, day_of
from training.chains import Head
from training.errors import NoSuchNumber
from training.rules import Rules
from training.summaries import Cut
from training.year_end import standing, summed

LINES: Final = "lines"
SUMMARY: Final = "summary"
CONFIRMATION: Final = "confirmation"
_PREFIXES: Final = {LINES: "XS", SUMMARY: "HZ", CONFIRMATION: "QR"}
TITLES: Final = {LINES: "学时台账", SUMMARY: "学时汇总", CONFIRMATION: "学时年终确认单"}
ENDINGS: Final = (".xlsx", ".csv")
UNIT: Final = "单位代码"


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked for. `head` is the one of the 数据截止时点; lines are read up to `wanted.up_to`.

    `version` is that of the rules.
    """

    kind: str
    wanted: Wanted
    head: Head
    now: datetime
    version: str

    @property
    def as_of(self) -> date:
        """Today when none was asked for."""
        return self.wanted.cut.as_of or day_of(self.now)

    @property
    def known_at(self) -> datetime:
        """Now when none was asked for."""
        return self.wanted.cut.known_at or self.now

    def particulars(self) -> Particulars:
        year = self.wanted.year
        return Particulars(
            title=f"{year}年度{TITLES[self.kind]}",
            number=f"{_PREFIXES[self.kind]}-{year}-{self.now.astimezone(CITY):%Y%m%d%H%M%S}-{self._mark()}",
            as_of=self.as_of,
            known_at=self.known_at,
            rules=self.version,
            head=self.head,
            scope=self._scope(),
        )

    def _scope(self) -> str:
        units = self.wanted.units
        if units is None:
            return "全市"
        named = "、".join(f"{self.wanted.tree.names.get(code, code)}（{code}）" for code in self.tops())
        return f"{named}及下级，共 {len(units)} 个单位"

    def tops(self) -> list[str]:
        """The units below which all the others are; none for the whole city."""
        units = self.wanted.units or frozenset()
        return sorted(code for code in units if self.wanted.tree.parents.get(code, "") not in units)

    def _mark(self) -> str:
        """Of all that the report depends on: two that differ in it have different numbers."""
        units = sorted(self.wanted.units) if self.wanted.units is not None else None
        dates = (self.as_of.isoformat(), city_time(self.known_at))  # as they are printed, typed or not
        said = msgspec.json.encode(
            (self.kind, self.wanted.year, units, *dates, self.head.seq, self.head.hash, self.version)
        )
        return hashlib.sha256(said).hexdigest()[:6].upper()


@dataclass(frozen=True, slots=True)
class Lines:
    """What a 学时台账 came to."""

    count: int
    total: Decimal


async def asked(
    database: Database,
    rules: Rules,
    kind: str,
    year: int,
    units: Collection[str],
    cut: Cut,
    now: datetime,
    within: frozenset[str] | None = None,
) -> Report:
    """`units` are 单位代码, each with those below it at that time; none is the whole city. Raises: NoSuchNumber.

    `within`: all that whoever asks may see today, which may be less than what was below these units then.
    """
    if cut.known_at is not None and cut.known_at > now:  # nobody knows yet what will have been recorded
        cut = Cut(cut.as_of, None)
    last = await ledgers.head(database)
    head = last if cut.known_at is None else await ledgers.head_at(database, cut.known_at)
    day = summaries.standing_day(year, cut.as_of or day_of(now))
    tree = await summaries.unit_tree(database, day, cut)
    below: set[str] = set()
    for code in units:
        found = tree.below(code)
        if not found:
            raise NoSuchNumber(UNIT, code)
        below |= found
    chosen = frozenset(below) if units else None
    if within is not None:
        chosen = within if chosen is None else chosen & within
    wanted = Wanted(year, day, cut, tree, chosen, last.seq)
    return Report(kind, wanted, head, now, rules.version)


async def write_lines(database: Database, report: Report, out: Path) -> Lines:
    """Raises: UnknownSheetFormat, OSError."""
    persons, unit_names = await ledgers.names(database)
    names = Names({n: PersonWords(name, post) for n, (name, post) in persons.items()}, unit_names)
    wanted = report.wanted
    with ledger_sheet(out, report.particulars(), names) as sheet:
        pages = ledgers.rows(database, wanted.year, wanted.cut, up_to=wanted.up_to, units=wanted.units)
        async for page in pages:
            sheet.add(page)
    return Lines(sheet.count, sheet.total)


async def write_summary_of(database: Database, rules: Rules, report: Report, out: Path) -> Summary:
    """Raises: UnknownSheetFormat, OSError."""
    made = await summaries.summary(database, rules, report.wanted)
    plain = report.particulars()
    particulars = SummaryParticulars(
        *(plain.title, plain.number, plain.as_of, plain.known_at, plain.rules, plain.head, plain.scope),
        reconciliation=made.reconciliation,
    )
    write_summary(out, particulars, made, dict(report.wanted.tree.names))
    return made


async def write_confirmation_of(database: Database, rules: Rules, report: Report, out: Path) -> Summary:
    """The 年终确认单, with what was said of its units. Raises: UnknownSheetFormat, OSError."""
    made = await summaries.summary(database, rules, report.wanted)
    plain = report.particulars()
    particulars = ConfirmationParticulars(
        *(plain.title, plain.number, plain.as_of, plain.known_at, plain.rules, plain.head, plain.scope),
        reconciliation=made.reconciliation,
        said=await _said(database, report, made),
    )
    write_summary(out, particulars, made, dict(report.wanted.tree.names))
    return made


async def _said(database: Database, report: Report, made: Summary) -> str:
    tree = report.wanted.tree
    async with database.read() as tx:
        last, who = await year_end.said_of(tx, report.wanted.year, report.tops())
    figures = year_figures.by_unit(made.rows)
    found = []
    for code in report.tops():
        now = summed(figures[unit] for unit in tree.below(code) if unit in figures)
        said = last.get(code)
        found.append((tree.names.get(code, code), said, standing(said, now), who.get(said.by, "") if said else ""))
    return said_words(found) or "未限定单位"
