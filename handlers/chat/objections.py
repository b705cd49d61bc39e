"""`异议`, `我的异议`, `撤回异议`, and `答复异议` for whoever answers."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from handlers.actions import batches, feedback
from handlers.actions import objections as actions
from handlers.actions.objections import Settled
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import objections as texts
from handlers.texts import reversing
from storage.database import Tx
from training.activities import Activity
from training.errors import Malformed
from training.objections import About, State, read, read_answer
from training.rules import Rules

_NUMBER: Final = re.compile(r"\d{1,9}")


def routes(rules: Rules) -> tuple[Route, ...]:
    chat = Objections(rules)
    return (
        Route(chat.objected, words=("异议", "提出异议"), takes_rest=True),
        Route(mine, words=("我的异议",)),
        Route(withdraw, words=("撤回异议",), takes_rest=True),
        Route(chat.answer, words=("答复异议", "待答复异议"), takes_rest=True),
    )


class Objections:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def objected(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person, channel = item.asker.person, item.incoming.channel
        if not item.rest:
            return await self._overview(tx, item, now)
        about, words = read(item.rest)
        made = await actions.object_to(tx, self._rules, person, about, words, now)
        told = await actions.answerers(tx, self._rules, channel, made.objection, now)
        return Reply(Text(texts.taken_down(made)), _push(told, texts.to_answerers(made)))

    async def _overview(self, tx: Tx, item: Item, now: datetime) -> Reply:
        said = texts.how(await actions.recent(tx, item.asker.person, now))
        waiting = await actions.to_answer(tx, self._rules, item.asker.person, now)
        return Reply(Text(f"{texts.to_answer(waiting)}\n{said}" if waiting else said))

    async def answer(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person, channel = item.asker.person, item.incoming.channel
        if not item.rest:
            return Reply(Text(texts.to_answer(await actions.to_answer(tx, self._rules, person, now))))
        number, upheld, words = read_answer(item.rest)
        done = await actions.answer(tx, self._rules, person, number, (upheld, words), now, shown=reversing.shown)
        told = _push(await actions.accounts(tx, channel, done.objection.person), texts.to_person(done))
        return Reply(Text(texts.answered(done)), (*told, *await _others(tx, channel, done)))


async def _others(tx: Tx, channel: str, done: Settled) -> Sequence[Push]:
    """Who has to do something now that it was upheld."""
    one = done.objection
    if one.state is not State.UPHELD:
        return ()
    if done.new:
        return _push(await batches.seconds(tx, channel, one.answered_by), texts.to_second(done))
    if one.subject.about is About.EXAM:
        answered = await actions.accounts(tx, channel, one.answered_by)
        city = await feedback.city_accounts(tx, channel)
        return _push(tuple(name for name in city if name not in answered), texts.to_hosts(done))
    if isinstance(done.thing, Activity):
        hosts = {done.thing.settings.organiser, done.thing.concluded_by} - {one.answered_by, one.person}
        found = [name for host in sorted(hosts) for name in await actions.accounts(tx, channel, host)]
        return _push(tuple(found), texts.to_hosts(done))
    return ()


def _push(accounts: tuple[str, ...], words: str) -> tuple[Push, ...]:
    return (Push(accounts, Text(words), waits=True),) if accounts else ()


async def mine(tx: Tx, item: Item, now: datetime) -> Reply:
    return Reply(Text(texts.mine(await actions.mine(tx, item.asker.person))))


async def withdraw(tx: Tx, item: Item, now: datetime) -> Reply:
    if not _NUMBER.fullmatch(item.rest):
        raise Malformed("撤回异议 7")
    before = await actions.withdraw(tx, item.asker.person, int(item.rest), now)
    return Reply(Text(texts.withdrawn(before.number)))
