"""`申报`: in one line or in a short conversation; `我的申报`, `撤回申报 编号`, `佐证 编号`, and pictures."""

import re
from datetime import datetime
from typing import Final

from handlers.actions import claim_levels, claims, evidences
from handlers.actions.evidences import Sent
from handlers.chat.claim_steps import FOCUS, Steps, place_in
from handlers.message import File, Later, Push, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import claim_refusals
from handlers.texts import claims as texts
from storage import focus, people, units
from storage.database import Tx
from training.claims import Claim, State
from training.errors import Malformed
from training.evidence import SHOWN
from training.rules import Rules

FETCH: Final = "evidence"  # the kind of what is started aside: fetching what was sent
HEARING: Final = "claim_hearing"  # what was asked for was 旁听庭审: a picture that follows is refused
_NUMBER: Final = re.compile(r"\d{1,9}")


def routes(rules: Rules) -> tuple[Route, ...]:
    chat = Claims(Steps(rules))
    steps = chat.steps
    return (
        Route(chat.ordered, words=("申报", "学时申报"), takes_rest=True),
        Route(mine, words=("我的申报",)),
        Route(withdraw, words=("撤回申报", "撤销申报"), takes_rest=True),
        Route(evidence, words=("佐证",), takes_rest=True),
        Route(steps.answered, focus=FOCUS, takes_all=True, waits=True),
        Route(steps.confirm, focus=FOCUS, steps=("确认", "提交", "确认提交", "确定")),
        Route(steps.cancel, focus=FOCUS, steps=("取消",)),
        Route(pictured, images=True),
    )


class Claims:
    """What is typed behind `申报`."""

    def __init__(self, steps: Steps) -> None:
        self.steps = steps

    async def ordered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        if not item.rest:
            return await self.steps.begin(tx, item, now)
        if _NUMBER.fullmatch(item.rest):
            return await self._show(tx, item, int(item.rest), now)
        reply = await self.steps.one_line(tx, item, now)
        if reply.now == Text(claim_refusals.HEARINGS):
            await focus.show(tx, [item.asker.person.number], HEARING, "", now)
        return reply

    async def _show(self, tx: Tx, item: Item, number: int, now: datetime) -> Reply:
        """One's own that was returned goes on from there."""
        person = item.asker.person
        found = await claims.seen(tx, person, number)
        own = found.person == person.number
        if own and found.state in (State.DRAFT, State.RETURNED):
            await self.steps.point_to(tx, person, found, now)
        pieces = await evidences.pieces_of(tx, found)
        names = {} if own else await people.names(tx, await claim_levels.scope_of(tx, person), [found.person])
        level = await level_name(tx, found)
        return Reply(Text(texts.whole(found, pieces, level, own=own, name=names.get(found.person, ""))))


async def level_name(tx: Tx, claim: Claim) -> str:
    """Of the unit whose admins decide; empty for the city's."""
    return (await units.names(tx, [claim.level])).get(claim.level, claim.level) if claim.level else ""


async def mine(tx: Tx, item: Item, now: datetime) -> Reply:
    person = item.asker.person
    return Reply(Text(texts.mine(await claims.mine(tx, person), await claims.drafted(tx, person))))


async def withdraw(tx: Tx, item: Item, now: datetime) -> Reply:
    before = await claims.withdraw(tx, item.asker.person, _number(item.rest, "撤回申报 12"), now)
    pointed = item.asker.focus
    if pointed is not None and pointed.kind == FOCUS and place_in(pointed.ref).number == before.number:
        await focus.leave(tx, [item.asker.person.number], kind=FOCUS)
    return Reply(Text(texts.withdrawn(before.number)))


async def evidence(tx: Tx, item: Item, now: datetime) -> Reply:
    """What was sent just now is put to the claim; else what the claim has is shown."""
    person, number = item.asker.person, _number(item.rest, "佐证 12")
    found = await claims.seen(tx, person, number)
    if found.person == person.number and await evidences.waits_loose(tx, person, now):
        return Reply(Text(texts.attached(await evidences.attach(tx, person, number, now), number)))
    pieces, opened = await evidences.opened(tx, person, number)
    files = tuple(
        Push(
            (item.incoming.account,),
            File(one.piece.file_name, one.content, picture=one.piece.type in SHOWN),
        )
        for one in opened
    )
    return Reply(Text(texts.shown(number, pieces)), files)


async def pictured(tx: Tx, item: Item, now: datetime) -> Reply:
    """A picture goes to the claim of the conversation, or to the one that was dealt with just now."""
    person, incoming, shown = item.asker.person, item.incoming, item.asker.focus
    if shown is not None and shown.kind == HEARING and now - shown.shown_at < evidences.TOUCHED:
        return Reply(Text(claim_refusals.HEARINGS))
    pointed = place_in(shown.ref).number if shown is not None and shown.kind == FOCUS else 0
    sent = Sent(incoming.channel, incoming.account, item.rest)
    taken = await evidences.take_in(tx, person, sent, now, pointed=pointed)
    if taken.piece is None:
        return Reply(Text(texts.NO_CLAIM_FOR_PICTURE))
    aside = (Later(FETCH, person.number, incoming.account),)
    if taken.claim is None:
        return Reply(Text(texts.cannot_keep_picture(taken.candidates, taken.piece)), later=aside)
    return Reply(Text(texts.picture_taken(taken.piece, taken.claim)), later=aside)


def _number(words: str, usage: str) -> int:
    if not _NUMBER.fullmatch(words):
        raise Malformed(usage)
    return int(words)
