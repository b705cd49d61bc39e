"""Who has not answered: of those who asked to be reminded, and of those who hold a card."""

from collections.abc import Sequence
from datetime import date

from storage import askers, daily
from storage.daily import Receiver
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import monday_of
from training.people import Group
from training.rules import Rules


async def unanswered(tx: Tx, rules: Rules, channel: str, day: date, group: Group) -> list[Receiver]:
    """People who switched reminders on, may be written to, and have not answered the day's question.

    Whoever sits an exam gets none, not even later: by its end it may be false.
    """
    wanting = await daily.wanting_reminder(tx, EVERYTHING, channel, group, week=monday_of(day))
    answered = await daily.answers(tx, EVERYTHING, [one.number for one in wanting], day, day)
    budget = rules.compliance.push_budget_per_week
    return [
        one
        for one in wanting
        if one.sits_until is None and (day, one.number) not in answered and one.pushes_this_week < budget
    ]


async def without_answer(tx: Tx, rules: Rules, channel: str, accounts: Sequence[str], day: date) -> list[str]:
    """The accounts whose person did not answer that day's question."""
    known = await askers.by_account(tx, EVERYTHING, channel, accounts, day, rules.statuses_on(day))
    numbers = {asker.person.number for asker in known.values()}
    answered = await daily.answers(tx, EVERYTHING, numbers, day, day)
    return [a for a in accounts if a in known and (day, known[a].person.number) not in answered]
