"""Who may register duties, and of whom: city admins of everybody, unit admins of their 管辖单位 and below."""

from storage import units
from storage.database import Tx
from storage.scope import Scope, of_asker
from training.errors import NotAllowed
from training.people import Person, Role


async def scope_of(tx: Tx, person: Person) -> Scope:
    """Raises: NotAllowed."""
    if person.role is Role.CITY_ADMIN:
        return of_asker(person, frozenset())
    below = await units.below(tx, person.managed_units)
    if person.role is not Role.UNIT_ADMIN or not below:
        raise NotAllowed
    return of_asker(person, below)
