"""Past hours from a file: each row as one or two lines that wait for confirmation, or all that is wrong with it.

The same event imported again has the same `ref`, so that it never counts twice; one that was taken back may come
again. A row over New Year becomes a line for each year. Source: contract, Past hours; domain, Ledger.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from question_bank.formats.table import Row, Table
from question_bank.problems import Problem, Severity
from training.calendar import Calendar
from training.findings import Findings
from training.forms import DAY_LIMIT, FORM_RULES
from training.forms import Table as FormTable
from training.line_days import DayRules
from training.past_cells import HEADERS as HEADERS
from training.past_cells import HOURS, TITLE, YEAR, Stated, stated
from training.past_cells import REQUIRED as REQUIRED
from training.past_checks import check_length, warn_of_absence, warn_of_least
from training.past_lines import Again, PastCut, PastDouble, Whole, ref_of
from training.past_lines import PastLine as PastLine
from training.past_lines import refs_of as refs_of
from training.past_years import Share, shares_of
from training.roll import Roll
from training.units import UnitTree


@dataclass(frozen=True, slots=True)
class PastPlan:
    """Every row is taken or rejected. `rows`: the row of each line; a row over New Year has two lines."""

    read: int
    lines: tuple[PastLine, ...]
    rejected: int
    problems: tuple[Problem, ...]
    rows: tuple[Row, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """Of the rows of the lines."""
        return [row.number for row in self.rows]

    @property
    def taken(self) -> int:
        """Rows, not lines."""
        return self.read - self.rejected


@dataclass(frozen=True, slots=True)
class Bounds:
    """What rows keep to: `closed` are the years that take none any more, and since when; hundredths on a day.

    By the calendar an event over New Year is split.
    """

    closed: Mapping[int, date] = field(default_factory=dict)
    forms: FormTable = FORM_RULES
    day_limit: int = DAY_LIMIT
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def days(self) -> DayRules:
        return DayRules(self.calendar, self.forms, self.day_limit)


@dataclass(slots=True)
class Known:
    """Refs that stand in the ledger or further up in the file, and where; `again`: ref → of events taken back."""

    places: dict[str, str]
    again: Mapping[str, Again]

    def place(self, line: PastLine) -> str | None:
        """Where the same event stands."""
        return next((self.places[ref] for ref in refs_of(line, ()) if ref in self.places), None)

    def add(self, lines: Sequence[PastLine], place: str) -> None:
        for line in lines:
            self.places |= dict.fromkeys(refs_of(line, ()), place)


def plan_past(
    table: Table,
    roll: Roll,
    tree: UnitTree,
    posted: frozenset[str] = frozenset(),
    bounds: Bounds | None = None,
    again: Mapping[str, Again] | None = None,
) -> PastPlan:
    """`posted` are refs of events that stand in the ledger already; those in `again` were taken back since."""
    back = again or {}
    known = Known(dict.fromkeys(posted - back.keys(), "台账"), back)
    planned: list[tuple[Row, PastLine]] = []
    problems, rejected = list(table.problems), 0
    for row in table.rows:
        found = Findings(row.where)
        lines = _new(_lines(row, found, roll, tree, bounds or Bounds()), known, found)
        known.add(lines, f"第 {row.number} 行")
        planned += [(row, line) for line in lines]
        rejected += not lines
        problems += found.problems
    rows, taken = [row for row, _ in planned], [line for _, line in planned]
    return PastPlan(len(table.rows), tuple(taken), rejected, tuple(problems), tuple(rows))


def warnings_of(plan: PastPlan, cuts: Sequence[PastCut], doubles: Sequence[PastDouble] = ()) -> Iterator[Problem]:
    """For every row of which less would be posted than it states, or that looks like another event."""
    cut = {one.ref: one for one in cuts}
    like = {one.ref: one.place for one in doubles}
    for row, line in zip(plan.rows, plan.lines, strict=True):
        if line.ref in like:
            yield Problem(row.where, TITLE, f"与{like[line.ref]}疑似重复，请核对。", Severity.WARNING)
        if line.ref in cut:
            one = cut[line.ref]
            year = f" {line.year} 年度" if line.whole is not None else ""
            said = f"按现有台账，预计{year}入账 {one.posted}：{one.note}。"
            yield Problem(row.where, HOURS, said, Severity.WARNING)


def _lines(row: Row, found: Findings, roll: Roll, tree: UnitTree, bounds: Bounds) -> tuple[PastLine, ...]:
    """None when something is wrong with the row."""
    said = stated(row.cells, found, roll, tree)
    if said is None:
        return ()
    check_length(said, bounds.days, found)
    shares = shares_of(said, bounds.days, found)
    for share in shares:
        if share.year in bounds.closed:
            found.reject(YEAR, f"{share.year} 年度已于 {bounds.closed[share.year]} 结账，请用 --late 补录。")
    if found.rejected:
        return ()
    warn_of_least(said, bounds.days, found)
    warn_of_absence(said, roll, found)
    return tuple(_line(said, share, roll.name(said.person)) for share in shares)


def _line(said: Stated, share: Share, name: str) -> PastLine:
    whole = Whole(said.starts, said.ends, said.hours) if said.over_new_year else None
    line = PastLine(
        person=said.person,
        name=name,
        form=said.form,
        classes=said.classes,
        title=said.title,
        starts=share.starts,
        ends=share.ends,
        hours=share.hours,
        organiser=said.organiser,
        evidence=said.evidence,
        year=share.year,
        ref="",
        whole=whole,
    )
    return replace(line, ref=ref_of(line))


def _new(lines: Sequence[PastLine], known: Known, found: Findings) -> list[PastLine]:
    """Those that are not known, with the ref under which they can be posted; a rejected row has no lines.

    Where one part of an event stands, the other is new only if it was taken back: a calendar that gave it no day
    then, and gives it one now, adds nothing to what was stated.
    """
    places = {line.year: place for line in lines if (place := known.place(line)) is not None}
    fresh = [line for line in lines if line.year not in places and (not places or line.ref in known.again)]
    for year, place in places.items():
        if fresh:
            found.warn(TITLE, f"{year} 年度的部分与{place}中的相同，没有重复导入。")
    if lines and not fresh:
        found.reject(TITLE, f"这条记录与{next(iter(places.values()))}中的相同，没有重复导入。")
    return [_again(line, known, found) for line in fresh]


def _again(line: PastLine, known: Known, found: Findings) -> PastLine:
    back = known.again.get(line.ref)
    if back is None:
        return line
    found.warn(TITLE, f"第 {back.seq} 号记录已冲销，本行将重新入账。")
    return replace(line, ref=back.ref)
