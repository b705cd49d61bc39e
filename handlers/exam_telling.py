"""Who is told that the score changed, in whatever accounts: after a batch was confirmed, and from the clock."""

from collections.abc import Sequence

from handlers.actions.exam_remarking import Slice
from handlers.actions.exam_scores import Entered
from handlers.message import Push, Text
from handlers.texts import exam_keys as texts
from handlers.texts import exam_notices as notices
from storage import people
from storage.database import Tx
from storage.scope import EVERYTHING


async def pushes(tx: Tx, channel: str, remarked: Slice) -> Sequence[Push]:
    """One a person, to everybody of the slice who has an account."""
    numbers = [one.person for one in remarked.rescored]
    accounts = await people.accounts_of(tx, EVERYTHING, channel, numbers) if numbers else {}
    return tuple(
        Push(accounts[one.person], Text(texts.rescored(remarked.exam, one)))
        for one in remarked.rescored
        if one.person in accounts
    )


async def entered(tx: Tx, channel: str, scores: Entered) -> Sequence[Push]:
    """That a score is there, to everybody who got one; the same words for all."""
    accounts = await people.accounts_of(tx, EVERYTHING, channel, scores.persons)
    names = tuple(sorted(name for several in accounts.values() for name in several))
    return (Push(names, Text(notices.scores_out(scores.exam))),) if names else ()
