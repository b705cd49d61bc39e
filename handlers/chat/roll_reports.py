"""`人员变动`, `本月无变动`, `接收`, `不接收` and `撤回变动`, and the taps of the two cards."""

import re
from datetime import date, datetime
from typing import Final

from handlers.actions import batches
from handlers.actions import roll_reports as actions
from handlers.message import Grey, Push, Reply, Text
from handlers.routing import Item, Route, worded
from handlers.texts import batches as batch_texts
from handlers.texts import roll_reports as texts
from storage import people, units, wishes
from storage.database import Tx
from storage.scope import EVERYTHING
from training.errors import Malformed
from training.people import Person, Role
from training.roll_reports import Report, State
from training.rules import Rules

_NUMBER: Final = re.compile(r"\d{1,9}")
_REASONED: Final = re.compile(r"(\d{1,9})(?:[\s:：,，]+(\S.*))?", re.DOTALL)
_NONE: Final = ("本月无变动", "本月无人员变动", "无变动", "本月人员无变动")


def routes(rules: Rules) -> tuple[Route, ...]:
    chat = RollReports(rules)
    return (
        Route(chat.ordered, words=("人员变动", "人员变动申报", "变动申报"), takes_rest=True),
        Route(chat.unchanged, words=_NONE),
        Route(chat.receive, words=("接收",), takes_rest=True),
        Route(chat.decline, words=("不接收",), takes_rest=True),
        Route(withdraw, words=("撤回变动", "撤回人员变动"), takes_rest=True),
        Route(chat.tapped, tap=texts.TAP),
    )


class RollReports:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def ordered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        if not item.rest:
            return Reply(Text(await self._overview(tx, item.asker.person, now)))
        if _NUMBER.fullmatch(item.rest):
            return await self._show(tx, item.asker.person, int(item.rest))
        if worded(item.rest) in (*_NONE, "无"):
            return await self.unchanged(tx, item, now)
        channel, person = item.incoming.channel, item.asker.person
        made = await actions.report(tx, self._rules, channel, person, item.rest, now)
        names = await _names(tx, made)
        said = Text(texts.reported(made, names.get(made.receiving, made.receiving)))
        if made.state is State.RECEIVING:
            return Reply(said, await self._to_receivers(tx, channel, made, names.get(made.unit, made.unit), now))
        return Reply(said, await self._to_city(tx, channel, made))

    async def unchanged(self, tx: Tx, item: Item, now: datetime) -> Reply:
        made, new = await actions.unchanged(tx, self._rules, item.asker.person, None, now)
        return Reply(Text(texts.unchanged(made, new=new)))

    async def receive(self, tx: Tx, item: Item, now: datetime) -> Reply:
        if not _NUMBER.fullmatch(item.rest):
            raise Malformed("接收 5")
        made, told = await self._receive(tx, item, int(item.rest), now)
        return Reply(Text(texts.received(made)), told)

    async def decline(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """And the one who reported is told."""
        found = _REASONED.fullmatch(item.rest)
        if found is None:
            raise Malformed("不接收 5 本单位没有这项调动")
        note = (found[2] or "").strip()
        done = await actions.decline(tx, self._rules, item.asker.person, int(found[1]), note, now)
        unit = (await _names(tx, done)).get(done.receiving, done.receiving)
        accounts = await actions.accounts(tx, item.incoming.channel, done.by)
        told = (Push(accounts, Text(texts.to_reporter(done, unit)), waits=True),) if accounts else ()
        return Reply(Text(texts.declined(done)), told)

    async def tapped(self, tx: Tx, item: Item, now: datetime) -> Reply:
        what, _, about = item.rest.partition(":")
        own = (item.incoming.account,)
        if what == texts.NONE:
            month = date.fromisoformat(f"{about}-01")
            made, new = await actions.unchanged(tx, self._rules, item.asker.person, month, now)
            return Reply(Grey("已申报"), (Push(own, Text(texts.unchanged(made, new=new))),))
        if what == texts.YES:
            made, told = await self._receive(tx, item, int(about), now)
            return Reply(Grey("已接收"), (Push(own, Text(texts.received(made))), *told))
        if what == texts.NO:
            return Reply(None, (Push(own, Text(texts.how_to_decline(int(about)))),))
        return Reply(None, (Push(own, Text(await self._overview(tx, item.asker.person, now))),))

    async def _receive(self, tx: Tx, item: Item, number: int, now: datetime) -> tuple[Report, tuple[Push, ...]]:
        made = await actions.receive(tx, self._rules, item.asker.person, number, now)
        return made, await self._to_city(tx, item.incoming.channel, made)

    async def _overview(self, tx: Tx, person: Person, now: datetime) -> str:
        found = await actions.overview(tx, self._rules, person, now)
        names = await _names(tx, *found.to_receive, *found.waiting)
        city, decides = person.role is not Role.UNIT_ADMIN, person.role is Role.CITY_ADMIN
        return texts.overview(found, names, city=city, decides=decides)

    async def _show(self, tx: Tx, person: Person, number: int) -> Reply:
        found = await actions.one(tx, person, number)
        receives = await actions.is_asked(tx, person, found)
        return Reply(Text(texts.whole(found, await _names(tx, found), receives=receives)))

    async def _to_receivers(self, tx: Tx, channel: str, made: Report, unit: str, now: datetime) -> tuple[Push, ...]:
        """A card to each, or its words to those who want texts."""
        asked = [one.number for one in await actions.to_tell(tx, self._rules, made, now)]
        plain = await wishes.text_only(tx, EVERYTHING, asked)
        accounts = await people.accounts_of(tx, EVERYTHING, channel, asked)
        words, card = Text(texts.receiving_words(made, unit)), texts.receiving_card(made, unit)
        return tuple(
            Push(names, words if number in plain else card, waits=True)
            for number, names in sorted(accounts.items())
        )

    async def _to_city(self, tx: Tx, channel: str, made: Report) -> tuple[Push, ...]:
        """Those who may confirm its batch are told of it."""
        seconds = await batches.seconds(tx, channel, made.by)
        if not seconds or made.changes is None:
            return ()
        names = await batches.unit_names(tx, made.changes)
        by = (await people.names(tx, EVERYTHING, [made.by])).get(made.by, made.by)
        said = batch_texts.proposed(made.batch, made.changes, by, made.shown, names)
        return (Push(seconds, Text(said), waits=True),)


async def withdraw(tx: Tx, item: Item, now: datetime) -> Reply:
    if not _NUMBER.fullmatch(item.rest):
        raise Malformed("撤回变动 5")
    return Reply(Text(texts.withdrawn(await actions.withdraw(tx, item.asker.person, int(item.rest), now))))


async def _names(tx: Tx, *reports: Report) -> dict[str, str]:
    """单位代码 and 人员编号 of who reported → name."""
    codes = {code for one in reports for code in (one.unit, one.receiving) if code}
    by = await people.names(tx, EVERYTHING, {one.by for one in reports})
    return {**await units.names(tx, codes), **by}
