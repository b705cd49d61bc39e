"""投诉建议: taken down with a number, brought to the city admins, answered to the person."""

from collections.abc import Mapping
from datetime import datetime

from storage import audit, feedback, people
from storage.askers import Asker
from storage.audit import Act
from storage.database import Tx
from storage.feedback import Feedback
from storage.scope import EVERYTHING
from training.errors import NoSuchNumber, NotAllowed
from training.people import Role


async def take_down(tx: Tx, asker: Asker, text: str, now: datetime) -> int:
    """Returns the number."""
    return await feedback.add(tx, asker.person.number, text, now)


async def city_accounts(tx: Tx, channel: str) -> tuple[str, ...]:
    """Where it goes: to every city admin, never to the unit complained of."""
    holders: Mapping[str, tuple[str, ...]] = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, channel)
    return tuple(sorted(account for accounts in holders.values() for account in accounts))


async def waiting(tx: Tx, asker: Asker) -> list[Feedback]:
    """What is not answered yet. Raises: NotAllowed."""
    _only_city(asker)
    return await feedback.waiting(tx, EVERYTHING)


async def answer(tx: Tx, asker: Asker, number: int, text: str, channel: str, now: datetime) -> tuple[str, ...]:
    """Answer once; returns the accounts of the person who asked. Raises: NotAllowed, NoSuchNumber."""
    _only_city(asker)
    asked = await feedback.one(tx, EVERYTHING, number)
    if asked is None or not await feedback.answer(tx, number, text, by=asker.person.number, now=now):
        raise NoSuchNumber("待答复的投诉建议", str(number))
    act = Act(asker.person.number, "chat", "feedback.answer", f"feedback {number}", after=text)
    await audit.record(tx, act, now)
    return (await people.accounts_of(tx, EVERYTHING, channel)).get(asked.person, ())


def _only_city(asker: Asker) -> None:
    if asker.person.role is not Role.CITY_ADMIN:
        raise NotAllowed
