"""Who may be asked to decide: unit admins in service, with an account by which they can be reached."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import exists, select

from storage.database import Tx
from storage.people import PERSON_COLUMNS, person_of
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import account, person_now
from training.people import Person, Role


async def unit_admins(tx: Tx, scope: Scope, gone: Collection[str]) -> list[Person]:
    """`gone`: the statuses of those who are not in service any more."""
    reached = exists().where(account.c.person == person_now.c.number)
    statement = (
        select(*PERSON_COLUMNS)
        .where(
            person_now.c.role == str(Role.UNIT_ADMIN),
            person_now.c.status.not_in(sorted(gone)),
            scope.allows(person_now.c.number, person_now.c.unit),
            reached,
        )
        .order_by(person_now.c.number)
    )
    return [person_of(*row) for row in await tx.execute(statement)]


async def several(tx: Tx, scope: Scope, numbers: Iterable[str]) -> Mapping[str, Person]:
    """人员编号 → as the roll has them today."""
    statement = select(*PERSON_COLUMNS).where(
        among(person_now.c.number, "numbers"), scope.allows(person_now.c.number, person_now.c.unit)
    )
    return {row[0]: person_of(*row) for row in await tx.execute(statement, {"numbers": texts(numbers)})}
