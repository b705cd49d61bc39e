"""`考试` and `开始`: which exam somebody can sit now, and the first item of a new or an open sitting."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec.structs import replace

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_moves import EXAM
from handlers.actions.exam_turn import FOCUS, Screen, screen, texts_in
from question_bank.questions import Kind
from storage import exam_marks, exams, focus, sittings
from storage.database import Tx
from storage.exam_marks import Result
from storage.exams import Sitter
from storage.scope import own
from storage.sittings import CHAT, Sitting
from training.errors import NoSuchNumber
from training.exam_errors import NoAttemptLeft, NotForYou, NothingToSit, NotOpen
from training.exams import GRACE, Exam, Excuse, State
from training.papers import as_seen, decoded, encoded, seed_of
from training.people import Person
from training.sitting import SUBMITTING, next_open


class Offer(msgspec.Struct, frozen=True):
    """An exam on whose roll somebody is, with the sittings that have ended; `now_open`: it can be begun.

    `others` can be begun too.
    """

    exam: Exam
    sitter: Sitter
    results: tuple[Result, ...]
    now_open: bool
    others: tuple[Exam, ...] = ()


@dataclass(frozen=True, slots=True)
class Starting:
    shelf: Shelf
    ending: Ending

    async def going_on(self, tx: Tx, person: Person, now: datetime) -> Screen | None:
        """Where the open sitting stands; one whose time has passed is ended first."""
        sitting = await sittings.open_of(tx, own(person.number), person.number)
        if sitting is None:
            return None
        if now > sitting.deadline_at + GRACE:
            await self.ending.expire(tx, sitting.attempt, now)
            return None
        await focus.show(tx, [person.number], FOCUS, str(sitting.attempt), now)
        return await self._screen(tx, sitting, now)

    async def not_handing_in(self, tx: Tx, person: Person, now: datetime) -> Screen | None:
        """After `取消`: the open sitting stays in front, and is asked whether to hand in no more."""
        sitting = await sittings.open_of(tx, own(person.number), person.number)
        if sitting is not None and sitting.at == SUBMITTING:
            # Read again behind the lock: an answer that another process takes down now must stay.
            held = (await sittings.by_number(tx, [sitting.attempt], lock=True))[sitting.attempt]
            following = next_open(held.answered, SUBMITTING)
            back = len(held.answered) - 1 if following is None else following
            await sittings.keep_progress(tx, [replace(held, at=back)])
        return await self.going_on(tx, person, now)

    async def _screen(self, tx: Tx, sitting: Sitting, now: datetime) -> Screen:
        exam = await exams.one(tx, sitting.exam)
        if exam is None:
            raise NothingToSit
        if sitting.at == SUBMITTING:
            return Screen(exam, sitting, now)
        book = await self.shelf.book(tx, exam.number)
        item = decoded(sitting.items).items[sitting.at]
        stored = (await sittings.answers(tx, [sitting.attempt]))[sitting.attempt].get(sitting.at, "")
        seen = texts_in(stored) or as_seen(tuple(stored), item.order, len(book.asked(item).options))
        return screen(exam, book, sitting, now, SUBMITTING, ("；" if texts_in(stored) else "").join(seen))

    async def start(self, tx: Tx, person: Person, now: datetime, number: int = 0) -> Screen:
        """The first item of a new sitting, or the open one again; `number` as for `offer`.

        Raises: NoSuchNumber, NothingToSit, NotOpen, NotForYou, NoAttemptLeft.
        """
        # Two at once, from two phones or to two processes: the second waits here, and finds what the first began.
        await exams.rolls_of(tx, own(person.number), person.number, lock=True)
        going = await self.going_on(tx, person, now)
        if going is not None:
            return going
        offer = await self.offer(tx, person, now, number)
        exam, settings = offer.exam, offer.exam.settings
        if exam.state_at(now) is not State.OPEN:
            raise NotOpen(settings.title, exam.opens_at, exam.closes_at)
        if offer.sitter.excuse is not Excuse.NONE:
            raise NotForYou(settings.title, offer.sitter.excuse)
        done = len(await sittings.sat(tx, own(person.number), exam.number, person.number))
        if done >= settings.attempts:
            raise NoAttemptLeft(settings.title, settings.attempts)
        sitting = await self._begun(tx, exam, offer.sitter, done + 1, now)
        await focus.forget_held(tx, person.number, now)
        await focus.show(tx, [person.number], FOCUS, str(sitting.attempt), now)
        return await self._screen(tx, sitting, now)

    async def _begun(self, tx: Tx, exam: Exam, sitter: Sitter, number: int, now: datetime) -> Sitting:
        book = await self.shelf.book(tx, exam.number)
        seed = seed_of(exam.settings.seed, exam.number, sitter.person, number)
        paper = book.paper(exam.settings.sections, sitter.group, seed)
        none = "0" * len(paper.items)
        fresh = Sitting(
            *(0, exam.number, sitter.person, number, now, exam.deadline(now), None),
            *(str(sitter.group), encoded(paper), 0, none, none),
        )
        full = exam.settings.full_marks(sitter.group)
        return await sittings.start(tx, fresh, mode=CHAT, full_marks=full, seed=seed)

    async def offer(self, tx: Tx, person: Person, now: datetime, number: int = 0) -> Offer:
        """The exam to speak of: that of the number, or one that can be begun, else the next to come, or the last.

        Raises: NothingToSit, NoSuchNumber.
        """
        offers = await self._offers(tx, person, now)
        if not offers:
            raise NothingToSit
        asked = [one for one in offers if number in (0, one.exam.number)]
        if not asked:
            raise NoSuchNumber(EXAM, str(number))
        found = min(asked, key=lambda one: _rank(one, now))
        return replace(found, others=tuple(one.exam for one in offers if one.now_open and one is not found))

    async def items_of(self, tx: Tx, offer: Offer) -> int:
        """How many items the papers of an offered exam have; 0 where that differs, or where no case makes more."""
        settings, group = offer.exam.settings, offer.sitter.group
        if not offer.now_open or all(section.kind is not Kind.CASE for section in settings.of(group)):
            return 0
        return (await self.shelf.book(tx, offer.exam.number)).items(settings.sections, group)

    async def sat(self, tx: Tx, person: Person, now: datetime) -> list[Offer]:
        """The exams that the person sat, the last first, whatever can be begun now.

        A sitting whose time has passed is ended first.
        """
        await self.going_on(tx, person, now)
        sat = [offer for offer in await self._offers(tx, person, now) if offer.results]
        return sorted(sat, key=lambda one: (one.results[-1].ended_at, one.exam.number), reverse=True)

    async def _offers(self, tx: Tx, person: Person, now: datetime) -> list[Offer]:
        """All exams on whose roll the person is."""
        scope = own(person.number)
        offers = []
        for number, sitter in (await exams.rolls_of(tx, scope, person.number)).items():
            exam = await exams.one(tx, number)
            if exam is None or exam.state is State.DRAFT:
                continue
            results = await exam_marks.results(tx, scope, number, person=person.number)
            ended = tuple(results.get(person.number, ()))
            now_open = (
                exam.state_at(now) is State.OPEN
                and sitter.excuse is Excuse.NONE
                and len(ended) < exam.settings.attempts
            )
            offers.append(Offer(exam, sitter, ended, now_open))
        return offers


def _rank(offer: Offer, now: datetime) -> tuple[int, float, int]:
    exam = offer.exam
    if offer.now_open:
        return 0, exam.closes_at.timestamp(), exam.number
    if exam.state_at(now) is State.PUBLISHED and offer.sitter.excuse is Excuse.NONE:
        return 1, exam.opens_at.timestamp(), exam.number
    return 2, -exam.closes_at.timestamp(), -exam.number
