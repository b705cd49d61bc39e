"""`群发` for admins: alone a new one in a short conversation, else the list, results, and what becomes of one."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import broadcast_recall as recall
from handlers.actions import broadcast_setting as setting
from handlers.actions.broadcast_dialogue import DONE, FOCUS, Dialogue, Step, demand_sender, place_in
from handlers.actions.broadcast_results import results
from handlers.chat.broadcast_previews import TAP as PREVIEW_TAP
from handlers.chat.broadcast_previews import Previews, tapped
from handlers.chat.broadcast_steps import Steps, again, too_late
from handlers.holding import Awake, always
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route, worded
from handlers.texts import broadcast_results as result_texts
from handlers.texts import broadcasts as texts
from storage import broadcasts
from storage.broadcast_results import Fate
from storage.database import Tx
from training.broadcast_words import Command, Order, command_from
from training.broadcasts import Broadcast, State
from training.broadcasts import Kind as BroadcastKind
from training.people import Role
from training.rules import Rules

WORD: Final = "群发"
QUIZ_WORD: Final = "答题"
LISTED: Final = 10
LONGEST_COMMAND: Final = 20  # characters
_RUNS_ON: Final = re.compile(r"\s*群\s*发(.*)", re.DOTALL)


def routes(rules: Rules, awake: Awake = always) -> tuple[Route, ...]:
    dialogue = Dialogue(rules, awake)
    steps = Steps(dialogue, Previews(dialogue, rules))
    orders = Orders(steps)
    return (
        Route(orders.ordered, words=(WORD,), takes_rest=True),
        Route(orders.answered, focus=FOCUS, takes_all=True, dictated=is_dictated, waits=True),
        Route(steps.confirm, focus=FOCUS, steps=("确认", "确认发送", "确定")),
        Route(steps.cancel, focus=FOCUS, steps=("取消",)),
        # Alone they are commands elsewhere.
        Route(orders.kind, focus=FOCUS, steps=("通知", QUIZ_WORD, "统计")),
        Route(again, focus=DONE, steps=("确认", "确认发送", "确定")),
        Route(too_late, focus=DONE, steps=("取消",)),
        Route(tapped, tap=PREVIEW_TAP),
        Route(refresh, tap=result_texts.TAP),
    )


def is_dictated(ref: str, text: str) -> bool:
    """What is long, where a text is awaited, is that text, however it begins; `确认 3` is short."""
    long = len(text.strip()) > LONGEST_COMMAND or "\n" in text.strip()
    return place_in(ref).step is Step.CONTENT and long and _RUNS_ON.match(text) is None


class Orders:
    """What is typed behind `群发`."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    async def ordered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        if item.asker.person.role is Role.LEARNER:
            return Reply(Text(texts.NOT_FOR_LEARNERS))
        demand_sender(item.asker.person)
        command = command_from(item.rest)
        return Reply(Text(texts.USAGE)) if command is None else await self._obey(tx, item, command, now)

    async def answered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Words of the conversation, but for `群发撤回12`, which runs on and is a command all the same."""
        demand_sender(item.asker.person)
        runs_on = _RUNS_ON.fullmatch(item.rest)
        command = command_from(runs_on[1]) if runs_on else None
        if command is not None:
            return await self._obey(tx, item, command, now)
        if runs_on and place_in(item.ref).step is not Step.CONTENT:
            return Reply(Text(texts.USAGE))
        return await self._steps.answer(tx, item, now)

    async def kind(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """`答题` asks for today's question everywhere but where it answers what is to be sent."""
        demand_sender(item.asker.person)
        words = item.incoming.text
        if worded(words) == QUIZ_WORD and place_in(item.ref).step is not Step.WHAT:
            return Reply(Text(texts.QUIZ_OR_DAILY))
        return await self._steps.answer(tx, replace(item, rest=words), now)

    async def _obey(self, tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
        if command.order is Order.BEGIN:
            return await self._steps.begin(tx, item, now, command.kind)
        return await _ORDERS[command.order](tx, item, command, now)


async def _list(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """A unit admin's own ones, to a city admin everybody's."""
    person = item.asker.person
    sender = None if person.role is Role.CITY_ADMIN else person.number
    latest = await broadcasts.latest(tx, sender=sender, at_most=3 * LISTED)
    found = [one for one in latest if not _was_draft(one)][:LISTED]
    return Reply(Text(texts.listed([(one, await _figures(tx, item, one)) for one in found])))


def _was_draft(one: Broadcast) -> bool:
    """Given up before it was confirmed."""
    return one.state is State.CANCELLED and one.send_at is None


async def _figures(tx: Tx, item: Item, one: Broadcast) -> str:
    if one.state in (State.PLANNED, State.REPEATING, State.CANCELLED, State.STOPPED):
        return ""
    found = await results(tx, item.asker.person, one.number)
    quiz = one.settings.kind is BroadcastKind.QUIZ
    return texts.figures(found.persons, found.delivered, found.answered if quiz else None)


async def _show(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """The figures in words, and a card to look at them again."""
    found = await results(tx, item.asker.person, command.number)
    said = Text(result_texts.overview(found))
    if item.asker.wishes.text_only or not found.audience:
        return Reply(said)
    return Reply(said, (Push((item.incoming.account,), result_texts.card(found, now)),))


async def refresh(tx: Tx, item: Item, now: datetime) -> Reply:
    number = item.rest.partition(":")[0]
    demand_sender(item.asker.person)
    found = await results(tx, item.asker.person, int(number) if number.isdigit() else 0)
    return Reply(result_texts.card(found, now))


async def _recall(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    done = await recall.recall(tx, item.asker.person, command.number, command.note, now)
    return Reply(Text(result_texts.recalled(command.number, done)))


async def _cancel(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    await setting.cancel(tx, item.asker.person, command.number, now, "chat")
    return Reply(Text(texts.cancelled(command.number)))


async def _resend(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """Only when it was said that somebody may see it twice."""
    if not command.sure:
        found = await results(tx, item.asker.person, command.number)
        ask = texts.ASK_RESEND if found.sending.get(Fate.UNKNOWN) else texts.NOTHING_UNKNOWN
        return Reply(Text(ask.format(number=command.number)))
    done = await recall.resend_unknown(tx, item.asker.person, command.number, now)
    return Reply(Text(result_texts.resent(command.number, done)))


async def _give_up(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    done = await recall.give_up_unknown(tx, item.asker.person, command.number, now)
    return Reply(Text(result_texts.given_up(command.number, done)))


_ORDERS: Final[dict[Order, Callable[[Tx, Item, Command, datetime], Awaitable[Reply]]]] = {
    Order.LIST: _list,
    Order.SHOW: _show,
    Order.RECALL: _recall,
    Order.CANCEL: _cancel,
    Order.RESEND: _resend,
    Order.GIVE_UP: _give_up,
}
