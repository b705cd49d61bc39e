"""`考试`, `开始` and handing in; between them every answer and step of a sitting, tapped or typed."""

import re
from datetime import datetime
from typing import Final

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_looking_back import LookingBack
from handlers.actions.exam_sitting import NOBODYS, WORDS, Going, is_for_a_sitting, number_in
from handlers.actions.exam_starting import Starting
from handlers.actions.exam_turn import FOCUS
from handlers.chat.exam_showing import Showing
from handlers.message import Kind, Push, Reply, Text
from handlers.routing import Hot, Item, Route, folded
from handlers.texts import exam_review, exam_screens, exams, wishes
from storage import focus, sittings
from storage.database import Tx
from storage.scope import own
from training.exam_errors import NoOpenSitting, NotAsked
from training.exams import Mode
from training.rules import Rules
from training.sitting import SUBMITTING

_NUMBERED: Final = re.compile("(考试|开始)[:第]?([1-9][0-9]{0,8})")


def routes(rules: Rules, shelf: Shelf, mode: Mode = Mode.CARD) -> tuple[Route, ...]:
    ending = Ending(shelf, rules)
    going = Going(shelf, ending)
    showing = Showing(mode, shelf)
    hot = Hot(going.load, going.decide, going.write, showing.go_on)
    around = Around(Starting(shelf, ending), ending, showing)
    back = LookingBack(shelf)

    async def look_back(tx: Tx, item: Item, now: datetime) -> Reply:
        return Reply(Text(exam_review.review(await back.last(tx, item.asker.person, now))))

    return (
        Route(
            hot,
            words=tuple(WORDS),
            tap=exam_screens.TAP,
            focus=FOCUS,
            understands=is_for_a_sitting,
            takes_all=True,
        ),
        Route(around.look, words=("考试", "我的考试")),
        Route(around.score, words=("成绩", "我的成绩")),
        Route(look_back, words=("答卷", "我的答卷", "考试答案")),
        Route(around.start, words=("开始", "开始考试", "开始答题"), tap=exam_screens.START_TAP),
        Route(around.numbered, focus="exam_number", understands=is_numbered),
        Route(around.cancel, words=("取消",)),
        Route(around.hand_in, tap=exam_screens.END_TAP, focus=FOCUS, steps=("确认", "确认交卷")),
    )


def is_numbered(words: str) -> bool:
    return _NUMBERED.fullmatch(folded(words)) is not None


class Around:
    """What stands before and behind a sitting."""

    def __init__(self, starting: Starting, ending: Ending, showing: Showing) -> None:
        self._starting = starting
        self._showing = showing
        self._ending = ending

    async def look(self, tx: Tx, item: Item, now: datetime, number: int = 0) -> Reply:
        """The open sitting where it stands, else the rules, else when or what became of it."""
        going = await self._starting.going_on(tx, item.asker.person, now)
        if going is not None:
            return self._showing.begin(item, going)
        offer = await self._starting.offer(tx, item.asker.person, now, number)
        card = Push((item.incoming.account,), exams.start_card(offer.exam, now))
        more = (card,) if offer.now_open and self._showing.by_cards(item) else ()
        items = await self._starting.items_of(tx, offer)
        return Reply(Text(exams.offered(offer, offer.exam.state_at(now), items)), more)

    async def score(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Of every exam that was sat, the last first; before the first one what `考试` says."""
        sat = await self._starting.sat(tx, item.asker.person, now)
        if not sat:
            return await self.look(tx, item, now)
        return Reply(Text("\n".join(exams.result(offer.exam, offer.results) for offer in sat)))

    async def numbered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """`考试 2`, `开始 2`: of several that one."""
        found = _NUMBERED.fullmatch(folded(item.rest))
        if found is None:
            return await self.look(tx, item, now)
        word, number = found[1], int(found[2])
        return await (self.look if word == "考试" else self.start)(tx, item, now, number)

    async def start(self, tx: Tx, item: Item, now: datetime, number: int = 0) -> Reply:
        if item.incoming.kind is Kind.TAP:
            number = number_in(item.rest) or 0  # the exam on whose card it stands
        return self._showing.begin(item, await self._starting.start(tx, item.asker.person, now, number))

    async def cancel(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """An exam that runs is left by nothing but its end; the question to hand it in gives way to an item."""
        sitting = await sittings.open_of(tx, own(item.asker.person.number), item.asker.person.number)
        going = await self._starting.not_handing_in(tx, item.asker.person, now)
        if going is None:
            await focus.leave(tx, [item.asker.person.number])
            return Reply(Text(wishes.CANCELLED))
        asked = sitting is not None and sitting.at == SUBMITTING
        shown = f"\n\n{exam_screens.text(going)}" if asked else ""
        return Reply(Text(f"{exam_screens.CANCELLED}{shown}"))

    async def hand_in(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person = item.asker.person.number
        if item.incoming.kind is Kind.TAP:
            attempt = number_in(item.rest) or NOBODYS
            return Reply(exams.handed_card(await self._ending.hand_in(tx, attempt, person, now)))
        sitting = await sittings.open_of(tx, own(person), person)
        if sitting is None:
            raise NoOpenSitting
        if sitting.at != SUBMITTING:
            raise NotAsked
        return Reply(Text(exams.handed(await self._ending.hand_in(tx, sitting.attempt, person, now))))
