"""The 学时台账: append-only, numbered without gaps, each line hashed over the one before.

The head is locked last and once a batch; a person's year row is locked before anything is decided about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, bindparam, func, select, update

from storage import bulk
from storage.database import Tx
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import ledger_entry, ledger_head, person_now, person_year
from training import chains
from training.chains import Broken, Head, HeadLost
from training.hours import Entry, Standing, line_hash

CHAIN: Final = "ledger"
_YEAR_COLUMNS: Final = ("person", "year", "owed_hundredths", "by_form")
_NEW_STANDING: Final = (
    "ON CONFLICT (person, year) DO UPDATE "
    "SET owed_hundredths = excluded.owed_hundredths, by_form = excluded.by_form"
)


class Line(msgspec.Struct, frozen=True):
    """One posted line in its place."""

    seq: int
    prev: str
    hash: str
    entry: Entry


_YEARS: Final = (
    select(person_year.c.person, person_year.c.owed_hundredths, person_year.c.by_form)
    .where(among(person_year.c.person, "persons"), person_year.c.year == bindparam("year"))
    .order_by(person_year.c.person)
)
_YEARS_LOCKED: Final = _YEARS.with_for_update()
_HEAD: Final = select(ledger_head.c.seq, ledger_head.c.hash).where(ledger_head.c.chain == CHAIN)
_HEAD_LOCKED: Final = _HEAD.with_for_update()
_MOVE_HEAD: Final = (
    update(ledger_head)
    .where(ledger_head.c.chain == CHAIN)
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
)


async def standings(
    tx: Tx, scope: Scope, persons: Iterable[str], year: int, *, lock: bool = False
) -> Mapping[str, Standing]:
    """Person → where the person stands in the year; absent when nothing was ever posted or computed."""
    statement = within(_YEARS_LOCKED if lock else _YEARS, scope, person_year.c.person)
    rows = await tx.execute(statement, {"persons": texts(persons), "year": year})
    return {number: Standing(owed, msgspec.json.decode(by_form)) for number, owed, by_form in rows}


async def keep_standings(tx: Tx, year: int, standings: Mapping[str, Standing]) -> None:
    """Write the rows whole, in key order."""
    rows = [(p, year, s.owed, _encoded(s.by_form)) for p, s in sorted(standings.items())]
    await bulk.insert(tx, person_year, _YEAR_COLUMNS, rows, _NEW_STANDING)


def _encoded(by_form: Mapping[str, int]) -> str:
    return msgspec.json.encode(by_form).decode()


async def forget_owed(tx: Tx, persons: Iterable[str]) -> None:
    """What is owed is computed anew at the next look, because the roll changed."""
    wanted = {"persons": texts(persons)}
    here = among(person_year.c.person, "persons")
    # Locked in the order in which everybody else locks them; an UPDATE would take them as it finds them.
    rows = select(person_year.c.person).where(here).order_by(person_year.c.person, person_year.c.year)
    await tx.execute(rows.with_for_update(), wanted)
    await tx.execute(update(person_year).where(here).values(owed_hundredths=None), wanted)


async def without_owed(tx: Tx, scope: Scope, year: int, *, at_most: int) -> list[str]:
    """People on the roll of whom it is not computed yet what they owe in the year."""
    known = (person_year.c.person == person_now.c.number) & (person_year.c.year == year)
    statement = (
        select(person_now.c.number)
        .outerjoin(person_year, known)
        .where(person_year.c.owed_hundredths.is_(None), scope.allows(person_now.c.number, person_now.c.unit))
        .order_by(person_now.c.number)
        .limit(at_most)
    )
    return list((await tx.execute(statement)).scalars())


async def head(tx: Tx, *, lock: bool = False) -> Head:
    """Raises: HeadLost."""
    row = (await tx.execute(_HEAD_LOCKED if lock else _HEAD)).one_or_none()
    if row is None:
        raise HeadLost("ledger")
    return Head(row.seq, row.hash)


async def ends(tx: Tx, scope: Scope) -> tuple[int, int]:
    """The lowest and the highest number among the lines themselves, whatever the head says; (1, 0) without any."""
    within_scope = scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
    lowest = select(func.min(ledger_entry.c.seq)).where(within_scope).scalar_subquery()
    highest = select(func.max(ledger_entry.c.seq)).where(within_scope).scalar_subquery()
    first, last = (await tx.execute(select(func.coalesce(lowest, 1), func.coalesce(highest, 0)))).one()
    return int(first), int(last)


async def post(tx: Tx, entries: Sequence[Entry]) -> list[Line]:
    """Append the lines in this order. Call it last: everything else waits for the head."""
    if not entries:
        return []
    last = await head(tx, lock=True)
    lines: list[Line] = []
    for entry in entries:
        seq = last.seq + 1
        line = Line(seq, last.hash, line_hash(seq, last.hash, entry), entry)
        lines.append(line)
        last = Head(seq, line.hash)
    spell = bulk.spelling(tx)
    await bulk.append(tx, ledger_entry, _COLUMNS, [_row(line, spell) for line in lines])
    await tx.execute(_MOVE_HEAD, {"new_seq": last.seq, "new_hash": last.hash})
    return lines


def _row(line: Line, spell: bulk.Spelling) -> tuple[Any, ...]:
    """In the order of `_COLUMNS`."""
    entry = line.entry
    return (
        line.seq,
        line.prev,
        line.hash,
        entry.person,
        entry.unit,
        str(entry.category),
        spell.yes(entry.mark),
        entry.year,
        spell.day(entry.starts_on),
        spell.day(entry.ends_on),
        str(entry.form),
        "、".join(entry.content_classes),
        entry.title,
        spell.hours(entry.hours),
        entry.rule,
        entry.source,
        entry.source_ref,
        spell.moment(entry.recorded_at),
        entry.organiser,
        entry.mode,
        entry.minutes,
        entry.evidence,
        entry.approved_by,
        spell.moment(entry.approved_at) if entry.approved_at else None,
        spell.yes(entry.late),
        entry.reverses,
        entry.note,
    )


_ENTRY_FIELDS: Final = Entry.__struct_fields__
_COLUMNS: Final = ("seq", "prev", "hash", *_ENTRY_FIELDS)


def line_of(row: Row[Any]) -> Line:
    fields = {name: getattr(row, name) for name in _ENTRY_FIELDS}
    fields["content_classes"] = tuple(row.content_classes.split("、")) if row.content_classes else ()
    fields["hours"] = Decimal(row.hours)
    return Line(row.seq, row.prev, row.hash, Entry(**fields))


async def lines_of(tx: Tx, scope: Scope, person: str, year: int, *, at_most: int) -> list[Line]:
    """A person's last lines of a year, the latest first."""
    statement = (
        select(ledger_entry)
        .where(
            ledger_entry.c.person == person,
            ledger_entry.c.year == year,
            scope.allows(ledger_entry.c.person, ledger_entry.c.unit),
        )
        .order_by(ledger_entry.c.seq.desc())
        .limit(at_most)
    )
    return [line_of(row) for row in await tx.execute(statement)]


def first_break(lines: Iterable[Line], last: Head) -> Broken | None:
    """Check one page against the line before it."""
    return chains.first_break(lines, last, lambda line: line_hash(line.seq, line.prev, line.entry))
