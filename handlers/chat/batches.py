"""`审核`, `审核 编号`, `确认 编号` and `退回 编号 理由`, for city admins; an auditor only reads.

`审核` alone also lists the 申报 that wait for whoever asks, a unit admin too.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers import exam_telling
from handlers.actions import batches as actions
from handlers.chat.approving import told, waiting_lines
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route, worded
from handlers.texts import batches as texts
from handlers.texts import contacts as contact_texts
from handlers.texts.approving import NONE_WAITING as NO_CLAIMS
from handlers.texts.exam_keys import GOES_ON
from storage import contacts, people, sittings
from storage.batches import Batch
from storage.database import Tx
from storage.scope import EVERYTHING, own
from training.errors import Malformed
from training.exam_errors import NotAsked, NothingToConfirm
from training.people import Role
from training.rules import Rules

_NUMBER: Final = re.compile(r"\d{1,9}")
_RETURN: Final = re.compile(r"(\d{1,9})(?:[\s:：,，]+(\S.*))?", re.DOTALL)


def routes(rules: Rules) -> tuple[Route, ...]:
    deciding = Deciding(rules)
    return (
        Route(Waiting(rules).show, words=("审核", "待确认", "待审核"), takes_rest=True),
        Route(deciding.confirm, words=("确认",), takes_rest=True),
        Route(turn_down, words=("退回",), takes_rest=True),
    )


class Waiting:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def show(self, tx: Tx, item: Item, now: datetime) -> Reply:
        if not item.rest:
            return await self._all(tx, item, now)
        batch = await actions.one(tx, item.asker.person, _number(item.rest, "审核 3"))
        names = await actions.unit_names(tx, batch.changes)
        return Reply(Text(texts.whole(batch, names, reader=item.asker.person)))

    async def _all(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Batches for the city's admins and auditors, claims for whoever decides about them."""
        person = item.asker.person
        claims = await waiting_lines(tx, self._rules, item.asker, item.incoming.account, now)
        if claims is not None and person.role is Role.UNIT_ADMIN:
            return claims
        said = texts.waiting(await actions.waiting(tx, person), decides=person.role is Role.CITY_ADMIN)
        changed = await contacts.count_waiting(tx)
        said = f"{said}\n{contact_texts.waiting(changed)}" if changed else said
        if claims is None or claims.now == Text(NO_CLAIMS):
            return Reply(Text(said))
        return replace(claims, now=Text(f"{said}\n{claims.now.text}" if isinstance(claims.now, Text) else said))


class Deciding:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def confirm(self, tx: Tx, item: Item, now: datetime) -> Reply:
        await _mind_exam(tx, item)
        number = _number(item.rest, "确认 3")
        done = await actions.carry_out(tx, self._rules, item.asker.person, number, now)
        said = texts.confirmed(done.batch, item.asker.person.number)
        if done.remarked is not None and not done.remarked.done:
            said = f"{said}{GOES_ON}"
        reply = await _reply(tx, item, done.batch, said, confirmed=True, note="")
        return replace(reply, then=(*reply.then, *await self._told(tx, item.incoming.channel, done)))

    async def _told(self, tx: Tx, channel: str, done: actions.Confirmed) -> Sequence[Push]:
        if done.remarked is not None:
            return await exam_telling.pushes(tx, channel, done.remarked)
        if done.decided is not None:
            return await told(tx, channel, done.decided, done.batch.reason)
        return await exam_telling.entered(tx, channel, done.entered) if done.entered is not None else ()


async def _mind_exam(tx: Tx, item: Item) -> None:
    """`确认` alone, of whoever decides about nothing, was meant for an exam. Raises: NotAsked, NothingToConfirm."""
    person = item.asker.person
    if person.role is Role.CITY_ADMIN or worded(item.rest) not in ("", "交卷"):
        return
    if await sittings.open_of(tx, own(person.number), person.number) is not None:
        raise NotAsked
    raise NothingToConfirm


async def turn_down(tx: Tx, item: Item, now: datetime) -> Reply:
    found = _RETURN.fullmatch(item.rest)
    if found is None:
        raise Malformed("退回 3 生效日期有误，请核对。")
    note = (found[2] or "").strip()
    batch = await actions.turn_down(tx, item.asker.person, int(found[1]), note, now)
    return await _reply(tx, item, batch, texts.returned(batch), confirmed=False, note=note)


async def _reply(tx: Tx, item: Item, batch: Batch, said: str, *, confirmed: bool, note: str) -> Reply:
    """And the one who proposed it is told."""
    accounts = (await people.accounts_of(tx, EVERYTHING, item.incoming.channel)).get(batch.proposed_by, ())
    words = Text(texts.to_proposer(batch, confirmed=confirmed, note=note))
    told = (Push(accounts, words, waits=True),) if accounts else ()
    return Reply(Text(said), told)


def _number(words: str, usage: str) -> int:
    if not _NUMBER.fullmatch(words):
        raise Malformed(usage)
    return int(words)
