"""A daily question that was shown within the last minute beside a quiz, and stands open."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from handlers.actions import daily as answering
from handlers.actions.quiz_beside import shown_lately
from handlers.routing import Item
from storage import daily
from storage.database import Tx
from storage.scope import EVERYTHING
from training.daily import Window, window


async def open_dailies(tx: Tx, items: Iterable[Item], now: datetime) -> Mapping[str, date]:
    """Person → the day of the question that could be meant as well."""
    refs = {item.asker.person.number: shown_lately(item, answering.FOCUS, now) for item in items}
    places = {person: place for person, ref in refs.items() if (place := answering.place_in(ref))}
    days = {person: day for person, (day, _) in places.items() if window(day, now) in _OPEN}
    if not days:
        return {}
    given = await daily.answers(tx, EVERYTHING, days, min(days.values()), max(days.values()))
    return {person: day for person, day in days.items() if (day, person) not in given}


_OPEN = (Window.ON_TIME, Window.MAKE_UP)
