"""履职登记 as it is kept: facts in the order they were registered, and those that take others back."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, exists, func, insert, or_, select

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import duty_fact
from training.duty_facts import DutyFact, Source

_BETWEEN = "、"
_LATER = duty_fact.alias("later")
_TAKEN_BACK = exists().where(_LATER.c.revokes == duty_fact.c.id)


async def add(tx: Tx, facts: Iterable[DutyFact]) -> list[int]:
    """Returns their numbers. Raises: IntegrityError when one of this `source` and `source_ref` is there."""
    statement = insert(duty_fact).returning(duty_fact.c.id)
    return [(await tx.execute(statement.values(_row(fact)))).scalar_one() for fact in facts]


async def refs(tx: Tx, source: Source, wanted: Iterable[str]) -> set[str]:
    """The `source_ref` of those that are there, taken back or not."""
    statement = select(duty_fact.c.source_ref).where(
        duty_fact.c.source == source, among(duty_fact.c.source_ref, "refs")
    )
    return set((await tx.execute(statement, {"refs": texts(wanted)})).scalars())


async def refs_from(tx: Tx, source: Source, ref: str) -> int:
    """How many there are of this `source_ref`, and of `ref#2` and so on, taken back or not."""
    statement = select(func.count()).where(
        duty_fact.c.source == source,
        or_(duty_fact.c.source_ref == ref, duty_fact.c.source_ref.startswith(f"{ref}#", autoescape=True)),
    )
    return (await tx.execute(statement.select_from(duty_fact))).scalar_one()


async def standing(tx: Tx, scope: Scope, subjects: Iterable[str] | None = None) -> list[DutyFact]:
    """Those that were not taken back, of these subjects or of everybody."""
    statement = _standing(scope)
    if subjects is None:
        return [_fact(row) for row in await tx.execute(statement)]
    narrowed = statement.where(among(duty_fact.c.subject, "subjects"))
    return [_fact(row) for row in await tx.execute(narrowed, {"subjects": texts(subjects)})]


async def last(tx: Tx, scope: Scope, at_most: int) -> list[DutyFact]:
    """The latest registered that stand, the last one first."""
    statement = _standing(scope).order_by(None).order_by(duty_fact.c.id.desc()).limit(at_most)
    return [_fact(row) for row in await tx.execute(statement)]


async def one(tx: Tx, scope: Scope, number: int) -> DutyFact | None:
    """One that stands; None for one that was taken back, and for one that takes back."""
    row = (await tx.execute(_standing(scope).where(duty_fact.c.id == number))).one_or_none()
    return None if row is None else _fact(row)


def _standing(scope: Scope) -> Select[Any]:
    allowed = scope.allows(duty_fact.c.subject, duty_fact.c.unit)
    return select(duty_fact).where(duty_fact.c.revokes == 0, ~_TAKEN_BACK, allowed).order_by(duty_fact.c.id)


def _row(fact: DutyFact) -> dict[str, Any]:
    said = {"quota": fact.quota, "subject": fact.subject, "unit": fact.unit, "title": fact.title, "form": fact.form}
    when = {"day": fact.day, "year": fact.day.year, "recorded_at": fact.recorded_at}
    origin = {"source": fact.source, "source_ref": fact.source_ref, "recorded_by": fact.recorded_by}
    rest = {"activity": fact.activity, "evidence": fact.evidence, "revokes": fact.revokes, "reason": fact.reason}
    return {**said, **when, **origin, **rest, "content": _BETWEEN.join(fact.content)}


def _fact(row: Row[Any]) -> DutyFact:
    return DutyFact(
        *(row.quota, row.subject, row.unit, row.day, row.title),
        *(Source(row.source), row.source_ref, row.recorded_by, row.recorded_at, row.form),
        content=_words(row.content),
        activity=row.activity,
        evidence=row.evidence,
        number=row.id,
        revokes=row.revokes,
        reason=row.reason,
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(_BETWEEN)) if text else ()
