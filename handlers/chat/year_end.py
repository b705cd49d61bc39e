"""`年终确认 [年度] [单位] [无误|有误 说明|撤回]`: unit admins stand by their figures; the city sees who has."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions import year_end as actions
from handlers.actions.year_end import Saying
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import year_end as texts
from storage import people
from storage.database import Tx
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.errors import Malformed
from training.people import Person, Role
from training.rules import Rules
from training.year_end import Said

_ACTS: Final = {"无误": Said.CONFIRMED, "有误": Said.OBJECTED, "撤回": Said.WITHDRAWN}
_YEAR: Final = re.compile(r"(?:(20\d\d)(?!\d)\s*(?:年度|年)?)?[\s,，:：]*(.*)", re.DOTALL)
_ACT: Final = re.compile(r"(?:(.*?)[\s,，:：]+)?(无误|有误|撤回)(?=[\s,，:：。]|$)[\s,，:：。]*(.*)", re.DOTALL)
_DIGITS: Final = {ord("０") + digit: str(digit) for digit in range(10)}
MOST_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """`kind` None: only to be shown."""

    year: int
    unit: str = ""
    kind: Said | None = None
    note: str = ""


def routes(rules: Rules) -> tuple[Route, ...]:
    return (Route(YearEnd(rules).answer, words=("年终确认", "年度确认"), takes_rest=True),)


class YearEnd:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def answer(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person = item.asker.person
        wanted = understood(item.rest, day_of(now).year - 1)
        if person.role is not Role.UNIT_ADMIN:
            return Reply(Text(texts.city(await actions.city(tx, person, wanted.year, now))))
        if wanted.kind is None:
            found = await actions.of_admin(tx, self._rules, person, wanted.year, wanted.unit, now)
            return Reply(Text(texts.own(wanted.year, found)))
        return await self._said(tx, item, person, wanted, wanted.kind, now)

    async def _said(self, tx: Tx, item: Item, person: Person, wanted: Wanted, kind: Said, now: datetime) -> Reply:
        saying = Saying(wanted.year, kind, wanted.note, wanted.unit)
        found = await actions.say(tx, self._rules, person, saying, now)
        answer = Text(texts.said(wanted.year, found))
        if kind is not Said.OBJECTED:
            return Reply(answer)
        holders = await people.holders(tx, EVERYTHING, Role.CITY_ADMIN, item.incoming.channel)
        accounts = tuple(sorted(account for several in holders.values() for account in several))
        told = Text(texts.objection(wanted.year, person.name, found, wanted.note))
        return Reply(answer, (Push(accounts, told, waits=True),) if accounts else ())


def understood(words: str, year: int) -> Wanted:
    """`year`: when none is named. Raises: Malformed for an objection without a word about what is wrong."""
    typed = _YEAR.fullmatch(words.translate(_DIGITS).strip())
    if typed is None:
        return Wanted(year)
    year, rest = int(typed[1] or year), typed[2].strip()
    act = _ACT.fullmatch(rest)
    if act is None:
        return Wanted(year, rest)
    kind, note = _ACTS[act[2]], act[3].strip()
    if (kind is Said.OBJECTED and not note) or len(note) > MOST_CHARACTERS:
        raise Malformed(texts.USAGE.format(year=year))
    return Wanted(year, (act[1] or "").strip(), kind, note)
