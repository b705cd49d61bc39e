"""The questions of a 群发 draft: what an answer adds or takes out, and what is known of them before it is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from handlers.actions.broadcast_questions import asked, demand_drawable, unfit
from question_bank.formats.pasted import checked_pasted
from question_bank.problems import rejected
from question_bank.questions import Question
from storage import questions
from storage.database import Tx
from training.broadcast_errors import UnfitQuestions
from training.broadcast_file_questions import ASKABLE, MOST_QUESTIONS
from training.broadcast_word_errors import (
    BadQuestion,
    MoreThan,
    NoQuestionYet,
    NoSuchPlace,
    NoSuchQuestions,
    NotUnderstood,
    WrongKind,
)
from training.broadcast_words import Draw, Ids, TakeOut, Written, quiz_from
from training.broadcasts import Settings

_One = TypeVar("_One")


async def quiz_with(tx: Tx, settings: Settings, words: str, now: datetime) -> tuple[Settings, bool]:
    """With what the words add, and whether no more is to come.

    Raises: NotUnderstood, NoSuchQuestions, BadQuestion, WrongKind, MoreThan, NoSuchPlace, NoQuestionYet,
    UnfitQuestions, TooFewToDraw.
    """
    said = quiz_from(words)
    changed = settings
    match said.what:
        case Draw():
            changed = replace(settings, draw=said.what.count, topics=said.what.topics)
        case TakeOut():
            changed = _without(settings, said.what.place)
        case Ids():
            found = await _of_bank(tx, said.what, words)
            changed = replace(settings, questions=tuple(dict.fromkeys((*settings.questions, *found))))
        case Written():
            changed = replace(settings, written=(*settings.written, _written(said.what.text)))
    total = asked(changed)
    if total > MOST_QUESTIONS or (isinstance(said.what, Draw) and not said.what.count):
        raise MoreThan(total, MOST_QUESTIONS)
    if said.done and not total:
        raise NoQuestionYet
    await _demand_fit(tx, changed, now)
    return changed, said.done


async def _demand_fit(tx: Tx, settings: Settings, now: datetime) -> None:
    if bad := await unfit(tx, settings, now):
        raise UnfitQuestions(bad)
    await demand_drawable(tx, settings, now)


def _without(settings: Settings, place: int) -> Settings:
    """Places count from 1, in the order in which they are asked: of the bank, drawn, written."""
    total, of_bank = asked(settings), len(settings.questions)
    if not 1 <= place <= total:
        raise NoSuchPlace(place, total)
    if place <= of_bank:
        return replace(settings, questions=_less(settings.questions, place))
    if place <= of_bank + settings.draw:
        return replace(settings, draw=settings.draw - 1)
    return replace(settings, written=_less(settings.written, place - of_bank - settings.draw))


def _less(all_of_it: tuple[_One, ...], place: int) -> tuple[_One, ...]:
    return (*all_of_it[: place - 1], *all_of_it[place:])


async def _of_bank(tx: Tx, said: Ids, words: str) -> list[str]:
    """Letter case matters only where the bank itself tells ids apart by it."""
    known = await questions.known_ids(tx, {*said.ids, *(one.lower() for one in said.ids)})
    found = {one: one if one in known else one.lower() for one in said.ids}
    missing = tuple(one for one, meant in found.items() if meant not in known)
    if len(missing) == len(said.ids) and not said.surely:
        raise NotUnderstood(words)
    if missing:
        raise NoSuchQuestions(missing)
    return list(found.values())


def _written(text: str) -> Question:
    draft = checked_pasted(text)
    if draft.question is None:
        raise BadQuestion(tuple(one.problem for one in draft.problems if rejected([one])))
    if draft.question.kind not in ASKABLE:
        raise WrongKind
    return draft.question


async def known_questions(tx: Tx, settings: Settings) -> Sequence[Question]:
    """Those that are not drawn, as they are now, in order."""
    current = await questions.current(tx, settings.questions)
    return [*(current[one][1] for one in settings.questions if one in current), *settings.written]
