"""`考试`, `开始` and handing in; between them every answer and step of a sitting, tapped or typed."""

from datetime import datetime

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_looking_back import LookingBack
from handlers.actions.exam_sitting import NOBODYS, WORDS, Going, number_in
from handlers.actions.exam_starting import Starting
from handlers.actions.exam_turn import FOCUS
from handlers.chat.exam_showing import Showing
from handlers.message import Kind, Push, Reply, Text
from handlers.routing import Hot, Item, Route
from handlers.texts import exam_review, exam_screens, exams
from storage import sittings
from storage.database import Tx
from storage.scope import own
from training.exam_errors import NoOpenSitting, NotAsked
from training.exams import Mode
from training.rules import Rules
from training.sitting import SUBMITTING


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
        Route(hot, words=tuple(WORDS), tap=exam_screens.TAP, focus=FOCUS, takes_all=True),
        Route(around.look, words=("考试", "我的考试")),
        Route(around.score, words=("成绩", "我的成绩")),
        Route(look_back, words=("答卷", "我的答卷", "考试答案")),
        Route(around.start, words=("开始", "开始考试", "开始答题"), tap=exam_screens.START_TAP),
        Route(around.hand_in, tap=exam_screens.END_TAP, focus=FOCUS, steps=("确认", "确认交卷")),
    )


class Around:
    """What stands before and behind a sitting."""

    def __init__(self, starting: Starting, ending: Ending, showing: Showing) -> None:
        self._starting = starting
        self._showing = showing
        self._ending = ending

    async def look(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """The open sitting where it stands, else the rules, else when or what became of it."""
        going = await self._starting.going_on(tx, item.asker.person, now)
        if going is not None:
            return self._showing.begin(item, going)
        offer = await self._starting.offer(tx, item.asker.person, now)
        card = Push((item.incoming.account,), exams.start_card(offer.exam, now))
        more = (card,) if offer.now_open and self._showing.by_cards(item) else ()
        return Reply(Text(exams.offered(offer, offer.exam.state_at(now))), more)

    async def score(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Of the exam sat last; before the first one what `考试` says."""
        offer = await self._starting.last_sat(tx, item.asker.person, now)
        if offer is None:
            return await self.look(tx, item, now)
        return Reply(Text(exams.result(offer.exam, offer.results)))

    async def start(self, tx: Tx, item: Item, now: datetime) -> Reply:
        return self._showing.begin(item, await self._starting.start(tx, item.asker.person, now))

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
