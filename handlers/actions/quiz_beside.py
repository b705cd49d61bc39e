"""A question of a quiz that was shown within the last minute beside what is in front, and stands open.

Read only for those who typed, and whose focus shows one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from handlers.actions.exam_beside import LATELY
from handlers.routing import Item
from storage import quizzes
from storage.database import Tx
from storage.scope import EVERYTHING
from training.broadcasts import Asked
from training.quizzes import Quiz, Standing, place_in

FOCUS: Final = "quiz"


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
