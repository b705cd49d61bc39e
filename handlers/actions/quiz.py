"""Answering the questions of a quiz: read for the batch, decide one after the other, write for the batch.

A card's key names the broadcast and the item that it shows; what is typed goes to the one shown last. The first
answer counts. What comes next is shown on a card when it is asked for, and behind a typed answer at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from handlers.actions.daily_beside import open_dailies
from handlers.actions.exam_beside import Beside, open_beside, stands_beside, unclear
from handlers.actions.quiz_beside import FOCUS, open_quizzes, said_twice
from handlers.actions.quiz_entry import entry
from handlers.actions.standings import load_standings
from handlers.message import Kind as ActKind
from handlers.routing import Item
from question_bank.judging import AnswerRefused, is_right, parse_answer
from question_bank.questions import Kind, letters
from storage import focus, ledger, quizzes
from storage.database import Tx
from storage.quizzes import Answers
from storage.scope import EVERYTHING
from training import hours
from training.broadcasts import Answered, Asked
from training.calendar import day_of, start_of
from training.errors import NoSuchChoice, NothingToAnswer, Refusal
from training.hours import Form, counted, fitting
from training.people import Person
from training.quiz_errors import NotAsked, QuizOrExam, WhichOfBoth
from training.quizzes import NEXT, Quiz, Standing, Worth, next_open, place_in, ref_of
from training.rules import Rules


class Aim(NamedTuple):
    """What an act means; `what` is an answer, or `NEXT`."""

    broadcast: int
    item: int
    what: str


class Receipt(msgspec.Struct, frozen=True):
    """What the person is told: `first` is False when this question was answered before.

    `counted` and `owed` are hundredths of an hour, after this answer; `given` and `right` count the person's own
    answers to this quiz. `following` can be answered next. `exam`: one that runs is in front again.
    """

    asked: Asked
    answered: Answered
    first: bool
    worth: Worth
    counted: int
    owed: int
    given: int
    right: int
    following: Asked | None
    exam: bool = False


class Over(msgspec.Struct, frozen=True):
    """It cannot be answered any more."""

    broadcast: int
    standing: Standing


class Finished(msgspec.Struct, frozen=True):
    """The next question was asked for, but all `of` are answered, `right` of them right."""

    broadcast: int
    of: int
    right: int


class Twice(msgspec.Struct, frozen=True):
    """The words that answered the item before came again at once; `open` was shown by it and is not answered."""

    chosen: str
    answered: int
    open: int


Decision = Receipt | Asked | Over | Finished | Twice | Refusal  # `Asked`: the next question, to be shown


@dataclass(slots=True)
class State:
    """What a batch knows; `decide` keeps it true as it goes."""

    quizzes: Mapping[int, Quiz]
    units: Mapping[tuple[int, str], str]
    answered: Answers
    standings: dict[str, hours.Standing]
    credited: set[tuple[str, str]]
    exams: Mapping[str, Beside]  # of those who answer with one beside
    dailies: Mapping[str, date]  # of those to whom one was shown just before
    others: Mapping[str, Asked]  # the same of another quiz
    new: list[tuple[Answered, Quiz, Person]] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)  # person → what is in front now


def aim_of(item: Item) -> Aim | None:
    """Of a tap what its key says; of typed words the question shown last, and nothing but it is a step on."""
    if item.incoming.kind is ActKind.TAP:
        place, what = place_in(item.rest), item.rest.partition(":")[2].partition(":")[2]
        what = "".join(item.incoming.choices) or what
    else:
        place, what = place_in(item.ref), item.rest or NEXT
    return Aim(*place, what) if place else None


@dataclass(frozen=True, slots=True)
class Answering:
    """The three steps, with the rules they need; amounts in hundredths of an hour."""

    rules: Rules

    async def load(self, tx: Tx, items: Sequence[Item], now: datetime) -> State:
        persons = sorted({item.asker.person.number for item in items})
        year = day_of(now).year
        # The year rows first: on PostgreSQL their lock makes a second process see what the first one wrote.
        standings = await load_standings(tx, self.rules, persons, year, lock=True)
        aims = [aim for item in items if (aim := aim_of(item))]
        numbers = {aim.broadcast for aim in aims}
        known = await quizzes.by_number(tx, numbers)
        units = await quizzes.units(tx, EVERYTHING, numbers, persons)
        given = await quizzes.answers(tx, EVERYTHING, numbers, persons)
        span = (start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1)))
        credited = await quizzes.credited(tx, EVERYTHING, persons, _asked_of(known, aims), span)
        exams = await open_beside(tx, [item for item in items if _minds_exam(item, given)], now)
        dailies, others = await open_dailies(tx, items, now), await open_quizzes(tx, items, now)
        return State(known, units, given, standings, credited, exams, dailies, others)

    def decide(self, state: State, item: Item, now: datetime) -> Decision:
        aim, person = aim_of(item), item.asker.person
        if aim is None:
            return NothingToAnswer()
        quiz = state.quizzes.get(aim.broadcast)
        if quiz is None or aim.item >= len(quiz.asked) or (aim.broadcast, person.number) not in state.units:
            return NotAsked(aim.broadcast)
        standing = quiz.standing(now)
        if standing is Standing.NOT_SENT:
            return NotAsked(aim.broadcast)
        if standing is Standing.RECALLED:
            return Over(aim.broadcast, standing)
        earlier = state.answered.get((aim.broadcast, aim.item, person.number))
        if earlier is not None and aim.what != NEXT:
            return self._receipt(state, item, quiz, earlier, now, first=False)
        if standing is Standing.CLOSED:
            return Over(aim.broadcast, standing)
        return (
            _next(state, quiz, aim, person.number) if aim.what == NEXT else self._taken(state, item, quiz, aim, now)
        )

    def _taken(self, state: State, item: Item, quiz: Quiz, aim: Aim, now: datetime) -> Receipt | Twice | Refusal:
        person, asked = item.asker.person, quiz.asked[aim.item]
        if before := said_twice(item, quiz, aim.item, _mine(state, quiz, person.number).values()):
            return Twice(before.chosen, before.item, aim.item)
        if item.ref and (unsure := _unsure(state, item, asked, now)):
            return unsure
        try:
            chosen = parse_answer(asked.question, aim.what)
        except AnswerRefused:
            return NoSuchChoice(letters(asked.question), asked.question.kind is Kind.MULTIPLE)
        answered = self._credited(state, quiz, aim, person, chosen, now)
        return self._receipt(state, item, quiz, answered, now, first=True)

    def _credited(
        self, state: State, quiz: Quiz, aim: Aim, person: Person, chosen: tuple[str, ...], now: datetime
    ) -> Answered:
        number, question = person.number, quiz.bank[aim.item]
        worth = quiz.worth(now, twice=(number, question) in state.credited)
        earned = quiz.credit if worth is Worth.CREDITED else 0
        posted = self._post(state, number, earned, now)
        if earned:
            state.credited.add((number, question))
        correct = is_right(quiz.asked[aim.item].question, chosen)
        unit = state.units[aim.broadcast, number]
        answered = Answered(aim.broadcast, aim.item, number, unit, "".join(chosen), correct, now, earned, posted)
        state.answered[aim.broadcast, aim.item, number] = answered
        state.new.append((answered, quiz, person))
        return answered

    def _post(self, state: State, person: str, earned: int, now: datetime) -> int:
        """What of it fits, in the sums from now on."""
        standing = state.standings[person]
        cap, so_far = self.rules.form(Form.QUIZ, day_of(now)).yearly_cap, standing.by_form.get(Form.QUIZ, 0)
        posted = earned if cap is None else fitting(earned, so_far, cap)
        if posted:
            state.standings[person] = replace(standing, by_form={**standing.by_form, Form.QUIZ: so_far + posted})
        return posted

    def _receipt(
        self, state: State, item: Item, quiz: Quiz, answered: Answered, now: datetime, *, first: bool
    ) -> Receipt:
        person = answered.person
        mine = _mine(state, quiz, person)
        following = next_open(len(quiz.asked), set(mine), answered.item)
        if quiz.standing(now) is not Standing.OPEN:
            following = None
        exam = _gives_back(state, item, ref_of(quiz.number, answered.item))
        if exam:
            state.shown[person] = ""
        elif following is not None and item.incoming.kind is not ActKind.TAP:
            state.shown[person] = ref_of(quiz.number, following)
        standing = state.standings[person]
        return Receipt(
            quiz.asked[answered.item],
            answered,
            first,
            quiz.worth_of(answered),
            counted=counted(standing, self.rules.hours),
            owed=standing.owed or 0,
            given=len(mine),
            right=sum(one.correct for one in mine.values()),
            following=None if following is None else quiz.asked[following],
            exam=exam,
        )

    async def write(self, tx: Tx, state: State, decisions: Sequence[Decision], now: datetime) -> None:
        await _point(tx, state, now)
        if not state.new:
            return
        await quizzes.record(tx, [(answered, quiz.bank[answered.item]) for answered, quiz, _ in state.new])
        posted = [one for one in state.new if one[0].posted]
        changed = {answered.person: state.standings[answered.person] for answered, _, _ in posted}
        await ledger.keep_standings(tx, day_of(now).year, changed)
        await ledger.post(tx, [entry(self.rules, *one) for one in posted])


def _asked_of(known: Mapping[int, Quiz], aims: Iterable[Aim]) -> set[str]:
    """What the questions go by that are answered."""
    found = {(known[aim.broadcast], aim.item) for aim in aims if aim.broadcast in known}
    return {quiz.bank[item] for quiz, item in found if item < len(quiz.bank)}


def _minds_exam(item: Item, given: Answers) -> bool:
    """Whose exam stands beside the question, or who types what can no longer be an answer to it."""
    place = place_in(item.ref)
    return stands_beside(item) or (place is not None and (*place, item.asker.person.number) in given)


def _unsure(state: State, item: Item, asked: Asked, now: datetime) -> Refusal | None:
    """Something else was shown within the last minute, and stands open as well."""
    person = item.asker.person.number
    this = (asked.broadcast, asked.item, asked.of)
    if unclear(state.exams.get(person), item, now):
        return QuizOrExam()
    if person in state.dailies:
        return WhichOfBoth((this,), state.dailies[person])
    other = state.others.get(person)
    if other is None or other.broadcast == asked.broadcast:  # who went on within one quiz means where it led
        return None
    return WhichOfBoth((this, (other.broadcast, other.item, other.of)))


def _next(state: State, quiz: Quiz, aim: Aim, person: str) -> Asked | Finished:
    mine = _mine(state, quiz, person)
    following = next_open(len(quiz.asked), set(mine), aim.item)
    if following is None:
        return Finished(quiz.number, len(quiz.asked), sum(one.correct for one in mine.values()))
    state.shown[person] = ref_of(quiz.number, following)
    return quiz.asked[following]


def _mine(state: State, quiz: Quiz, person: str) -> Mapping[int, Answered]:
    keys = ((item, (quiz.number, item, person)) for item in range(len(quiz.asked)))
    return {item: state.answered[key] for item, key in keys if key in state.answered}


def _gives_back(state: State, item: Item, ref: str) -> bool:
    """The exam is in front again when the question before it is answered."""
    pointed = item.asker.focus
    in_front = pointed is not None and (pointed.kind, pointed.ref) == (FOCUS, ref)
    return in_front and item.asker.person.number in state.exams


async def _point(tx: Tx, state: State, now: datetime) -> None:
    """What typed words go to from now on, a statement for each place."""
    places: dict[tuple[str, str], list[str]] = {}
    for person, ref in state.shown.items():
        place = (FOCUS, ref) if ref else (focus.EXAM, str(state.exams[person].attempt))
        places.setdefault(place, []).append(person)
    for (kind, ref), persons in sorted(places.items()):
        await focus.show(tx, persons, kind, ref, now)
