"""`活动` and what belongs to it: sign-in by code, the organiser's list, 办结 and cancelling.

`新建活动` is in `activity_dialogue`. A scanned QR code comes as the words that it says.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import activities, activity_concluding, activity_reading, batches
from handlers.actions.activity_drafting import named
from handlers.actions.activity_people import runs
from handlers.actions.activity_signing import Shown
from handlers.chat.activity_dialogue import FOCUS, PUBLISH, Drafts, is_labelled
from handlers.message import File, Push, Reply, Text
from handlers.pictures import qr
from handlers.routing import Cold, Item, Route
from handlers.texts import activities as texts
from handlers.texts import activity_concluding as concluding_texts
from handlers.texts import activity_refusals
from handlers.texts import batches as batch_texts
from storage import batches as kept_batches
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activities import Mark, State
from training.activity_errors import NotOrganiser, WrongCode
from training.activity_words import (
    Code,
    Command,
    Order,
    code_from,
    command_from,
    concluding_from,
    day_meant,
    is_code,
    number_and_words,
)
from training.errors import Malformed
from training.rules import Rules

BARE_CODE: Final = "sign_code"  # a kind of focus that nothing shows: six digits alone come here
MOST_REASON: Final = 200


def routes(rules: Rules) -> tuple[Route, ...]:
    drafts = Drafts(rules)
    commands: dict[str, Cold] = {
        **dict.fromkeys(("活动", "培训活动"), Orders(drafts).ordered),
        **dict.fromkeys(("办结", "办结活动"), Concluding(rules).ordered),
        **{"签到": sign_in, "签退": sign_out, "取消活动": cancel},
    }
    return (
        *(Route(act, words=(word,), takes_rest=True) for word, act in commands.items()),
        Route(scan, words=(texts.SCAN,)),
        Route(drafts.begin, words=("新建活动",), takes_rest=True),
        Route(tapped, tap=texts.TAP),
        Route(sign_in, focus=BARE_CODE, understands=is_code),
        Route(_answering(drafts, commands), focus=FOCUS, takes_all=True, dictated=is_labelled, waits=True),
        Route(drafts.confirm, focus=FOCUS, steps=PUBLISH, waits=True),
        Route(drafts.cancel, focus=FOCUS, steps=("取消",), waits=True),
    )


def _answering(drafts: Drafts, commands: Mapping[str, Cold]) -> Cold:
    """Words of the conversation, but for `办结12`, which runs on and is a command all the same."""
    words = "|".join(sorted(commands, key=len, reverse=True))
    runs_on = re.compile(rf"\s*({words})\s*(\d.*)", re.DOTALL)

    async def answered(tx: Tx, item: Item, now: datetime) -> Reply:
        found = runs_on.fullmatch(item.rest)
        if found is None:
            return await drafts.answered(tx, item, now)
        return await commands[found[1]](tx, replace(item, rest=found[2]), now)

    return answered


class Orders:
    """What is typed behind `活动`."""

    def __init__(self, drafts: Drafts) -> None:
        self._drafts = drafts

    async def ordered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        command = command_from(item.rest)
        if command is None:
            raise Malformed(texts.USAGE)
        orders: dict[Order, Callable[[Tx, Item, Command, datetime], Awaitable[Reply]]] = {
            Order.LIST: listed,
            Order.SHOW: self._show,
            Order.CODE: code,
            Order.CODE_OUT: code,
            Order.ROLL: roll,
            Order.PRESENT: mark,
            Order.ABSENT: mark,
            Order.PUBLISH: self._publish,
        }
        return await orders[command.order](tx, item, command, now)

    async def _show(self, tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
        """One's own that is only planned goes on from there."""
        seen = await activity_reading.view(tx, item.asker.person, command.number)
        mine = seen.activity.created_by == item.asker.person.number
        if mine and seen.activity.state is State.PLANNED:
            return await self._drafts.resume(tx, item, seen.activity, now)
        return Reply(Text(said_of(seen, now)))

    async def _publish(self, tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
        return await self._drafts.publish(tx, item, command.number, now)


def said_of(seen: activity_reading.View, now: datetime) -> str:
    one, parts = seen.activity, [texts.whole(seen.activity, seen.names)]
    if seen.mine or (seen.invited and one.state in (State.PUBLISHED, State.SIGNING)):
        parts.append(texts.of_reader(one, seen.mine))
    if seen.listing is not None:
        parts.append(texts.of_organiser(seen.listing, now))
    return "\n".join(parts)


async def listed(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    found = await activities.visible(tx, item.asker.person, now)
    said = Text(texts.listed(found))
    following = [one for one in found if one.state is not State.PLANNED and one.settings.sessions[-1].ends > now]
    if item.asker.wishes.text_only or not following:
        return Reply(said)
    return Reply(said, (Push((item.incoming.account,), texts.card(following)),))


async def code(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """The code in words, as a picture to be scanned, and on a card with a button for the next."""
    out = command.order is Order.CODE_OUT
    try:
        shown = await activity_reading.code(tx, item.asker.person, command.number, now)
    except NotOrganiser as refusal:  # who came to sign in
        return Reply(Text(f"{activity_refusals.said(refusal)}{texts.HOW_TO_SIGN}"))
    account, said = (item.incoming.account,), Text(texts.code(shown, out=out))
    card = () if item.asker.wishes.text_only else (Push(account, texts.code_card(shown, out=out)),)
    return Reply(said, (_picture(item, shown, out=out), *card))


def _picture(item: Item, shown: Shown, *, out: bool) -> Push:
    drawn = qr.png(texts.scanned(shown, out=out))
    return Push((item.incoming.account,), File(texts.PICTURE, drawn, picture=True))


async def tapped(tx: Tx, item: Item, now: datetime) -> Reply:
    """A button of the list or of a code's card, which then shows the new code."""
    what, _, number = item.rest.partition(":")
    if not number.isdigit():
        raise Malformed(texts.USAGE)
    if what in (texts.CODE, texts.CODE_OUT):
        out = what == texts.CODE_OUT
        shown = await activity_reading.code(tx, item.asker.person, int(number), now)
        return Reply(texts.code_card(shown, out=out), (_picture(item, shown, out=out),))
    seen = await activity_reading.view(tx, item.asker.person, int(number))
    return Reply(None, (Push((item.incoming.account,), Text(said_of(seen, now))),))


async def roll(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    return Reply(Text(texts.roll(await activity_reading.listing_of(tx, item.asker.person, command.number))))


async def mark(tx: Tx, item: Item, command: Command, now: datetime) -> Reply:
    """到场 or 缺席."""
    person, number = item.asker.person, command.number
    listing = await activity_reading.listing_of(tx, person, number)
    known = {*listing.invited, *(row.person for row in listing.attendances)}
    persons = await named(tx, listing.activity, known, item.incoming.channel, command.words)
    word = Mark.LISTED if command.order is Order.PRESENT else Mark.STRUCK
    rows = await activities.mark(tx, person, number, day_meant(command, now), persons, word, now)
    after = await activities.listed(tx, person, number)
    return Reply(Text(texts.marked(number, rows, after.names, word)))


async def scan(tx: Tx, item: Item, now: datetime) -> Reply:
    """The menu's button where there is no camera, or when what it saw is no code of ours."""
    return Reply(Text(texts.NOT_OURS))


def _code(item: Item) -> Code | None:
    return code_from(item.rest)


async def sign_in(tx: Tx, item: Item, now: datetime) -> Reply:
    typed = _code(item)
    if typed is None:
        return Reply(Text(texts.HOW_TO_SIGN))
    done = await activities.sign_in(tx, item.asker.person, typed.code, typed.number, now)
    return Reply(Text(activity_refusals.said(done) if isinstance(done, WrongCode) else texts.signed_in(done)))


async def sign_out(tx: Tx, item: Item, now: datetime) -> Reply:
    typed = _code(item)
    if typed is None:
        return Reply(Text(texts.HOW_TO_SIGN.replace("签到", "签退")))
    done = await activities.sign_out(tx, item.asker.person, typed.code, typed.number, now)
    return Reply(Text(activity_refusals.said(done) if isinstance(done, WrongCode) else texts.signed_out(done)))


class Concluding:
    """`办结 12` shows what it comes to; with the real length, or `按计划`, it is done."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def ordered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        said, person = concluding_from(item.rest), item.asker.person
        if said is None:
            raise Malformed(concluding_texts.USAGE)
        if said.minutes is None and not said.planned:
            seen = await activity_concluding.look(tx, self._rules, person, said.number, None, now)
            return Reply(Text(concluding_texts.looked(seen)))
        done = await activity_concluding.conclude(tx, self._rules, person, said.number, said.minutes, now)
        told = await _to_seconds(tx, item, done.batch) if done.batch else ()
        return Reply(Text(concluding_texts.concluded(done)), told)


async def _to_seconds(tx: Tx, item: Item, number: int) -> tuple[Push, ...]:
    """Those who may confirm the batch."""
    person = item.asker.person
    accounts = await batches.seconds(tx, item.incoming.channel, person.number)
    found = await kept_batches.one(tx, EVERYTHING, number)
    if not accounts or found is None:
        return ()
    names = await batches.unit_names(tx, found.changes)
    said = batch_texts.proposed(number, found.changes, person.name, found.reason, names)
    return (Push(accounts, Text(said), waits=True),)


async def cancel(tx: Tx, item: Item, now: datetime) -> Reply:
    """`取消活动 12 理由`; everybody who knew of it is told, once."""
    said = number_and_words(item.rest)
    person = item.asker.person
    if said is None or len(said[1]) > MOST_REASON:
        raise Malformed("取消活动 12 讲师临时有事")
    seen = await activity_reading.view(tx, person, said[0])
    reason_needed = seen.activity.state is not State.PLANNED and await runs(tx, person, seen.activity.settings)
    if reason_needed and not said[1]:
        raise Malformed(f"取消活动 {said[0]} 讲师临时有事")
    done, persons = await activities.cancel(tx, person, said[0], said[1], now)
    others = [number for number in persons if number != person.number]
    accounts = await activity_reading.accounts_of(tx, item.incoming.channel, others)
    told = (Push(accounts, Text(texts.to_invited(done)), waits=True),) if accounts else ()
    return Reply(Text(texts.cancelled(done, len(others))), told)
