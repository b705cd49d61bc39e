"""Posting past hours that a second admin confirmed: what fits on each day and under the yearly cap of its form.

A row becomes one line, or two over New Year, whatever fits; what was cut off waits for room
(`handlers.actions.refilling`). The hours are those that the file states, as its evidence certifies them, up to what
an event of the form can be worth.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from handlers.actions.past_events import SOURCE, last_line, taken_back
from handlers.actions.past_events import posted_refs as posted_refs
from handlers.actions.posting_room import room_for
from storage import ledger, people, refills, years
from storage.batches import Batch
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.batches import PastHours
from training.errors import BatchOvertaken, PostedMeanwhile
from training.hours import Entry, decimal
from training.limits import Posting
from training.line_days import Earned
from training.names import FORMS
from training.past_lines import Again, PastCut, PastLine, first_ref
from training.past_room import cut_note, cuts, in_order, is_cut
from training.people import Category, Fact, Field, values_on
from training.rules import Rules
from training.statuses import merged_into
from training.years import ClosedMeanwhile, closed_days


async def expected_cuts(tx: Tx, rules: Rules, lines: Sequence[PastLine]) -> tuple[PastCut, ...]:
    """Of which lines less would be posted than was stated, as the ledger stands; nothing is locked or written."""
    if not lines:
        return ()
    return cuts(lines, await room_for(tx, rules, lines, lock=False))


async def post(tx: Tx, rules: Rules, past: PastHours, batch: Batch, *, by: str, now: datetime) -> list[Line]:
    """Raises: BatchOvertaken when one of the events was posted since, ClosedMeanwhile when its year was closed."""
    lines = in_order(past.lines)
    room = await room_for(tx, rules, lines, lock=True)
    again = await _demand_new(tx, lines, batch)  # under the locks of the year rows
    await _demand_unmerged(tx, lines, batch)
    closed = await _closed(tx, past, batch)
    facts = await people.facts_of(tx, EVERYTHING, {line.person for line in lines})
    decided = [room.take(line) for line in lines]
    entries = []
    for line, postings in zip(lines, decided, strict=True):
        note = _note(line, postings, rules, again.get(first_ref(line.ref)))
        held = facts.get(line.person, [])
        entries.append(_entry(line, postings, held, note, by, now, late=line.year in closed))
    for year in {line.year for line in lines}:
        await ledger.keep_standings(tx, year, room.standings[year])
    posted = await ledger.post(tx, entries)
    cut = {line.seq: _kept(line.seq, ps) for line, ps in zip(posted, decided, strict=True) if is_cut(ps)}
    await refills.keep(tx, cut)
    return posted


async def _demand_new(tx: Tx, lines: Sequence[PastLine], batch: Batch) -> Mapping[str, Again]:
    """What may be posted again, by first refs. Raises: PostedMeanwhile unless each line has the ref it needs."""
    posted = await posted_refs(tx, lines)
    again = await taken_back(tx, lines, posted)
    for line in lines:
        first = first_ref(line.ref)
        wanted = again[first].ref if first in again else first
        if line.ref != wanted or (first in posted and first not in again):
            seq = again[first].seq if first in again else await last_line(tx, line)
            raise PostedMeanwhile(batch.number, _named(line), seq, taken_back=first in again)
    return again


def _named(line: PastLine) -> str:
    return f"{line.name}（{line.person}）{line.starts} {FORMS.get(line.form, line.form)}“{line.title}”"


async def _demand_unmerged(tx: Tx, lines: Sequence[PastLine], batch: Batch) -> None:
    """Raises: BatchOvertaken for a number that has become another since."""
    periods = await people.periods_of(tx, EVERYTHING, {line.person for line in lines})
    for line in lines:
        if merged_into(periods.get(line.person, ())) is not None:
            raise BatchOvertaken(batch.number, line.person)


async def _closed(tx: Tx, past: PastHours, batch: Batch) -> Mapping[int, date]:
    """Closed years and their days. Raises: ClosedMeanwhile."""
    closed = closed_days(await years.last_events(tx))
    for year in sorted({line.year for line in past.lines} & set(closed)):
        if not past.late:
            raise ClosedMeanwhile(batch.number, "台账", year, closed[year])
    return closed


def _kept(seq: int, postings: Iterable[Posting]) -> list[Earned]:
    return [Earned(seq, p.part.day, p.part.earned, p.posted) for p in postings if p.part.earned]


def _note(line: PastLine, postings: Sequence[Posting], rules: Rules, again: Again | None) -> str:
    """What a reader of the line has to know besides its hours."""
    said = [cut_note(line, postings, rules.forms)]
    if line.whole is not None:
        whole = line.whole
        said.append(f"{whole.starts} 至 {whole.ends} 共 {whole.hours} 学时，本条为 {line.year} 年度部分")
    if again is not None:
        said.append(f"第 {again.seq} 条冲销后重新入账")
    return "；".join(text for text in said if text)


def _entry(
    line: PastLine,
    postings: Sequence[Posting],
    facts: Sequence[Fact],
    note: str,
    by: str,
    now: datetime,
    *,
    late: bool,
) -> Entry:
    held = _held(facts, line)
    return Entry(
        person=line.person,
        unit=held.get(Field.UNIT, ""),
        category=held.get(Field.CATEGORY, Category.OTHER),
        mark=bool(held.get(Field.MARK)),
        year=line.year,
        starts_on=line.starts,
        ends_on=line.ends,
        form=line.form,
        content_classes=line.classes,
        title=line.title,
        hours=decimal(sum(posting.posted for posting in postings)),
        rule=f"{FORMS.get(line.form, line.form)}，按佐证认定",
        source=SOURCE,
        source_ref=line.ref,
        recorded_at=now,
        organiser=line.organiser,
        mode="导入",
        evidence=line.evidence,
        approved_by=by,
        approved_at=now,
        late=late,
        note=note,
    )


def _held(facts: Sequence[Fact], line: PastLine) -> Mapping[str, str]:
    """As on the last day; of somebody who is on record only later, as recorded first."""
    held = values_on(facts, line.ends)
    first = min((fact.valid_from for fact in facts), default=line.ends)
    return held if Field.UNIT in held else values_on(facts, max(first, line.ends))
