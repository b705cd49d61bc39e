"""What people chose about being written to; only who changed a default or saw the notice has a row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.scope import Scope
from storage.sets import among, texts
from storage.tables import person_wishes
from training.wishes import Wishes


def _values(wishes: Wishes) -> dict[str, Any]:
    return {
        "mute_daily": wishes.mute_daily,
        "mute_reminders": wishes.mute_reminders,
        "mute_notices": wishes.mute_notices,
        "streak": wishes.streak,
        "text_only": wishes.text_only,
    }


async def keep(tx: Tx, person: str, wishes: Wishes) -> None:
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    values = _values(wishes)
    row = make(person_wishes).values(person=person, **values)
    await tx.execute(row.on_conflict_do_update(index_elements=["person"], set_=values))


async def mark_privacy_shown(tx: Tx, persons: Iterable[str], now: datetime) -> None:
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    rows = [{"person": number, "privacy_shown_at": now, **_values(Wishes())} for number in sorted(persons)]
    if rows:
        row = make(person_wishes)
        shown = {"privacy_shown_at": row.excluded.privacy_shown_at}
        await tx.execute(row.on_conflict_do_update(index_elements=["person"], set_=shown), rows)


async def text_only(tx: Tx, scope: Scope, persons: Iterable[str]) -> frozenset[str]:
    """Those of these people who want texts instead of cards."""
    statement = select(person_wishes.c.person).where(
        among(person_wishes.c.person, "persons"), person_wishes.c.text_only, scope.allows(person_wishes.c.person)
    )
    return frozenset((await tx.execute(statement, {"persons": texts(persons)})).scalars())
