"""What a proposed 并档 says: what moves, what does not, and what the two admins have to look at first."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from training.batches import LeftBehind, Period, PersonMerge, Value
from training.hours import decimal
from training.merge_moves import Move
from training.people import Field
from training.roll import KnownPerson
from training.statuses import standing_periods

TWICE, DAY, CAP = "twice", "day", "cap"


def proposal(
    person: KnownPerson, into: KnownPerson, moved: Sequence[Move], closed: Collection[int], day: date
) -> PersonMerge:
    posted = [move for move in moved if move.days is not None]
    return PersonMerge(
        person.number,
        _name(person, day),
        into.number,
        _name(into, day),
        tuple(account.account for account in person.accounts),
        len(posted),
        decimal(sum(move.posted for move in posted)),
        tuple(_left(moved)),
        tuple((move.seq, move.resembles) for move in posted if move.resembles is not None),
        tuple(_differing(person, into, day)),
        tuple(_only_here(person, into)),
        tuple(sorted({move.entry.year for move in moved} & set(closed))),
    )


def _name(person: KnownPerson, day: date) -> str:
    return person.values(day).get(Field.NAME, "")


def _left(moved: Iterable[Move]) -> Iterator[LeftBehind]:
    for move in moved:
        lost = move.amount - move.posted
        if lost:
            why = TWICE if move.days is None else DAY if move.beyond_day else CAP
            yield LeftBehind(move.seq, move.entry.starts_on, move.entry.form, decimal(lost), why)


def _differing(person: KnownPerson, into: KnownPerson, day: date) -> Iterator[Value]:
    """What the record that goes says, and the one that stays says otherwise or not at all."""
    goes, stays = person.values(day), into.values(day)
    for field in Field:
        said = goes.get(field, "")
        if said and said != stays.get(field, ""):
            yield Value(field.value, stays.get(field, ""), day, said)


def _only_here(person: KnownPerson, into: KnownPerson) -> Iterator[Period]:
    there = {(period.status, period.starts, period.ends) for period in standing_periods(into.periods)}
    for period in standing_periods(person.periods):
        if (period.status, period.starts, period.ends) not in there:
            yield Period(period.status, period.starts, period.ends, period.document)
