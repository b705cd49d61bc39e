"""What a typed answer to a quiz may be meant for besides the question in front.

A question shown within the last minute beside it, which is read only for those who typed and whose focus shows one;
and the question before, when its answer was sent twice.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from handlers.actions.exam_beside import LATELY
from handlers.routing import Item
from question_bank.judging import AnswerRefused, parse_answer
from storage import quizzes
from storage.database import Tx
from storage.scope import EVERYTHING
from training.broadcasts import Answered, Asked
from training.quizzes import Quiz, Standing, place_in, ref_of

FOCUS: Final = "quiz"
AT_ONCE: Final = timedelta(seconds=2)  # moments of messages are whole seconds


def shown_lately(item: Item, kind: str, now: datetime) -> str:
    """The ref of a question of this kind that was shown before the one in front; empty: none was."""
    pointed = item.asker.focus
    if not item.ref or pointed is None or pointed.earlier_shown_at is None or pointed.earlier_kind != kind:
        return ""
    late = now - pointed.earlier_shown_at > LATELY or pointed.earlier_ref == pointed.ref
    return "" if late else pointed.earlier_ref


async def open_quizzes(tx: Tx, items: Iterable[Item], now: datetime) -> Mapping[str, Asked]:
    """Person → the question that could be meant as well."""
    refs = {item.asker.person.number: place_in(shown_lately(item, FOCUS, now)) for item in items}
    places = {person: place for person, place in refs.items() if place}
    if not places:
        return {}
    numbers = {number for number, _ in places.values()}
    known = await quizzes.by_number(tx, numbers)
    units = await quizzes.units(tx, EVERYTHING, numbers, places)
    given = await quizzes.answers(tx, EVERYTHING, numbers, places)
    return {
        person: known[number].asked[item]
        for person, (number, item) in places.items()
        if (number, person) in units and (number, item, person) not in given and _is_open(known, number, item, now)
    }


def _is_open(known: Mapping[int, Quiz], number: int, item: int, now: datetime) -> bool:
    quiz = known.get(number)
    return quiz is not None and item < len(quiz.asked) and quiz.standing(now) is Standing.OPEN


def said_twice(item: Item, quiz: Quiz, open_item: int, given: Collection[Answered]) -> Answered | None:
    """The answer by which the question in front was shown, when the same was typed again too soon to be read."""
    pointed = item.asker.focus
    if not item.ref or not given or pointed is None or pointed.ref != ref_of(quiz.number, open_item):
        return None
    last = max(given, key=lambda one: one.answered_at)
    if pointed.shown_at != last.answered_at or item.incoming.sent_at - pointed.shown_at > AT_ONCE:
        return None
    try:
        again = parse_answer(quiz.asked[last.item].question, item.rest)
    except AnswerRefused:
        return None
    return last if "".join(again) == last.chosen else None
