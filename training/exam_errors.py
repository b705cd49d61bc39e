"""Why something about an exam is refused, as facts; the sentences live in `handlers.texts.exam_refusals`."""

from dataclasses import dataclass
from datetime import datetime

from training.errors import Refusal
from training.exams import Excuse, Move, State
from training.paper_pool import Shortfall
from training.people import Group


@dataclass(eq=False)
class ExamRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NoOpenSitting(ExamRefusal):
    """The person sits no exam at the moment."""


@dataclass(eq=False)
class NothingToSit(ExamRefusal):
    """There is no exam that the person could begin now."""


@dataclass(eq=False)
class Ended(ExamRefusal):
    """The sitting was handed in, or its time has passed."""

    title: str


@dataclass(eq=False)
class TimeUp(ExamRefusal):
    """The act came after the end; what was saved before counts. `answering`: it was an answer, which does not."""

    title: str
    answering: bool = True


@dataclass(eq=False)
class DailyOrExam(ExamRefusal):
    """Both were shown within the last minute; `today`: the daily question is that of today."""

    today: bool


@dataclass(eq=False)
class GoesOn(ExamRefusal):
    """There is nothing to look back at while the exam is being sat."""

    title: str


@dataclass(eq=False)
class NothingToConfirm(ExamRefusal):
    """Who sits no exam, and decides about nothing, has said `确认`."""


@dataclass(eq=False)
class NoSuchItem(ExamRefusal):
    """The paper has `total` questions."""

    item: int
    total: int


@dataclass(eq=False)
class BlankRefused(ExamRefusal):
    """A question with `blanks` blanks was answered with `found` texts."""

    blanks: int
    found: int


@dataclass(eq=False)
class NotOpen(ExamRefusal):
    """The window has not opened, or has closed."""

    title: str
    opens_at: datetime
    closes_at: datetime


@dataclass(eq=False)
class NotForYou(ExamRefusal):
    """Not on the roll, or excused from sitting it now."""

    title: str
    excuse: Excuse


@dataclass(eq=False)
class NoAttemptLeft(ExamRefusal):
    title: str
    attempts: int


@dataclass(eq=False)
class NotAsked(ExamRefusal):
    """确认 without 交卷 before it."""


@dataclass(eq=False)
class IllegalMove(ExamRefusal):
    """The state does not allow it."""

    number: int
    state: State
    move: Move


@dataclass(eq=False)
class TooEarly(ExamRefusal):
    """Nothing is released before the window, and for answers that of the make-up, has ended."""

    number: int
    until: datetime


@dataclass(eq=False)
class MakeupOwed(ExamRefusal):
    """The answers are kept: so many people with 缓考 have no make-up of exam `first` yet."""

    number: int
    first: int
    waiting: int


@dataclass(eq=False)
class Unfillable(ExamRefusal):
    """The bank has too few questions for a section of somebody's paper; at least one shortfall.

    `left_out`: ids of questions that another exam found wrong.
    """

    shortfalls: tuple[Shortfall, ...]
    left_out: tuple[str, ...] = ()


@dataclass(eq=False)
class EmptyRoll(ExamRefusal):
    """Nobody is meant. `first`: the exam whose make-up this is, 0 for none."""

    number: int
    first: int


@dataclass(eq=False)
class NoPaper(ExamRefusal):
    """No section is for people of this group."""

    number: int
    group: Group


@dataclass(eq=False)
class LongPaper(ExamRefusal):
    """With the parts of its cases the paper may have more items than can be kept."""

    group: Group
    items: int
    most: int


@dataclass(eq=False)
class SetAtOnce(ExamRefusal):
    """Somebody else publishes the exam at the same time."""

    number: int


@dataclass(eq=False)
class MakeupOfMakeup(ExamRefusal):
    """`first` is the exam of which `number` is the make-up."""

    number: int
    first: int


@dataclass(eq=False)
class MakeupOfDraft(ExamRefusal):
    """`number` was never published: there is nobody yet who could have failed it."""

    number: int


@dataclass(eq=False)
class NotADraft(ExamRefusal):
    """What was published stays."""

    number: int
    state: State


@dataclass(eq=False)
class MakeupTooEarly(ExamRefusal):
    """Who has to sit the make-up is not known: exam `earlier` runs until then, or sittings of it have no marks."""

    earlier: int
    until: datetime
    still_open: int


@dataclass(eq=False)
class NoRollYet(ExamRefusal):
    """The roll is made at publishing."""

    number: int


@dataclass(eq=False)
class RollSettled(ExamRefusal):
    """The results were released; excuses come too late, but for 免考 in the place of a 缓考 that waits."""

    number: int


@dataclass(eq=False)
class NotOnExamRoll(ExamRefusal):
    number: int
    person: str


@dataclass(eq=False)
class AlreadySat(ExamRefusal):
    """Who has begun cannot be excused any more."""

    number: int
    person: str


@dataclass(eq=False)
class NothingExcused(ExamRefusal):
    """There is no 缓考 or 免考 to take back."""

    number: int
    person: str


@dataclass(eq=False)
class NoDocument(ExamRefusal):
    """An excuse needs the number of the note that asks for it."""


@dataclass(eq=False)
class AnswersKept(ExamRefusal):
    """The answers of the exam are not released yet."""

    title: str
