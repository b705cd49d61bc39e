"""认定入账: what activities and claims earned becomes lines, as far as it fits on each day and under yearly caps.

What was posted before under the same source and ref stays as it is; what was taken back since is posted again under
the next generation of its ref. The audit log is written before: after `post` only the commit may follow, because
everybody waits for the head.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.actions.posting_room import room_for
from storage import exam_lines, ledger, people, refills, reversals, years
from storage.database import Tx
from storage.ledger import Line
from storage.scope import EVERYTHING
from training.earned_rows import RECOGNISED_CUT
from training.forms import Form
from training.hours import Entry, decimal
from training.limits import Posting
from training.line_days import DayRules, Earned, spread
from training.past_lines import generation, in_generation
from training.past_room import Room
from training.people import Category, Fact, Field, values_on
from training.recognising import Recognised, limits_note
from training.rules import Rules
from training.years import YearClosed, closed_days


@dataclass(frozen=True, slots=True)
class Expected:
    """What would be posted, in hundredths of an hour, and the note that says what limits cut.

    `stands`: it was posted before, and nothing more would be.
    """

    posted: int
    note: str
    stands: bool = False


@dataclass(frozen=True, slots=True)
class _Free:
    """The ref under which an event can be posted; `last` is its last line that was taken back, 0 for none."""

    ref: str
    last: int = 0


async def post(
    tx: Tx, rules: Rules, found: Sequence[Recognised], *, approved_by: str, now: datetime, late: bool = False
) -> list[Line]:
    """The new lines. `late`: what is of a closed year is 补录. Raises: YearClosed for one that may not be."""
    if not found:
        return []
    room = await room_for(tx, rules, found, lock=True)
    free = await _free(tx, found)  # under the locks of the year rows
    wanted = [one for one in _in_order(found) if _key(one) in free]
    if not wanted:
        return []
    facts = await people.facts_of(tx, EVERYTHING, {one.person for one in wanted})
    await ledger.head(tx, lock=True)  # a year is closed under it
    closed = await _closed(tx, wanted, late=late)
    decided = [_taken(room, one) for one in wanted]
    entries = [
        _entry(one, postings, free[_key(one)], facts.get(one.person, []), approved_by, now, late=one.year in closed)
        for one, postings in zip(wanted, decided, strict=True)
    ]
    for year in {one.year for one in wanted}:
        changed = {one.person for one in wanted if one.year == year}
        await ledger.keep_standings(tx, year, {person: room.standings[year][person] for person in changed})
    posted = await ledger.post(tx, entries)
    pairs = zip(posted, decided, strict=True)
    await refills.keep(tx, {line.seq: _kept(line, postings, room.rules) for line, postings in pairs})
    return posted


async def expected(tx: Tx, rules: Rules, found: Sequence[Recognised]) -> Mapping[str, Expected]:
    """Per source_ref, as the ledger stands; nothing is locked or written."""
    if not found:
        return {}
    room = await room_for(tx, rules, found, lock=False)
    free = await _free(tx, found)
    said = {one.source_ref: Expected(0, "", stands=True) for one in found if _key(one) not in free}
    for one in _in_order(found):
        if _key(one) in free:
            postings = _taken(room, one)
            said[one.source_ref] = Expected(sum(p.posted for p in postings), limits_note(postings))
    return said


def _in_order(found: Iterable[Recognised]) -> list[Recognised]:
    """As they are posted: the earlier event takes the room."""
    return sorted(found, key=lambda one: (one.starts, one.person, one.source_ref))


def _taken(room: Room, one: Recognised) -> tuple[Posting, ...]:
    return room.take_parts(one.person, Form(one.form), one.year, one.parts)


def _key(one: Recognised) -> tuple[str, str]:
    return one.source, one.source_ref


async def _free(tx: Tx, found: Sequence[Recognised]) -> Mapping[tuple[str, str], _Free]:
    """Of those that can be posted. What a 并档 moved to another number stands there."""
    free: dict[tuple[str, str], _Free] = {}
    for source in {one.source for one in found}:
        waiting = {one.source_ref: _Free(one.source_ref) for one in found if one.source == source}
        while waiting:
            known = await reversals.numbers_of(tx, EVERYTHING, source, [one.ref for one in waiting.values()])
            back = await reversals.taken_back(tx, EVERYTHING, known.values())
            back -= (await exam_lines.moved_to(tx, EVERYTHING, back)).keys()
            free |= {(source, first): one for first, one in waiting.items() if one.ref not in known}
            waiting = {
                first: _Free(in_generation(one.ref, generation(one.ref) + 1), known[one.ref])
                for first, one in waiting.items()
                if known.get(one.ref) in back
            }
    return free


async def _closed(tx: Tx, wanted: Sequence[Recognised], *, late: bool) -> Mapping[int, date]:
    """Closed years and their days. Raises: YearClosed."""
    closed = closed_days(await years.last_events(tx))
    for year in sorted({one.year for one in wanted} & set(closed)):
        if not late:
            raise YearClosed(year, closed[year])
    return closed


def _kept(line: Line, postings: Sequence[Posting], rules: DayRules) -> list[Earned]:
    """The days of a line that was cut, or whose days are not what its hours alone would say."""
    entry, earned = line.entry, [posting for posting in postings if posting.part.earned]
    if all(posting.posted == posting.part.earned for posting in postings):
        plain = spread(entry.form, entry.title, (entry.starts_on, entry.ends_on), entry.year, _sum(postings), rules)
        if [(p.day, p.earned) for p in plain if p.earned] == [(p.part.day, p.posted) for p in earned]:
            return []
    return [Earned(line.seq, p.part.day, p.part.earned, p.posted) for p in earned]


def _sum(postings: Sequence[Posting]) -> int:
    return sum(posting.posted for posting in postings)


def _entry(
    one: Recognised,
    postings: Sequence[Posting],
    free: _Free,
    facts: Sequence[Fact],
    approved_by: str,
    now: datetime,
    *,
    late: bool,
) -> Entry:
    held = held_on(facts, one.ends)
    return Entry(
        person=one.person,
        unit=held.get(Field.UNIT, ""),
        category=held.get(Field.CATEGORY, Category.OTHER),
        mark=bool(held.get(Field.MARK)),
        year=one.year,
        starts_on=one.starts,
        ends_on=one.ends,
        form=one.form,
        content_classes=one.classes,
        title=one.title,
        hours=decimal(_sum(postings)),
        rule=one.rule,
        source=one.source,
        source_ref=free.ref,
        recorded_at=now,
        organiser=one.organiser,
        mode=one.mode,
        minutes=one.minutes,
        evidence=one.evidence,
        approved_by=approved_by,
        approved_at=now,
        late=late,
        note=_note(one, postings, free),
    )


def held_on(facts: Sequence[Fact], day: date) -> Mapping[str, str]:
    """What holds of somebody on the day; of somebody who is on record only later, as recorded first."""
    held = values_on(facts, day)
    first = min((fact.valid_from for fact in facts), default=day)
    return held if Field.UNIT in held else values_on(facts, max(first, day))


def _note(one: Recognised, postings: Sequence[Posting], free: _Free) -> str:
    """Only what limits cut may begin as that does."""
    said = one.note if not one.note.startswith(RECOGNISED_CUT) else f"备注：{one.note}"
    again = f"第 {free.last} 条冲销后重新入账" if free.last else ""
    return "；".join(filter(None, (limits_note(postings), again, said)))
