"""The 学时台账: append-only, numbered without gaps, each line hashed over the one before.

The head is locked last and once a batch; a person's year row is locked before anything is decided about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import ledger_entry, ledger_head, person_year
from training.hours import Entry, Standing, line_hash

CHAIN: Final = "ledger"
PAGE_LINES: Final = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One posted line in its place."""

    seq: int
    prev: str
    hash: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Head:
    seq: int
    hash: str


def _years_statement(year: int, *, lock: bool) -> Any:
    statement = (
        select(person_year.c.person, person_year.c.owed_hundredths, person_year.c.by_form)
        .where(among(person_year.c.person, "persons"), person_year.c.year == year)
        .order_by(person_year.c.person)
    )
    return statement.with_for_update() if lock else statement


async def standings(
    tx: Tx, scope: Scope, persons: Iterable[str], year: int, *, lock: bool = False
) -> Mapping[str, Standing]:
    """Person → where the person stands in the year; absent when nothing was ever posted or computed."""
    statement = _years_statement(year, lock=lock).where(scope.allows(person_year.c.person))
    rows = await tx.execute(statement, {"persons": texts(persons)})
    return {number: Standing(owed, msgspec.json.decode(by_form)) for number, owed, by_form in rows}


async def keep_standings(tx: Tx, year: int, standings: Mapping[str, Standing]) -> None:
    """Write the rows whole; on PostgreSQL in key order."""
    if not standings:
        return
    rows = [
        {"person": p, "year": year, "owed_hundredths": s.owed, "by_form": msgspec.json.encode(s.by_form).decode()}
        for p, s in sorted(standings.items())
    ]
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(person_year)
    changed = {"owed_hundredths": statement.excluded.owed_hundredths, "by_form": statement.excluded.by_form}
    await tx.execute(statement.on_conflict_do_update(index_elements=["person", "year"], set_=changed), rows)


async def forget_owed(tx: Tx, persons: Iterable[str]) -> None:
    """What is owed is computed anew at the next look, because the roll changed."""
    statement = update(person_year).where(among(person_year.c.person, "persons")).values(owed_hundredths=None)
    await tx.execute(statement, {"persons": texts(persons)})


async def head(tx: Tx, *, lock: bool = False) -> Head:
    statement = select(ledger_head.c.seq, ledger_head.c.hash).where(ledger_head.c.chain == CHAIN)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one()
    return Head(row.seq, row.hash)


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
    await tx.execute(insert(ledger_entry), [_row(line) for line in lines])
    moved = update(ledger_head).where(ledger_head.c.chain == CHAIN).values(seq=last.seq, hash=last.hash)
    await tx.execute(moved)
    return lines


def _row(line: Line) -> dict[str, Any]:
    entry = line.entry
    row = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    row["content_classes"] = "、".join(entry.content_classes)
    row.update(seq=line.seq, prev=line.prev, hash=line.hash)
    return row


_ENTRY_FIELDS: Final = tuple(Entry.__dataclass_fields__)


async def pages(
    tx: Tx, scope: Scope, *, after: int = 0, year: int | None = None, units: frozenset[str] | None = None
) -> list[Line]:
    """The next page of lines after number `after`, in order; an empty page is the end."""
    statement = select(ledger_entry).where(
        ledger_entry.c.seq > after, scope.allows(ledger_entry.c.person, ledger_entry.c.unit)
    )
    if year is not None:
        statement = statement.where(ledger_entry.c.year == year)
    if units is not None:
        statement = statement.where(among(ledger_entry.c.unit, "units"))
    found = await tx.execute(
        statement.order_by(ledger_entry.c.seq).limit(PAGE_LINES),
        {"units": texts(units)} if units is not None else {},
    )
    return [_line(row) for row in found]


def _line(row: Row[Any]) -> Line:
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
    return [_line(row) for row in await tx.execute(statement)]


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that does not hold, and why: `number`, `prev`, `hash` or `head`."""

    seq: int
    why: str


def first_break(lines: Iterable[Line], last: Head) -> Broken | None:
    """Check one page against the line before it."""
    for line in lines:
        if line.seq != last.seq + 1:
            return Broken(last.seq + 1, "number")
        if line.prev != last.hash:
            return Broken(line.seq, "prev")
        if line.hash != line_hash(line.seq, line.prev, line.entry):
            return Broken(line.seq, "hash")
        last = Head(line.seq, line.hash)
    return None
