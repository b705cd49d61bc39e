"""One act at a sitting that runs: what it means, what it changes in memory, and what is shown next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec.structs import replace

from handlers.actions.exam_books import Book
from question_bank.judging import AnswerRefused, WrongBlankCount, parse_answer
from question_bank.questions import Kind, Question, letters
from storage import focus
from storage.sittings import Given, Sitting
from training.errors import NoSuchChoice, Refusal
from training.exam_errors import BlankRefused, NoSuchItem
from training.exams import Exam
from training.papers import Paper, as_seen, canonical, decoded
from training.sitting import SUBMITTING, marked, next_open, toggled

FOCUS: Final = focus.EXAM


class Step(StrEnum):
    """What an act does, as card keys spell it; an answer is anything else, `+A` takes a letter in or out."""

    NEXT = ">"
    BACK = "<"
    GO = "="
    FLAG = "*"
    UNFLAG = "-"
    SHEET = "#"
    SUBMIT = "!"


TOGGLE: Final = "+"


class Aim(msgspec.Struct, frozen=True):
    """What an act means: `attempt` and `item` are 0 and None where it does not name them."""

    attempt: int
    item: int | None
    what: str


class Receipt(msgspec.Struct, frozen=True):
    """What stands for an item after an answer to it, as the person sees it, and since when."""

    item: int
    given: str
    at: datetime


class Screen(msgspec.Struct, frozen=True):
    """What is shown after an act; `question` is None when it is the question whether to hand in.

    `whole` is the case that the question is a part of; `entered`: the case was not on screen before, `fresh`: the
    question was not. `chosen` is what stands so far, as the person sees it; `points` in hundredths, of a case for
    all its parts. `sheet`: the overview is asked for.
    """

    exam: Exam
    sitting: Sitting
    now: datetime
    question: Question | None = None
    whole: Question | None = None
    entered: bool = False
    fresh: bool = True
    points: int = 0
    chosen: str = ""
    receipt: Receipt | None = None
    sheet: bool = False


@dataclass(slots=True)
class State:
    """What a batch knows; `decide` keeps it true as it goes.

    `stands` has the answers that count by attempt and item, as far as they can matter; `kept` are the new ones.
    """

    sittings: dict[int, Sitting]
    open_of: Mapping[str, int]
    exams: Mapping[int, Exam]
    books: Mapping[int, Book]
    stands: dict[tuple[int, int], Given]
    kept: set[tuple[int, int]] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    over: set[int] = field(default_factory=set)
    lost_focus: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Turn:
    """One act at one sitting that still runs."""

    state: State
    exam: Exam
    sitting: Sitting
    paper: Paper
    sent_at: datetime
    now: datetime

    def taken(self, aim: Aim) -> Screen | Refusal:
        """Forward from the last item leads to the overview, so that going on always ends there."""
        at = self.sitting.at if aim.item is None else aim.item
        total = len(self.paper.items)
        if not (at == SUBMITTING and aim.item is None) and not 0 <= at < total:
            return NoSuchItem(at, total)
        match aim.what:
            case Step.NEXT:
                return self._shown(at + 1) if at + 1 < total else self._shown(at, sheet=True)
            case Step.BACK:
                return self._shown(max(at - 1, 0) if at != SUBMITTING else total - 1)
            case Step.GO:
                return self._shown(at, anew=True)
            case Step.FLAG | Step.UNFLAG if at != SUBMITTING:
                self._change(flagged=marked(self.sitting.flagged, at, yes=aim.what == Step.FLAG))
                return self._shown(at)
            case Step.SHEET | Step.FLAG | Step.UNFLAG:
                return self._shown(at, sheet=True)
            case Step.SUBMIT:
                return self._shown(SUBMITTING)
        if at == SUBMITTING:
            return self._shown(SUBMITTING)
        return self._toggled(at, aim.what[1:]) if aim.what.startswith(TOGGLE) else self._answered(at, aim.what)

    def _change(self, **changes: int | str) -> Sitting:
        changed = replace(self.state.sittings[self.sitting.attempt], **changes)
        self.state.sittings[changed.attempt] = changed
        self.state.changed.add(changed.attempt)
        return changed

    def _answered(self, at: int, what: str) -> Screen | Refusal:
        shown = self._book.shown(self.paper.items[at])
        try:
            seen = parse_answer(shown, what)
        except WrongBlankCount as wrong:
            return BlankRefused(wrong.blanks, wrong.found)
        except AnswerRefused:
            return _refused(shown)
        stored = _stored(shown, canonical(seen, self.paper.items[at].order, len(shown.options)))
        receipt = self._keep(at, stored, self.sent_at)
        following = next_open(self.state.sittings[self.sitting.attempt].answered, at)
        return self._shown(SUBMITTING if following is None else following, receipt)

    def _toggled(self, at: int, letter: str) -> Screen | Refusal:
        """Two of them lead to the same in either order, so that one which comes late counts all the same."""
        item, shown = self.paper.items[at], self._book.shown(self.paper.items[at])
        exist = letters(shown)
        if letter not in exist or shown.kind is not Kind.MULTIPLE:
            return _refused(shown)
        seen = toggled(self._seen(at), letter, exist)
        earlier = self.state.stands.get((self.sitting.attempt, at))
        sent_at = max(self.sent_at, earlier.sent_at) if earlier else self.sent_at
        chosen = "".join(canonical(tuple(seen), item.order, len(shown.options)))
        return self._shown(at, self._keep(at, chosen, sent_at))

    def _keep(self, at: int, chosen: str, sent_at: datetime) -> Receipt:
        """Of several the one given last counts, on a tie the one that came last; the receipt says which it is."""
        key = (self.sitting.attempt, at)
        stands = self.state.stands.get(key)
        if stands is None or sent_at >= stands.sent_at:
            stands = self.state.stands[key] = Given(*key, chosen, sent_at, self.now)
            self.state.kept.add(key)
        answered = self.state.sittings[self.sitting.attempt].answered
        self._change(answered=marked(answered, at, yes=bool(stands.chosen)))
        return Receipt(at, self._seen(at), stands.received_at)

    def _seen(self, at: int) -> str:
        """What stands for an item, in the letters or texts of this person."""
        item, given = self.paper.items[at], self.state.stands.get((self.sitting.attempt, at))
        stored = given.chosen if given else ""
        asked = self._book.asked(item)
        if not stored or asked.kind is Kind.BLANK:
            return "；".join(texts_in(stored))
        exist = letters(asked)
        return "".join(as_seen(tuple(one for one in exist if one in stored), item.order, len(asked.options)))

    def _shown(self, at: int, receipt: Receipt | None = None, *, sheet: bool = False, anew: bool = False) -> Screen:
        """`anew`: asked for by its number, it is shown whole, also when it was on screen."""
        before = SUBMITTING if anew else self.sitting.at
        sitting = self._change(at=at)
        if at == SUBMITTING:
            return Screen(self.exam, sitting, self.now, receipt=receipt, sheet=sheet)
        return screen(self.exam, self._book, sitting, self.now, before, self._seen(at), receipt, sheet=sheet)

    @property
    def _book(self) -> Book:
        return self.state.books[self.exam.number]


def screen(
    exam: Exam,
    book: Book,
    sitting: Sitting,
    now: datetime,
    before: int,
    chosen: str = "",
    receipt: Receipt | None = None,
    *,
    sheet: bool = False,
) -> Screen:
    """The question at `sitting.at`; `before` is the item shown before it, or none of them."""
    items = decoded(sitting.items).items
    item = items[sitting.at]
    earlier = items[before] if 0 <= before < len(items) else None
    whole = book.whole(item) if item.part >= 0 else None
    entered = whole is not None and (earlier is None or earlier.place != item.place)
    points = exam.settings.sections[item.section].points
    fresh = before != sitting.at
    return Screen(exam, sitting, now, book.shown(item), whole, entered, fresh, points, chosen, receipt, sheet)


def _refused(question: Question) -> Refusal:
    if question.kind is Kind.BLANK:
        return BlankRefused(len(question.answer), 0)
    return NoSuchChoice(letters(question), question.kind is Kind.MULTIPLE)


def _stored(question: Question, chosen: tuple[str, ...]) -> str:
    return msgspec.json.encode(chosen).decode() if question.kind is Kind.BLANK else "".join(chosen)


def texts_in(stored: str) -> tuple[str, ...]:
    """The texts of a question with blanks."""
    return msgspec.json.decode(stored, type=tuple[str, ...]) if stored.startswith("[") else ()
