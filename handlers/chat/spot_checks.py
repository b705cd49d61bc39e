"""`抽查`, `抽查 2026-10`, `抽查 120 属实 说明` and `抽查 120 不符 说明`, for city admins; auditors may look."""

import re
from datetime import date, datetime
from typing import Final

from handlers.actions import batches
from handlers.actions import spot_checks as actions
from handlers.actions.spot_checks import Verdict
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import reversing
from handlers.texts import spot_checks as texts
from storage.database import Tx
from training.errors import Malformed
from training.rules import Rules
from training.spot_checks import Result

MOST_CHARACTERS: Final = 500
_RESULTS: Final = {"属实": Result.SOUND, "不符": Result.FAILED}
_MONTH: Final = re.compile(r"(20\d\d)\s*[-./年]\s*(\d{1,2})\s*月?", re.ASCII)
_VERDICT: Final = re.compile(
    r"(?:第\s*)?(\d{1,9})\s*条?[\s,，:：]*(属实|不符)(?=[\s,，:：。]|$)[\s,，:：。]*(.*)", re.DOTALL | re.ASCII
)
_DIGITS: Final = {ord("０") + digit: str(digit) for digit in range(10)}


def routes(rules: Rules) -> tuple[Route, ...]:
    return (Route(SpotChecks(rules).answer, words=("抽查",), takes_rest=True),)


class SpotChecks:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def answer(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person, words = item.asker.person, item.rest.translate(_DIGITS).strip()
        found = _VERDICT.fullmatch(words)
        if found is None:
            return Reply(Text(texts.month(await actions.month_of(tx, person, month_in(words)))))
        note = found[3].strip()
        result = _RESULTS[found[2]]
        if (result is Result.FAILED and not note) or len(note) > MOST_CHARACTERS:
            raise Malformed(texts.USAGE)
        verdict = Verdict(int(found[1]), result, note, reversing.shown)
        done = await actions.check(tx, self._rules, person, verdict, now)
        answer = Text(texts.finding(done))
        if not done.new:
            return Reply(answer)
        accounts = await batches.seconds(tx, item.incoming.channel, person.number)
        told = Text(texts.to_second(done, person.name))
        return Reply(answer, (Push(accounts, told, waits=True),) if accounts else ())


def month_in(words: str) -> date | None:
    """None for the latest. Raises: Malformed."""
    if not words:
        return None
    found = _MONTH.fullmatch(words)
    if found is None or not 1 <= int(found[2]) <= 12:
        raise Malformed(texts.USAGE)
    return date(int(found[1]), int(found[2]), 1)
