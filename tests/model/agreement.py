"""What has to hold after every step: the database beside the model, and parts of the program beside each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import select

from handlers.actions import audits, ledgers, summaries
from handlers.actions.standings import load_standings
from handlers.actions.summaries import Summary, Wanted
from storage import people, tables
from storage.scope import EVERYTHING
from tests.model.books import UNDER_DAY_LIMIT, Line
from tests.model.setups import Setup
from tests.model.slow_owed import LEFT, NONE, Amounts, History, Said, Stay, owed
from tests.model.town import Town
from training.chains import Head
from training.hours import counted, hundredths
from training.requirements import owed as quick_owed
from training.summaries import Cut

# Parts of the town that have nobody in common and together are everybody.
PARTS = (frozenset({"gov", "sfj", "zfk"}), frozenset({"czj"}), frozenset({"zhen"}))
Units = frozenset[str] | None
Row = tuple[int, int, int, int]  # owed, recorded, counted, missing


@dataclass(frozen=True)
class Totals:
    """What a 学时汇总 says."""

    rows: Mapping[str, Row]
    gone: frozenset[str]
    reconciled: tuple[int, ...]


@dataclass(frozen=True)
class Memory:
    """What the summary said at a moment between two steps."""

    at: datetime
    year: int
    day: date
    setup: Setup
    said: Mapping[Units, Totals]


@dataclass
class Slow:
    """Remembers what was computed day by day, as long as nothing was recorded since."""

    known: dict[tuple[object, ...], int] = field(default_factory=dict)
    agreed: set[tuple[object, ...]] = field(default_factory=set)

    def owed(self, number: str, history: History, year: int, amounts: tuple[Amounts, ...]) -> int:
        key = (number, len(history.said), len(history.stays), year, amounts)
        if key not in self.known:
            self.known[key] = owed(history, year, amounts)
        return self.known[key]


async def agree(town: Town, slow: Slow, year: int) -> None:
    """Everything but the memories; `year` is the one of which a summary is made this time."""
    await _lines_agree(town)
    await _histories_agree(town)
    for one in (town.today.year, town.today.year - 1):
        await _standings_agree(town, slow, one)
    await _summaries_agree(town, slow, year)
    head = await ledgers.verify(town.database, None)
    assert isinstance(head, Head)
    assert head.seq == len(town.books.lines)
    assert isinstance(await audits.verify(town.database), Head)


async def _lines_agree(town: Town) -> None:
    """The ledger is the model's, numbered without a gap, and the year rows hold its sums."""
    entry, row = tables.ledger_entry.c, tables.person_year.c
    columns = (entry.person, entry.unit, entry.year, entry.starts_on, entry.form, entry.hours, entry.source)
    more = (entry.recorded_at, entry.reverses, entry.seq)
    async with town.database.read() as tx:
        found = (await tx.execute(select(*columns, *more).order_by(entry.seq))).all()
        sums = {(r.person, r.year): r.by_form for r in await tx.execute(select(row.person, row.year, row.by_form))}
    assert [line.seq for line in found] == list(range(1, len(found) + 1))
    assert [
        Line(*line[:5], hundredths(line.hours), line.source, line.recorded_at, line.reverses or 0) for line in found
    ] == town.books.lines
    of_day = max(setup.limits.of_day for setup in town.setups)
    days = {(line.person, line.starts) for line in town.books.lines if line.form in UNDER_DAY_LIMIT}
    assert all(town.books.on_day(person, day) <= of_day for person, day in days)
    posted = {(line.person, line.year) for line in town.books.lines}
    assert posted <= sums.keys()
    for key, text in sums.items():
        kept = {form: amount for form, amount in msgspec.json.decode(text).items() if amount}
        assert kept == town.books.by_form(*key)
        for form, amount in kept.items():
            highest = [setup.limits.highest(form) for setup in town.setups]  # what was lowered takes nothing away
            assert 0 < amount <= max(amount if cap is None else cap for cap in highest)


async def _histories_agree(town: Town) -> None:
    """What was decided is recorded, no more and no less, and shown as it holds today."""
    async with town.database.read() as tx:
        facts = await people.facts_of(tx, EVERYTHING, town.people)
        periods = await people.periods_of(tx, EVERYTHING, town.people)
        answers = (await tx.execute(select(tables.daily_answer))).all()
    shown = await town.view()
    assert shown.keys() == facts.keys() == town.people.keys()
    for number, history in town.people.items():
        assert [Said(f.field, f.value, f.valid_from) for f in facts[number]] == history.said
        assert [Stay(p.status, p.starts, p.ends) for p in periods.get(number, [])] == history.stays
        unit, category, mark, status = shown[number]
        held = [history.shown(name, town.today) for name in ("unit", "category", "mark")]
        assert ([unit, category, "1" if mark else ""], status) == (held, history.status(town.today))
    assert {(row.day, row.person): (row.earned_hundredths, row.posted_hundredths) for row in answers} == {
        key: (answer.earned, answer.got) for key, answer in town.books.answers.items()
    }


async def _standings_agree(town: Town, slow: Slow, year: int) -> None:
    """Owed as kept, as computed from what is recorded, and day by day; counted by the model's own sum."""
    rules = town.setup.rules
    async with town.database.read() as tx:
        standings = await load_standings(tx, rules, town.people, year)
        facts = await people.facts_of(tx, EVERYTHING, town.people)
        periods = await people.periods_of(tx, EVERYTHING, town.people)
    for number, history in town.people.items():
        standing = standings[number]
        from_facts = hundredths(quick_owed(facts[number], periods.get(number, []), year, *rules.policies).hours)
        by_days = slow.owed(number, history, year, town.setup.amounts)
        assert standing.owed == from_facts == by_days, number
        counts = counted(standing, rules.hours)
        assert counts == town.books.counted(number, year, by_days, town.setup.share)
        assert 0 <= counts <= standing.recorded
        rest = sum(amount for form, amount in standing.by_form.items() if form != "daily")
        assert not by_days or 0 <= counts - rest <= by_days * town.setup.share / 100


async def summed(
    town: Town, year: int, day: date, units: Units, setup: Setup, known_at: datetime | None
) -> Summary:
    cut = Cut(None, known_at)
    tree = await summaries.unit_tree(town.database, day, cut)
    head = await ledgers.head(town.database)
    return await summaries.summary(town.database, setup.rules, Wanted(year, day, cut, tree, units, head.seq))


def _totals(found: Summary) -> Totals:
    r = found.reconciliation
    return Totals(
        {
            row.place.number: (row.figures.owed, row.figures.recorded, row.figures.counted, row.figures.missing)
            for row in found.rows
        },
        frozenset(row.place.number for row in found.gone),
        (r.ledger, r.lines, r.summary, r.outside, r.persons, r.elsewhere),
    )


async def _summaries_agree(town: Town, slow: Slow, year: int) -> None:
    """Every summary reconciles, the parts are the whole, and the whole is the model's."""
    day = summaries.standing_day(year, town.today)
    state = (day, len(town.books.lines), town.setup, *town.touched.values())
    if state in slow.agreed:  # nothing was recorded since, or the lines and histories would not have agreed
        return
    slow.agreed.add(state)
    whole = await summed(town, year, day, None, town.setup, None)
    parts = {units: await summed(town, year, day, units, town.setup, None) for units in PARTS}
    assert [found.reconciliation.difference for found in (whole, *parts.values())] == [0] * (1 + len(PARTS))
    city = _totals(whole)
    assert {number: row for part in parts.values() for number, row in _totals(part).rows.items()} == city.rows
    assert sum(len(part.rows) for part in parts.values()) == len(whole.rows)
    lines = [line for line in town.books.lines if line.year == year]
    assert city.reconciled[:2] == (sum(line.amount for line in lines), len(lines))
    for units, part in parts.items():
        here = [line for line in lines if line.unit in units]
        assert _totals(part).reconciled[:2] == (sum(line.amount for line in here), len(here))
        assert _totals(part).rows.keys() == {n for n in city.rows if town.people[n].value("unit", day) in units}
    assert city.rows == dict(_expected(town, slow, year, day))


def _expected(town: Town, slow: Slow, year: int, day: date) -> Iterator[tuple[str, Row]]:
    """Who is in post on the day and counted, with what the model knows of them; 其他 only if they owe something."""
    for number, history in town.people.items():
        owes = slow.owed(number, history, year, town.setup.amounts)
        counted_at_unit = history.on_roll(day) and history.effect(day) not in (LEFT, NONE)
        if counted_at_unit and (history.value("category", day) != "other" or owes):
            counts = town.books.counted(number, year, owes, town.setup.share)
            yield number, (owes, town.books.sum(number, year), counts, max(0, owes - counts))


async def remembered(town: Town) -> Memory:
    """A moment between this step and the next."""
    at, year, day = town.clock() + timedelta(seconds=30), town.today.year, town.today
    said = {units: _totals(await summed(town, year, day, units, town.setup, None)) for units in (None, *PARTS)}
    return Memory(at, year, day, town.setup, said)


async def recalled(town: Town, memory: Memory) -> None:
    """Asked for what was known then, the same figures come out, whatever was recorded since."""
    for units, before in memory.said.items():
        now = await summed(town, memory.year, memory.day, units, memory.setup, memory.at)
        assert _totals(now) == before
