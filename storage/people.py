"""The roll: dated facts of people, their accounts, and what holds of them today.

`person_now` is made from the facts and made anew when one of them begins or ends (`refresh`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from storage.sets import among, texts
from storage.tables import account, person, person_fact, person_now, person_status
from training.people import Account, Category, Fact, Field, Person, Role, StatusPeriod, next_change, values_on
from training.statuses import STATUSES, Status, status_on

PERSON_COLUMNS: Final = (
    person_now.c.number,
    person_now.c.name,
    person_now.c.unit,
    person_now.c.category,
    person_now.c.mark,
    person_now.c.role,
    person_now.c.status,
    person_now.c.pushes,
    person_now.c.managed_units,
)
_CATEGORIES: Final = {category.value: category for category in Category}  # calling the type is ten times as slow
_ROLES: Final = {role.value: role for role in Role}


def person_of(
    number: str,
    name: str,
    unit: str,
    category: str,
    mark: bool,
    role: str,
    status: str,
    pushes: bool,
    managed_units: str,
) -> Person:
    """From the values of `PERSON_COLUMNS`."""
    managed = tuple(managed_units.split(",")) if managed_units else ()
    return Person(number, name, unit, _CATEGORIES[category], mark, _ROLES[role], status, pushes, managed)


async def facts_of(tx: Tx, scope: Scope, numbers: Iterable[str]) -> Mapping[str, list[Fact]]:
    """Number → its facts in the order recorded."""
    statement = (
        select(person_fact)
        .where(among(person_fact.c.subject, "numbers"), scope.allows(person_fact.c.subject))
        .order_by(person_fact.c.id)
    )
    found: dict[str, list[Fact]] = {}
    for row in await tx.execute(statement, {"numbers": texts(numbers)}):
        found.setdefault(row.subject, []).append(
            Fact(row.subject, row.field, row.value, row.valid_from, row.recorded_at)
        )
    return found


async def periods_of(tx: Tx, scope: Scope, numbers: Iterable[str]) -> Mapping[str, list[StatusPeriod]]:
    statement = (
        select(person_status)
        .where(among(person_status.c.person, "numbers"), scope.allows(person_status.c.person))
        .order_by(person_status.c.id)
    )
    found: dict[str, list[StatusPeriod]] = {}
    for row in await tx.execute(statement, {"numbers": texts(numbers)}):
        found.setdefault(row.person, []).append(
            StatusPeriod(row.person, row.status, row.starts, row.ends, row.recorded_at, row.document)
        )
    return found


async def recorded_statuses(tx: Tx, scope: Scope) -> frozenset[str]:
    """The name of every status that stands in a record, whenever it holds."""
    statement = select(person_status.c.status).where(scope.allows(person_status.c.person)).distinct()
    return frozenset((await tx.execute(statement)).scalars())


async def accounts_of(
    tx: Tx, scope: Scope, channel: str, numbers: Iterable[str] | None = None
) -> Mapping[str, tuple[str, ...]]:
    """Number → accounts, of these people, or of the whole channel."""
    statement = (
        select(account.c.person, account.c.account)
        .where(account.c.channel == channel, scope.allows(account.c.person))
        .order_by(account.c.account)
    )
    values: dict[str, Any] = {}
    if numbers is not None:
        statement, values = statement.where(among(account.c.person, "numbers")), {"numbers": texts(numbers)}
    found: dict[str, tuple[str, ...]] = {}
    for number, name in await tx.execute(statement, values):
        found[number] = (*found.get(number, ()), name)
    return found


async def account_rows(tx: Tx, scope: Scope) -> Mapping[str, list[Account]]:
    """Number → accounts of every channel."""
    statement = select(account).where(scope.allows(account.c.person)).order_by(account.c.channel, account.c.account)
    found: dict[str, list[Account]] = {}
    for row in await tx.execute(statement):
        found.setdefault(row.person, []).append(Account(row.account, row.person, row.since, row.channel))
    return found


async def owners(tx: Tx, scope: Scope, channel: str, accounts: Iterable[str]) -> Mapping[str, str]:
    """Account → 人员编号, for the accounts that are somebody's."""
    statement = select(account.c.account, account.c.person).where(
        among(account.c.account, "accounts"), account.c.channel == channel, scope.allows(account.c.person)
    )
    return dict((await tx.execute(statement, {"accounts": texts(accounts)})).all())


async def numbers(tx: Tx, scope: Scope, *, after: str = "", at_most: int = 1000) -> list[str]:
    """人员编号, a page at a time."""
    statement = select(person.c.number).where(person.c.number > after, scope.allows(person.c.number))
    return list((await tx.execute(statement.order_by(person.c.number).limit(at_most))).scalars())


async def names(tx: Tx, scope: Scope, numbers: Iterable[str]) -> Mapping[str, str]:
    statement = select(person_now.c.number, person_now.c.name).where(
        among(person_now.c.number, "numbers"), scope.allows(person_now.c.number, person_now.c.unit)
    )
    return dict((await tx.execute(statement, {"numbers": texts(numbers)})).all())


async def every(tx: Tx, scope: Scope, *, after: str = "", at_most: int = 1000) -> list[Person]:
    """What holds today, a page by number."""
    statement = (
        select(*PERSON_COLUMNS)
        .where(person_now.c.number > after, scope.allows(person_now.c.number, person_now.c.unit))
        .order_by(person_now.c.number)
        .limit(at_most)
    )
    return [person_of(*row) for row in await tx.execute(statement)]


async def holders(tx: Tx, scope: Scope, role: Role, channel: str) -> Mapping[str, tuple[str, ...]]:
    """Number → accounts of everyone with this role."""
    statement = (
        select(account.c.person, account.c.account)
        .join(person_now, person_now.c.number == account.c.person)
        .where(
            person_now.c.role == role,
            account.c.channel == channel,
            scope.allows(person_now.c.number, person_now.c.unit),
        )
    )
    found: dict[str, tuple[str, ...]] = {}
    for number, name in await tx.execute(statement):
        found[number] = (*found.get(number, ()), name)
    return found


async def count(tx: Tx) -> int:
    return (await tx.execute(select(func.count()).select_from(person))).scalar_one()


async def add(
    tx: Tx,
    facts: Sequence[Fact],
    periods: Sequence[StatusPeriod],
    accounts: Sequence[Account],
    *,
    by: str,
    now: datetime,
    today: date,
    statuses: Sequence[Status] = STATUSES,
) -> None:
    """Record facts, periods and accounts, and bring today's view up to date. Raises: UnknownStatus."""
    touched = {f.subject for f in facts} | {p.person for p in periods} | {a.person for a in accounts}
    statement = select(person.c.number).where(among(person.c.number, "numbers"))
    known = set((await tx.execute(statement, {"numbers": texts(touched)})).scalars())
    new = sorted(touched - known)
    if new:
        await tx.execute(insert(person), [{"number": number, "created_at": now} for number in new])
    if facts:
        await tx.execute(insert(person_fact), [_fact_row(fact, by) for fact in facts])
    if periods:
        await tx.execute(insert(person_status), [_period_row(period, by) for period in periods])
    if accounts:
        rows = [
            {"channel": a.channel, "account": a.account, "person": a.person, "since": a.since} for a in accounts
        ]
        await tx.execute(insert(account), rows)
    await refresh(tx, touched, today, statuses)


def _fact_row(fact: Fact, by: str) -> dict[str, Any]:
    return {
        "subject": fact.subject,
        "field": str(fact.field),
        "value": fact.value,
        "valid_from": fact.valid_from,
        "recorded_at": fact.recorded_at,
        "recorded_by": by,
    }


def _period_row(period: StatusPeriod, by: str) -> dict[str, Any]:
    return {
        "person": period.person,
        "status": period.status,
        "starts": period.starts,
        "ends": period.ends,
        "document": period.document,
        "recorded_at": period.recorded_at,
        "recorded_by": by,
    }


async def due_for_refresh(tx: Tx, today: date, *, at_most: int = 500) -> list[str]:
    statement = select(person_now.c.number).where(person_now.c.next_change_on <= today).limit(at_most)
    return list((await tx.execute(statement)).scalars())


async def refresh(tx: Tx, numbers: Iterable[str], today: date, statuses: Sequence[Status] = STATUSES) -> None:
    """Make today's view of these people anew from their facts; other processes may do the same just now.

    `statuses`: the rows in force today. Raises: UnknownStatus.
    """
    wanted = sorted(set(numbers))
    # Whoever comes second must read the facts that the first one wrote, or would put an old view over a new one.
    turn = select(person.c.number).where(among(person.c.number, "numbers")).order_by(person.c.number)
    await tx.execute(turn.with_for_update(key_share=True), {"numbers": texts(wanted)})
    facts = await facts_of(tx, EVERYTHING, wanted)
    periods = await periods_of(tx, EVERYTHING, wanted)
    rows = [_now_row(n, facts.get(n, []), periods.get(n, []), today, statuses) for n in wanted]
    if not rows:
        return
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = make(person_now)
    changed = {column.name: statement.excluded[column.name] for column in person_now.c if not column.primary_key}
    await tx.execute(statement.on_conflict_do_update(index_elements=["number"], set_=changed), rows)


def _now_row(
    number: str, facts: list[Fact], periods: list[StatusPeriod], today: date, statuses: Sequence[Status]
) -> dict[str, Any]:
    held = values_on(facts, today) or values_on(facts, date.max)
    status = status_on(periods, today, statuses)
    category = Category(held.get(Field.CATEGORY, Category.OTHER))
    mark = held.get(Field.MARK, "") == "1"
    role = Role(held.get(Field.ROLE) or Role.LEARNER)
    view = Person(
        number, held.get(Field.NAME, ""), held.get(Field.UNIT, ""), category, mark, role, status.name, True
    )
    in_post = any(fact.field == Field.UNIT and fact.valid_from <= today for fact in facts)
    return {
        "number": number,
        "name": view.name,
        "unit": view.unit,
        "category": str(category),
        "mark": mark,
        "group": str(view.group) if view.group else None,
        "role": str(role),
        "managed_units": held.get(Field.MANAGED_UNITS, ""),
        "status": status.name,
        "pushes": in_post and status.pushes,
        "next_change_on": next_change(facts, periods, today),
    }


async def current_values(tx: Tx, scope: Scope, numbers: Iterable[str], field: Field) -> Mapping[str, str]:
    """Number → what was recorded last of one field, for those who have it."""
    statement = (
        select(person_fact.c.subject, person_fact.c.value)
        .where(
            among(person_fact.c.subject, "numbers"),
            person_fact.c.field == field,
            scope.allows(person_fact.c.subject),
        )
        .order_by(person_fact.c.valid_from, person_fact.c.id)
    )
    return dict((await tx.execute(statement, {"numbers": texts(numbers)})).all())
