"""Showing a question of a quiz again to one person who asks for it."""

from datetime import datetime

from handlers.actions.quiz_beside import FOCUS
from storage import focus, quizzes
from storage.askers import Asker
from storage.database import Tx
from storage.scope import own
from training.broadcasts import Asked
from training.quiz_errors import NoneOpen
from training.quizzes import next_open, ref_of


async def show_open(tx: Tx, asker: Asker, now: datetime) -> Asked:
    """The first question without an answer of the quiz sent last; typed words go to it. Raises: NoneOpen."""
    person = asker.person.number
    numbers = await quizzes.open_for(tx, own(person), person, now)
    known = await quizzes.by_number(tx, numbers)
    given = await quizzes.answers(tx, own(person), numbers, [person])
    for number in numbers:
        quiz, answered = known.get(number), {item for broadcast, item, _ in given if broadcast == number}
        following = next_open(len(quiz.asked), answered, -1) if quiz else None
        if quiz and following is not None:
            ref = ref_of(number, following)
            await focus.show(tx, [person], FOCUS, ref, now)
            if asker.focus is not None and ref in (asker.focus.ref, asker.focus.earlier_ref):
                await focus.mean(tx, person, ref)
            return quiz.asked[following]
    raise NoneOpen
