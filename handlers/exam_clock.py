"""What the clock does for exams: opens and closes them, ends sittings, calls the roll, credits the hours.

Everything is found by its state in the database and done once in whatever process comes first, so that no slot has
to be recorded; a process that dies leaves the rest to the next look.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_credit import credit
from handlers.actions.exam_ending import SLICE, Ending, Handed
from handlers.actions.exam_releasing import is_due, tick
from handlers.exam_remark_job import RemarkJob
from handlers.jobs import Freeze, off_the_congested, tag
from handlers.message import Push, Text
from handlers.texts import exam_notices as texts
from storage import exam_rounds, exams, outbox, people, sittings
from storage.database import Database, Tx
from storage.exam_rounds import Round, Wanted
from storage.scope import EVERYTHING
from training.exams import GRACE, Exam, Excuse, State
from training.rules import Rules

PAGE_PERSONS: Final = 200  # of a round in one transaction
BEFORE_OPENING: Final = timedelta(minutes=10)  # papers are made ready


@dataclass(frozen=True, slots=True)
class ExamClock:
    rules: Rules
    shelf: Shelf
    channel: str
    freeze: Freeze

    async def tick(self, database: Database, now: datetime, *, call_from: datetime) -> bool:
        """Whether there is mail. `call_from`: `now`, or later if that is no hour at which people may be called.

        Exams go on and hours are credited at any hour.
        """
        async with database.read() as tx:
            known = await exams.every(tx, State.PUBLISHED, State.OPEN, State.CLOSED, State.RELEASED)
            due = await sittings.expired(tx, now - GRACE, at_most=1)
            rounds = await exam_rounds.wanted(tx)
            await self._make_ready(tx, known, now)
            moves = await is_due(tx, known, now)
            marks = await self._remarks.is_due(tx, now)
        if moves:
            async with database.write() as tx:
                await tick(tx, now)
        mail = await self._end(database, now) if due else False
        mail = await self._mark_again(database, now, call_from) or mail if marks else mail
        for wanted in rounds:
            if call_from <= now or wanted.kind is Round.CREDITED:
                async with database.write() as tx:
                    mail = await self._slice(tx, wanted, now, call_from) or mail
        return mail

    async def _make_ready(self, tx: Tx, known: Sequence[Exam], now: datetime) -> None:
        """Nine o'clock sharp is no event: the pool is read and dealt before."""
        for exam in known:
            near = exam.state is State.OPEN or now >= exam.opens_at - BEFORE_OPENING
            if near and exam.state in (State.PUBLISHED, State.OPEN) and not self.shelf.has(exam.number):
                (await self.shelf.book(tx, exam.number)).make_ready(exam.settings.sections)

    @property
    def _remarks(self) -> RemarkJob:
        return RemarkJob(self.rules, self.channel, self.freeze)

    async def _mark_again(self, database: Database, now: datetime, call_from: datetime) -> bool:
        """Sittings whose question was voided or corrected, to the last one."""
        mail = False
        while True:
            async with database.write() as tx:
                more = await self._remarks.remark_due(tx, now, call_from)
            if not more:
                return mail
            mail = True

    async def _end(self, database: Database, now: datetime) -> bool:
        """Sittings whose time has passed, all of them."""
        ending, mail = Ending(self.shelf, self.rules), False
        while True:
            async with database.write() as tx:
                ended = await ending.expire_due(tx, now)
                for exam in {handed.exam.number for handed in ended}:
                    mail = (
                        await self._tell_ended(tx, [one for one in ended if one.exam.number == exam], now) or mail
                    )
            if len(ended) < SLICE:
                return mail

    async def _tell_ended(self, tx: Tx, ended: Sequence[Handed], now: datetime) -> bool:
        """One text for all of them: no score, no name in it."""
        persons = [handed.sitting.person for handed in ended]
        accounts = await people.accounts_of(tx, EVERYTHING, self.channel, persons)
        names = tuple(sorted(name for several in accounts.values() for name in several))
        ref = f"exam-end-{ended[0].exam.number}-{min(handed.sitting.attempt for handed in ended)}"
        return await self._send(tx, names, texts.time_is_up(ended[0].exam), ref, now, now)

    async def _slice(self, tx: Tx, wanted: Wanted, now: datetime, call_from: datetime) -> bool:
        """The next people of a round; whether somebody was written to."""
        exam = await exams.one(tx, wanted.exam)
        page = await exam_rounds.page(tx, EVERYTHING, wanted, self.channel, at_most=PAGE_PERSONS)
        done = now if len(page) < PAGE_PERSONS else None
        through = page[-1].person if page else wanted.through
        if exam is None or not await exam_rounds.advance(tx, wanted, through, done_at=done):
            return False
        ref = f"exam-{wanted.kind}-{exam.number}-{tag(through)}"
        if wanted.kind is Round.INVITED:
            called, said = [one for one in page if one.excuse is Excuse.NONE], texts.opened(exam)
        else:
            sat = await exam_rounds.who_sat(tx, EVERYTHING, exam.number, [one.person for one in page])
            await credit(tx, self.rules, exam, sorted(sat), now)
            called, said = [one for one in page if one.person in sat], texts.scores_out(exam)
        accounts = tuple(name for one in called for name in one.accounts)
        return await self._send(tx, accounts, said, ref, now, off_the_congested(call_from))

    async def _send(
        self, tx: Tx, accounts: tuple[str, ...], said: str, ref: str, now: datetime, due_at: datetime
    ) -> bool:
        if not accounts:
            return False
        drafts = self.freeze(Push(accounts, Text(said)), ref, True)
        await outbox.add(tx, self.channel, ref, drafts, lane=ref, mass=True, now=now, due_at=due_at)
        return True
