"""`通过`, `不通过` and `退回申报` with numbers, the cards of `审核`, and what waits for whoever decides."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from handlers.actions import claim_deciding, claim_waiting
from handlers.actions.claim_deciding import Decided, Decision
from handlers.message import Push, Reply, Text
from handlers.routing import Item, Route
from handlers.texts import approving as texts
from storage import people
from storage.askers import Asker
from storage.database import Tx
from storage.scope import EVERYTHING
from training.claim_rules import alike
from training.claims import Claim, State
from training.errors import Malformed
from training.people import Role
from training.rules import Rules

DECIDERS: Final = (Role.UNIT_ADMIN, Role.CITY_ADMIN)
CARDS: Final = 5
MOST_AT_ONCE: Final = 200
_NUMBERS: Final = re.compile(
    r"\s*(?:申报)?\s*(\d{1,9})(?:\s*[-~—至到]\s*(\d{1,9}))?(?=[\s,，、:：;；]|$)[\s,，、:：;；]*"
)


def routes(rules: Rules) -> tuple[Route, ...]:
    deciding = Approving(rules)
    return (
        Route(deciding.approve, words=("通过", "通过申报"), takes_rest=True),
        Route(deciding.reject, words=("不通过", "驳回申报"), takes_rest=True),
        Route(deciding.give_back, words=("退回申报",), takes_rest=True),
        Route(deciding.tapped, tap=texts.TAP),
    )


class Approving:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def approve(self, tx: Tx, item: Item, now: datetime) -> Reply:
        return await self._typed(tx, item, State.APPROVED, "通过 15-20", now)

    async def reject(self, tx: Tx, item: Item, now: datetime) -> Reply:
        return await self._typed(tx, item, State.REJECTED, "不通过 15 不属于法治培训", now)

    async def give_back(self, tx: Tx, item: Item, now: datetime) -> Reply:
        return await self._typed(tx, item, State.RETURNED, "退回申报 15 请补充主办单位", now)

    async def _typed(self, tx: Tx, item: Item, state: State, usage: str, now: datetime) -> Reply:
        single, ranges, reason = numbers_in(item.rest)
        if not single and not ranges:
            raise Malformed(usage)
        person = item.asker.person
        within = await claim_waiting.chosen(tx, self._rules, person, ranges, now) if ranges else []
        chosen = [*single, *(one.claim.number for one in within)]
        decision = Decision(person, state, reason)
        done = await claim_deciding.decide(tx, self._rules, decision, chosen, now)
        return Reply(Text(texts.decided(done)), await told(tx, item.incoming.channel, done, reason))

    async def tapped(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """A card of the group; what it holds stands in its key."""
        what, _, listed = item.rest.partition(":")
        chosen = [int(number) for number in listed.split(".") if number.isdigit()]
        person, account = item.asker.person, (item.incoming.account,)
        if what == texts.ALL:
            done = await claim_deciding.decide(tx, self._rules, Decision(person, State.APPROVED), chosen, now)
            mail = await told(tx, item.incoming.channel, done, "")
            return Reply(
                texts.answered("审核结果见下一条消息。"), (Push(account, Text(texts.decided(done))), *mail)
            )
        if what == texts.BACK:
            return Reply(None, (Push(account, Text(texts.how_to_return(chosen))),))
        found = await claim_waiting.chosen(tx, self._rules, person, chosen, now)
        return Reply(None, (Push(account, Text(texts.each(found))),))


async def waiting_lines(tx: Tx, rules: Rules, asker: Asker, account: str, now: datetime) -> Reply | None:
    """What `审核` says of claims, with a card for each group of several; None for who decides about none."""
    if asker.person.role not in DECIDERS:
        return None
    listed = await claim_waiting.waiting(tx, rules, asker.person, now)
    grouped = texts.groups(listed, {one.claim.number: alike(one.claim.stated) for one in listed})
    several = [] if asker.wishes.text_only else [group for group in grouped if not group[0].claim.doubles]
    cards = tuple(Push((account,), texts.card(group)) for group in several[:CARDS])
    return Reply(Text(texts.waiting(grouped, await claim_waiting.elsewhere(tx, asker.person))), cards)


async def told(tx: Tx, channel: str, done: Decided, reason: str) -> tuple[Push, ...]:
    """To each claimant one message about all that was decided."""
    by_person: dict[str, list[Claim]] = {}
    for one in done.done:
        by_person.setdefault(one.person, []).append(one)
    accounts = await people.accounts_of(tx, EVERYTHING, channel, by_person)
    return tuple(
        Push(accounts[person], Text(texts.to_claimant(done.state, claims, done.lines, reason)), waits=True)
        for person, claims in by_person.items()
        if accounts.get(person)
    )


def numbers_in(words: str) -> tuple[list[int], Sequence[int], str]:
    """`15 16-18 理由` → numbers, those within ranges, and what stands behind them. Raises: Malformed."""
    single: list[int] = []
    ranges: set[int] = set()
    end = 0
    while found := _NUMBERS.match(words, end):
        first, last = int(found[1]), int(found[2] or found[1])
        if not first <= last < first + MOST_AT_ONCE:
            raise Malformed("通过 15-20")
        if found[2]:
            ranges.update(range(first, last + 1))
        else:
            single.append(first)
        end = found.end()
    if len(single) + len(ranges) > MOST_AT_ONCE:
        raise Malformed("通过 15-20")
    return single, sorted(ranges), words[end:].strip()
