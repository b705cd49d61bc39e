"""我的数据: a copy of what is kept of oneself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import daily, ledger, own_records, people, quizzes
from storage.askers import Asker
from storage.database import Tx
from storage.own_records import NOTHING, OwnRecords
from storage.scope import own
from training.calendar import day_of
from training.hours import Standing
from training.people import values_on


@dataclass(frozen=True, slots=True)
class OwnData:
    """What holds today by field, the accounts, how many answers, and the sums of this year."""

    facts: Mapping[str, str]
    status: str
    accounts: Sequence[str]
    answers: int
    year: int
    standing: Standing
    quizzes: int = 0
    records: OwnRecords = NOTHING


async def own_data(tx: Tx, asker: Asker, channel: str, now: datetime) -> OwnData:
    number, day = asker.person.number, day_of(now)
    scope = own(number)
    facts = await people.facts_of(tx, scope, [number])
    standings = await ledger.standings(tx, scope, [number], day.year)
    return OwnData(
        values_on(facts.get(number, []), day),
        asker.person.status,
        (await people.accounts_of(tx, scope, channel)).get(number, ()),
        len(await daily.answered_days(tx, scope, number, at_most=10_000)),
        day.year,
        standings.get(number, Standing(None, {})),
        await quizzes.how_many(tx, scope, number),
        await own_records.kept_of(tx, scope, number),
    )
