"""Posting past hours that a second admin confirmed: what fits on each day and under the yearly cap of its form.

A row becomes one line, whatever fits; what was cut off waits for room (`handlers.actions.refilling`). The hours are
those that the file states, as its evidence certifies them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from handlers.actions.standings import load_standings
from storage import calendar, ledger, merges, people, refills, reversals, years
from storage.batches import Batch
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.batches import PastHours
from training.errors import BatchOvertaken
from training.forms import Form
from training.hours import Entry, Standing, decimal, hundredths
from training.limits import Posting, year_cap
from training.limits import post as within_limits
from training.line_days import DayRules, Earned, as_stated, on_days
from training.names import FORMS
from training.past_hours import PastLine, refs_of
from training.people import Category, Fact, Field, values_on
from training.rules import Rules
from training.statuses import merged_into
from training.years import ClosedMeanwhile, closed_days

SOURCE: Final = "import"


async def posted_refs(tx: Tx, lines: Sequence[PastLine]) -> frozenset[str]:
    """The refs of those lines whose event stands in the ledger, also under a number that became the person's."""
    became = await merges.numbers_that_became(tx, EVERYTHING, {line.person for line in lines})
    refs = {line.ref: refs_of(line, became.get(line.person, ())) for line in lines}
    every = [ref for several in refs.values() for ref in several]
    known = await reversals.known_refs(tx, EVERYTHING, SOURCE, every)
    return frozenset(ref for ref, several in refs.items() if not known.isdisjoint(several))


@dataclass(slots=True)
class Room:
    """What people have so far, kept true while line after line is decided.

    `days`: person → day → hundredths under its limit; `standings`: year → person → sums.
    """

    rules: DayRules
    standings: dict[int, dict[str, Standing]]
    days: dict[str, Counter[date]] = field(default_factory=dict)

    def take(self, line: PastLine) -> tuple[Posting, ...]:
        """The days of the event, each with what fits."""
        span, stated = (line.starts, line.ends), hundredths(line.hours)
        parts = as_stated(line.form, line.title, span, line.year, stated, self.rules)
        standing = self.standings[line.year][line.person]
        on_days = self.days.setdefault(line.person, Counter())
        so_far = standing.by_form.get(line.form, 0)
        in_years = {(Form(line.form), line.year): so_far}
        postings = within_limits(parts, on_days, in_years, self.rules.forms, self.rules.day_limit)
        for posting in postings:
            on_days[posting.part.day] += posting.posted if posting.part.day_limited else 0
        sums = {**standing.by_form, line.form: so_far + sum(posting.posted for posting in postings)}
        self.standings[line.year][line.person] = Standing(standing.owed, sums)
        return postings


async def post(tx: Tx, rules: Rules, past: PastHours, batch: Batch, *, by: str, now: datetime) -> list[Line]:
    """Raises: BatchOvertaken when one of the events was posted since, ClosedMeanwhile when its year was closed."""
    lines = sorted(past.lines, key=lambda line: (line.starts, line.person))
    if await posted_refs(tx, lines):
        raise BatchOvertaken(batch.number, "台账")
    await _demand_unmerged(tx, lines, batch)
    room = await _room(tx, rules, lines)
    closed = await _closed(tx, past, batch)
    facts = await people.facts_of(tx, EVERYTHING, {line.person for line in lines})
    decided = [room.take(line) for line in lines]
    entries = [
        _entry(line, postings, facts.get(line.person, []), rules, by, now, late=line.year in closed)
        for line, postings in zip(lines, decided, strict=True)
    ]
    for year in {line.year for line in lines}:
        await ledger.keep_standings(tx, year, room.standings[year])
    posted = await ledger.post(tx, entries)
    cut = {line.seq: _kept(line.seq, ps) for line, ps in zip(posted, decided, strict=True) if _is_cut(ps)}
    await refills.keep(tx, cut)
    return posted


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


async def _room(tx: Tx, rules: Rules, lines: Sequence[PastLine]) -> Room:
    """The year rows are locked, so that nobody else posts for these people; the year of most answers first."""
    wanted: dict[int, set[str]] = {}
    for line in lines:
        for year in {line.year, line.starts.year}:
            wanted.setdefault(year, set()).add(line.person)
    standings = {y: await load_standings(tx, rules, wanted[y], y, lock=True) for y in sorted(wanted, reverse=True)}
    by_day = DayRules(await calendar.imported(tx), rules.forms, rules.day_limit)
    return Room(by_day, standings, await _on_days(tx, by_day, lines))


async def _on_days(tx: Tx, rules: DayRules, lines: Sequence[PastLine]) -> dict[str, Counter[date]]:
    """Person → what stands on the days of the batch. A day's lines count for its year or the one before."""
    first, last = min(line.starts for line in lines), max(line.ends for line in lines)
    asked = (tx, EVERYTHING, {line.person for line in lines}, (first.year - 1, last.year), _limited(rules))
    held = await refills.lines_of(*asked, (first, last))
    kept = await refills.earned_of(*asked, (first, last))
    return {
        person: on_days({line.seq: line.entry for line in found}, kept, rules) for person, found in held.items()
    }


def _limited(rules: DayRules) -> Iterable[str]:
    return sorted({row.form for row in rules.forms if row.day_limited})


def _is_cut(postings: Iterable[Posting]) -> bool:
    return any(posting.posted < posting.part.earned for posting in postings)


def _kept(seq: int, postings: Iterable[Posting]) -> list[Earned]:
    return [Earned(seq, p.part.day, p.part.earned, p.posted) for p in postings if p.part.earned]


def note_of(line: PastLine, postings: Sequence[Posting], rules: Rules) -> str:
    """What of the stated hours was not posted, and why; empty when all was."""
    if not _is_cut(postings):
        return ""
    within_day, posted = sum(p.within_day for p in postings), sum(p.posted for p in postings)
    if all(year_cap(rules.forms, p.part) == 0 for p in postings):
        return f"申报 {line.hours}，{FORMS.get(line.form, line.form)}只记录、不计学时"
    said = [f"申报 {line.hours}"]
    if any(p.beyond_day for p in postings):
        said.append(f"按每日上限认定 {decimal(within_day)}")
    if any(p.beyond_cap for p in postings):
        said.append(f"{'再' if len(said) > 1 else ''}按年度上限认定 {decimal(posted)}")
    return "，".join(said)


def _entry(
    line: PastLine,
    postings: Sequence[Posting],
    facts: Sequence[Fact],
    rules: Rules,
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
        note=note_of(line, postings, rules),
    )


def _held(facts: Sequence[Fact], line: PastLine) -> Mapping[str, str]:
    """As on the last day; of somebody who is on record only later, as recorded first."""
    held = values_on(facts, line.ends)
    first = min((fact.valid_from for fact in facts), default=line.ends)
    return held if Field.UNIT in held else values_on(facts, max(first, line.ends))
