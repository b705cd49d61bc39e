"""`群发` for admins: alone a new one in a short conversation, else the list, results, and what becomes of one."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import broadcast_recall as recall
from handlers.actions import broadcast_setting as setting
from handlers.actions.broadcast_dialogue import DONE, SENDERS, Dialogue, demand_sender
from handlers.actions.broadcast_outline import WAITING, outline
from handlers.actions.broadcast_places import FOCUS, Step, place_in
from handlers.actions.broadcast_results import headline, results
from handlers.actions.broadcast_rights import in_post, may_read
from handlers.chat.broadcast_previews import TAP as PREVIEW_TAP
from handlers.chat.broadcast_previews import Previews, tapped
from handlers.chat.broadcast_steps import Steps, again, too_late
from handlers.chat.quiz import Showing
from handlers.holding import Awake, always
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route, worded
from handlers.texts import broadcast_results as result_texts
from handlers.texts import broadcasts as texts
from handlers.texts import quiz as quiz_texts
from handlers.texts.broadcast_outlines import outlined
from storage import broadcasts
from storage.database import Tx
from training.broadcast_errors import NotInState
from training.broadcast_words import Command, Order, command_from
from training.broadcasts import Broadcast, State
from training.broadcasts import Kind as BroadcastKind
from training.errors import NotAllowed
from training.people import Person, Role
from training.quiz_errors import NoneOpen
from training.rules import Rules

WORD: Final = "群发"
QUIZ_WORD: Final = "答题"
NEW_QUIZ: Final = "新建答题"
READINGS: Final = frozenset({Order.LIST, Order.SHOW})
GONE_OUT: Final = frozenset({State.SENDING, State.OPEN, State.CLOSED})
LISTED: Final = 10
LONGEST_COMMAND: Final = 20  # characters
_RUNS_ON: Final = re.compile(r"\s*群\s*发(.*)", re.DOTALL)


def routes(rules: Rules, awake: Awake = always) -> tuple[Route, ...]:
    dialogue = Dialogue(rules, awake)
    steps = Steps(dialogue, Previews(dialogue, rules))
    orders = Orders(steps)
    quizzes = Quizzes(steps, Showing(rules))
    return (
        Route(in_post(rules, orders.ordered), words=(WORD,), takes_rest=True),
        Route(quizzes.shown_or_begun, words=(quiz_texts.AGAIN,)),
        Route(in_post(rules, quizzes.begun), words=(NEW_QUIZ,)),
        Route(in_post(rules, orders.answered), focus=FOCUS, takes_all=True, dictated=is_dictated, waits=True),
        Route(steps.confirm, focus=FOCUS, steps=("确认", "确认发送", "确定"), waits=True),
        Route(steps.cancel, focus=FOCUS, steps=("取消",), waits=True),
        # Alone they are commands elsewhere.
        Route(in_post(rules, orders.kind), focus=FOCUS, steps=("通知", QUIZ_WORD, "统计", "提醒")),
        # The card of a quiz that goes to its sender as well is then in front.
        Route(again, focus=DONE, steps=("确认", "确认发送", "确定"), waits=True),
        Route(too_late, focus=DONE, steps=("取消",), waits=True),
        Route(tapped, tap=PREVIEW_TAP),
        Route(in_post(rules, refresh), tap=result_texts.TAP),
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
        command = command_from(item.rest)
        _demand_right(item.asker.person, command)
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


class Quizzes:
    """`群发答题` shows a quiz again to whoever is to answer one, and begins one for who sends them."""

    def __init__(self, steps: Steps, showing: Showing) -> None:
        self._steps = steps
        self._showing = showing

    async def shown_or_begun(self, tx: Tx, item: Item, now: datetime) -> Reply:
        sends = _may_begin(item.asker.person)
        try:
            shown = await self._showing.again(tx, item, now)
        except NoneOpen:
            if not sends:
                raise
            return _behind(texts.NO_QUIZ_OPEN, await self.begun(tx, item, now))
        return _before(shown, texts.OWN_QUIZ, item.incoming.account) if sends else shown

    async def begun(self, tx: Tx, item: Item, now: datetime) -> Reply:
        if item.asker.person.role is Role.LEARNER:
            return Reply(Text(texts.NOT_FOR_LEARNERS))
        demand_sender(item.asker.person)
        return await self._steps.begin(tx, item, now, BroadcastKind.QUIZ)


def _may_begin(person: Person) -> bool:
    return person.role in SENDERS and (person.role is Role.CITY_ADMIN or bool(person.managed_units))


def _behind(said: str, reply: Reply) -> Reply:
    return replace(reply, now=Text(f"{said}\n{reply.now.text}")) if isinstance(reply.now, Text) else reply


def _before(reply: Reply, said: str, account: str) -> Reply:
    """The sentence comes last, also behind cards."""
    if isinstance(reply.now, Text):
        return replace(reply, now=Text(f"{reply.now.text}\n\n{said}"))
    return replace(reply, then=(*reply.then, Push((account,), Text(said))))


def _demand_right(person: Person, command: Command | None) -> None:
    """An auditor reads what was sent. Raises: NotAllowed."""
    reads = person.role is Role.AUDITOR and command is not None and command.order in READINGS
    if not reads:
        demand_sender(person)


async def _list(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """A unit admin's own ones, to a city admin and an auditor everybody's."""
    person = item.asker.person
    sender = person.number if person.role is Role.UNIT_ADMIN else None
    latest = await broadcasts.latest(tx, sender=sender, at_most=3 * LISTED)
    found = [one for one in latest if not _was_draft(one)][:LISTED]
    return Reply(Text(texts.listed([(one, await _figures(tx, item, one)) for one in found])))


def _was_draft(one: Broadcast) -> bool:
    """Given up before it was confirmed."""
    return one.state is State.CANCELLED and one.send_at is None


async def _figures(tx: Tx, item: Item, one: Broadcast) -> str:
    if one.state in (State.PLANNED, State.REPEATING, State.CANCELLED, State.STOPPED):
        return ""
    if not await may_read(tx, item.asker.person, one):  # of units that are not the sender's any more
        return ""
    found = await headline(tx, one)
    quiz = one.settings.kind is BroadcastKind.QUIZ
    return texts.figures(found.persons, found.delivered, found.answered if quiz else None)


async def _show(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """The figures in words, and a card to look at them again."""
    found = await results(tx, item.asker.person, command.number)
    said = Text(result_texts.overview(found))
    if found.broadcast.state in WAITING:
        return Reply(Text(outlined(await outline(tx, found.broadcast))))
    if item.asker.wishes.text_only or not found.audience:
        return Reply(said)
    return Reply(said, (Push((item.incoming.account,), result_texts.card(found, now)),))


async def refresh(tx: Tx, item: Item, now: datetime) -> Reply:
    """Also for an auditor. Raises: NotAllowed."""
    number = item.rest.partition(":")[0]
    if item.asker.person.role not in (*SENDERS, Role.AUDITOR):
        raise NotAllowed
    found = await results(tx, item.asker.person, int(number) if number.isdigit() else 0)
    return Reply(result_texts.card(found, now))


async def _recall(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    done = await recall.recall(tx, item.asker.person, command.number, command.note, now)
    return Reply(Text(result_texts.recalled(command.number, done)))


async def _cancel(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    try:
        await setting.cancel(tx, item.asker.person, command.number, now, "chat")
    except NotInState as refusal:
        if refusal.state not in GONE_OUT:
            raise
        return Reply(Text(texts.RECALL_INSTEAD.format(number=command.number)))
    return Reply(Text(texts.cancelled(command.number)))


async def _resend(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """Only when it was said that somebody may see it twice."""
    if not command.sure:
        found = await results(tx, item.asker.person, command.number)
        recall.demand_resendable(found.broadcast, now)
        return Reply(Text(result_texts.ask_resend(found)))
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
