"""Answering the question of a day: read for the batch, decide one after the other, write for the batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import msgspec

from handlers.actions.daily_entry import entry
from handlers.actions.exam_beside import LATELY, Beside, open_beside, stands_beside, unclear
from handlers.actions.quiz_beside import open_quizzes
from handlers.actions.standings import load_standings
from handlers.message import Kind as ActKind
from handlers.routing import Item
from question_bank.judging import AnswerRefused, is_right, parse_answer
from question_bank.questions import Kind
from storage import calendar, daily, focus, ledger, people
from storage.database import Tx
from storage.scope import EVERYTHING
from training.broadcasts import Asked
from training.calendar import Calendar, day_of, monday_of
from training.daily import Answered, DailyQuestion, Window, streak, window
from training.errors import (
    NoSuchChoice,
    NoSuchQuestion,
    NothingToAnswer,
    NotYet,
    QuestionClosed,
    Refusal,
    WhichQuestion,
)
from training.exam_errors import DailyOrExam
from training.hours import Form, Standing, counted, fitting
from training.people import Category, Fact, Field, Group, Person, group_of, values_on
from training.quiz_errors import WhichOfBoth
from training.rules import Rules

FOCUS: Final = "daily"

Place = tuple[date, Group]


class Receipt(msgspec.Struct, frozen=True):
    """What the person is told: `first` is False when this day was answered before.

    `counted` and `owed` are hundredths of an hour, after this answer. `exam`: one that runs is in front again.
    """

    asked: DailyQuestion
    answered: Answered
    first: bool
    make_up: bool
    counted: int
    owed: int
    streak: int = 0
    exam: bool = False


@dataclass(slots=True)
class State:
    """What a batch knows; `decide` keeps it true as it goes."""

    questions: Mapping[Place, DailyQuestion]
    answered: dict[tuple[date, str], Answered]
    standings: dict[str, Standing]
    groups_then: Mapping[tuple[date, str], frozenset[Group]]
    days_answered: Mapping[str, list[date]]  # of those who want to see their streak
    calendar: Calendar
    exams: Mapping[str, Beside]  # of those who answer with one beside
    quizzes: Mapping[str, Asked]  # of those to whom one was shown just before
    new: list[tuple[Answered, DailyQuestion, Person]]


def ref_of(place: Place) -> str:
    return f"{place[0].isoformat()}:{place[1]}"


@lru_cache(maxsize=256)
def place_in(ref: str) -> Place | None:
    """Day and group at the beginning of a card's key or of a focus."""
    day, _, rest = ref.partition(":")
    try:
        return date.fromisoformat(day), Group(rest.partition(":")[0])
    except ValueError:
        return None


def _places_named(item: Item) -> list[Place]:
    """The place of the act, and for typed words the question shown before it."""
    focus = item.asker.focus
    earlier = place_in(focus.earlier_ref) if item.ref and focus else None
    return [place for place in (place_of(item), earlier) if place]


def place_of(item: Item) -> Place | None:
    """What the act names: in the card's key, or in the focus of a typed answer."""
    return place_in(item.ref or item.rest) if item.ref or item.incoming.kind is ActKind.TAP else None


def chosen_of(item: Item) -> str:
    """What was chosen, as typed or as tapped."""
    if item.ref:
        return item.rest
    if item.incoming.choices:
        return "".join(item.incoming.choices)
    return item.rest.partition(":")[2].partition(":")[2]


@dataclass(frozen=True, slots=True)
class Answering:
    """The three steps, with the rules they need; amounts in hundredths of an hour."""

    rules: Rules

    async def load(self, tx: Tx, items: Sequence[Item], now: datetime) -> State:
        persons = sorted({item.asker.person.number for item in items})
        # The year rows first: on PostgreSQL their lock makes a second process see what the first one wrote.
        standings = await load_standings(tx, self.rules, persons, day_of(now).year, lock=True)
        days = [place[0] for item in items for place in _places_named(item)]
        first, last = (min(days), max(days)) if days else (day_of(now), day_of(now))
        first = max(first, monday_of(day_of(now)))
        questions = await daily.between(tx, first, last)
        answered = await daily.answers(tx, EVERYTHING, persons, first, last)
        groups = await _groups_then(tx, items, questions)
        streaks = await _answered_days(tx, items)
        known_days = await calendar.imported(tx) if streaks else Calendar()
        exams = await open_beside(tx, [item for item in items if _minds_exam(item, answered)], now)
        others = await open_quizzes(tx, items, now)
        return State(questions, dict(answered), standings, groups, streaks, known_days, exams, others, [])

    def decide(self, state: State, item: Item, now: datetime) -> Receipt | Refusal:
        asked = _asked(state, item, now)
        if isinstance(asked, Refusal):
            return asked
        person = item.asker.person
        earlier = state.answered.get((asked.day, person.number))
        back = _gives_back(state, item, asked)
        if earlier is not None:
            return self._receipt(state, asked, earlier, first=False, exam=back)
        if item.ref and unclear(state.exams.get(person.number), item, now):
            return DailyOrExam(asked.day == day_of(now))
        if other := state.quizzes.get(person.number):
            return WhichOfBoth(((other.broadcast, other.item, other.of),), asked.day)
        try:
            chosen = parse_answer(asked.question, chosen_of(item))
        except AnswerRefused as refused:
            return NoSuchChoice(refused.letters, asked.question.kind is Kind.MULTIPLE)
        answered = self._credit(state, asked, person, chosen, now)
        return self._receipt(state, asked, answered, first=True, exam=back)

    def _credit(
        self, state: State, asked: DailyQuestion, person: Person, chosen: tuple[str, ...], now: datetime
    ) -> Answered:
        standing = state.standings[person.number]
        so_far = standing.by_form.get(Form.DAILY, 0)
        worth = self.rules.form(Form.DAILY, asked.day)
        cap = worth.yearly_cap
        posted = worth.amount if cap is None else fitting(worth.amount, so_far, cap)
        answered = Answered(
            asked.day,
            person.number,
            asked.group,
            "".join(chosen),
            is_right(asked.question, chosen),
            now,
            worth.amount,
            posted,
        )
        state.answered[asked.day, person.number] = answered
        state.standings[person.number] = Standing(standing.owed, {**standing.by_form, Form.DAILY: so_far + posted})
        state.new.append((answered, asked, person))
        state.days_answered.get(person.number, []).append(asked.day)
        return answered

    def _receipt(
        self, state: State, asked: DailyQuestion, answered: Answered, *, first: bool, exam: bool
    ) -> Receipt:
        standing = state.standings[answered.person]
        days = state.days_answered.get(answered.person)
        return Receipt(
            asked,
            answered,
            first,
            make_up=day_of(answered.answered_at) != asked.day,
            counted=counted(standing, self.rules.hours),
            owed=standing.owed or 0,
            streak=0 if days is None else streak({*days, asked.day}, asked.day, state.calendar),
            exam=exam,
        )

    async def write(self, tx: Tx, state: State, decisions: Sequence[Receipt | Refusal], now: datetime) -> None:
        back = {one.answered.person for one in decisions if isinstance(one, Receipt) and one.exam}
        for person in sorted(back):
            await focus.show(tx, [person], focus.EXAM, str(state.exams[person].attempt), now)
        new = state.new
        if not new:
            return
        await daily.record(tx, [answered for answered, _, _ in new])
        changed = {answered.person: state.standings[answered.person] for answered, _, _ in new}
        await ledger.keep_standings(tx, day_of(now).year, changed)
        await ledger.post(tx, [entry(self.rules, *posted) for posted in new if posted[0].posted])


def _asked(state: State, item: Item, now: datetime) -> DailyQuestion | Refusal:
    if item.ref and (both := _both_lately(state, item, now)):
        return WhichQuestion(both)
    place = place_of(item)
    if place is None:
        return NothingToAnswer()
    match window(place[0], now):
        case Window.CLOSED:
            return QuestionClosed(place[0])
        case Window.FUTURE:
            return NotYet(place[0])
    asked = state.questions.get(place)
    if asked is None or not _is_for(state, place, item.asker.person):
        return NoSuchQuestion(place[0])
    return asked


async def _answered_days(tx: Tx, items: Sequence[Item]) -> Mapping[str, list[date]]:
    wanting = {item.asker.person.number for item in items if item.asker.wishes.streak}
    return {number: await daily.answered_days(tx, EVERYTHING, number) for number in sorted(wanting)}


def _minds_exam(item: Item, answered: Mapping[tuple[date, str], Answered]) -> bool:
    """Whose exam stands beside the question, or who types what can no longer be an answer to it."""
    if stands_beside(item):
        return True
    place = place_in(item.ref)
    return place is not None and (place[0], item.asker.person.number) in answered


def _gives_back(state: State, item: Item, asked: DailyQuestion) -> bool:
    """The exam is in front again when the question before it is answered."""
    pointed = item.asker.focus
    in_front = pointed is not None and pointed.ref == ref_of((asked.day, asked.group))
    return in_front and item.asker.person.number in state.exams


def _both_lately(state: State, item: Item, now: datetime) -> tuple[Place, ...]:
    """The two questions shown within the last minute, when both stand open: it is unclear which one was meant."""
    focus = item.asker.focus
    if focus is None or focus.earlier_shown_at is None or focus.earlier_kind != FOCUS:
        return ()
    if now - focus.earlier_shown_at > LATELY or focus.earlier_ref == focus.ref:
        return ()
    places = _places_named(item)
    stand_open = [place for place in places if _stands_open(state, item, place[0], now)]
    return tuple(places) if len(stand_open) > 1 else ()


def _stands_open(state: State, item: Item, day: date, now: datetime) -> bool:
    answered = (day, item.asker.person.number) in state.answered
    return not answered and window(day, now) in (Window.ON_TIME, Window.MAKE_UP)


def group_asked(person: Person) -> Group:
    """Whose question a person gets: that of the own group; 其他 gets that of the staff when asking for it."""
    return person.group or Group.STAFF


def _is_for(state: State, place: Place, person: Person) -> bool:
    if group_asked(person) is place[1]:
        return True
    return place[1] in state.groups_then.get((place[0], person.number), ())


async def _groups_then(
    tx: Tx, items: Sequence[Item], questions: Mapping[Place, DailyQuestion]
) -> Mapping[tuple[date, str], frozenset[Group]]:
    """The groups on the day, of those who tapped another group's question: they may have moved since."""
    doubtful = {
        (place[0], item.asker.person.number)
        for item in items
        if (place := place_of(item)) and place in questions and group_asked(item.asker.person) is not place[1]
    }
    if not doubtful:
        return {}
    facts = await people.facts_of(tx, EVERYTHING, {number for _, number in doubtful})
    return {(day, number): _groups_on(facts.get(number, []), day) for day, number in doubtful}


def _groups_on(facts: Sequence[Fact], day: date) -> frozenset[Group]:
    """As ever recorded: whoever moved after the question was sent may answer the card in hand."""
    held = [values_on(facts, day, known_at) for known_at in {fact.recorded_at for fact in facts}]
    return frozenset(
        group_of(Category(values[Field.CATEGORY]), mark=values.get(Field.MARK) == "1") or Group.STAFF
        for values in held
        if values.get(Field.CATEGORY)
    )
