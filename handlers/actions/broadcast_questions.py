"""The questions of a 群发答题: what may be asked, and what is frozen when it is sent."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from question_bank.questions import Question
from storage import broadcasts, exams, questions
from storage.broadcasts import Numbered
from storage.database import Database, Tx
from training.broadcast_errors import TooFewToDraw, Unfit
from training.broadcasts import Broadcast, Settings
from training.calendar import day_of
from training.daily import ASKABLE

MOST: Final = 10
PAGE_QUESTIONS: Final = 200


def asked(settings: Settings) -> int:
    """How many questions it is to have."""
    return len(settings.questions) + len(settings.written) + settings.draw


async def unfit(tx: Tx, settings: Settings, now: datetime) -> Mapping[str, Unfit]:
    """Id, or the place of one that was written (`1` …) → why it may not be asked."""
    known = await questions.current(tx, settings.questions)
    secret = await questions.secret(tx, settings.questions, day_of(now))
    found: dict[str, Unfit] = {}
    for place, id_ in enumerate(settings.questions):
        why = Unfit.TWICE if id_ in settings.questions[:place] else _why_not(known.get(id_), secret=id_ in secret)
        if why is not None:
            found[id_] = why
    for number, question in enumerate(settings.written, 1):
        if question.kind not in ASKABLE:
            found[str(number)] = Unfit.KIND
    return found


def _why_not(known: tuple[int, Question] | None, *, secret: bool) -> Unfit | None:
    if known is None:
        return Unfit.UNKNOWN
    if known[1].status != "active":
        return Unfit.RETIRED
    if known[1].kind not in ASKABLE:
        return Unfit.KIND
    return Unfit.SECRET if secret else None


async def demand_drawable(tx: Tx, settings: Settings, now: datetime) -> None:
    """That there are enough to draw from; no more are looked at than are wanted. Raises: TooFewToDraw."""
    found, secret, last = 0, 0, ""
    while found < settings.draw and (page := await exams.bank(tx, after=last, at_most=PAGE_QUESTIONS)):
        there = len(await _open(tx, settings, page, now))
        secret += len(_fitting(settings, page)) - there
        found += there
        last = page[-1][0]
    if found < settings.draw:
        raise TooFewToDraw(settings.draw, found, secret)


async def drawable(database: Database, settings: Settings, now: datetime) -> list[str]:
    """Ids of all that could be drawn; a page in a transaction."""
    found: list[str] = []
    last = ""
    while True:
        async with database.read() as tx:
            page = await exams.bank(tx, after=last, at_most=PAGE_QUESTIONS)
            found += await _open(tx, settings, page, now)
        if not page:
            return found
        last = page[-1][0]


async def _open(tx: Tx, settings: Settings, page: Iterable[Numbered], now: datetime) -> list[str]:
    """Of a page of active questions those that fit and that no exam keeps secret."""
    fitting = _fitting(settings, page)
    secret = await questions.secret(tx, fitting, day_of(now)) if fitting else frozenset()
    return [id_ for id_ in fitting if id_ not in secret]


def _fitting(settings: Settings, page: Iterable[Numbered]) -> list[str]:
    return [id_ for id_, _, question in page if id_ not in settings.questions and _fits(settings, question)]


def _fits(settings: Settings, question: Question) -> bool:
    """A question for some groups only is drawn when nobody else is asked."""
    topics, groups = settings.topics, {str(group) for group in settings.audience.groups}
    return (
        question.kind in ASKABLE
        and (not topics or not set(topics).isdisjoint(question.topics))
        and (not question.audience or (bool(groups) and groups <= set(question.audience)))
    )


async def freeze(
    tx: Tx, broadcast: Broadcast, pool: Sequence[str], now: datetime
) -> tuple[list[Numbered], list[str]]:
    """What it asks, in order, and the ids that were ordered and may not be asked any more.

    Drawn are those that its series never asked, then those it asked longest ago, by a seed of the number.
    """
    settings = broadcast.settings
    bad = await unfit(tx, settings, now)
    wanted = [id_ for id_ in settings.questions if id_ not in bad]
    if settings.draw:
        used = await broadcasts.asked_in_series(tx, broadcast.series)
        wanted += sorted(pool, key=lambda id_: (used.get(id_, 0), _seeded(broadcast.number, id_)))[: settings.draw]
    current = await questions.current(tx, wanted)
    frozen = [(id_, *current[id_]) for id_ in wanted]
    frozen += [("", 0, question) for question in settings.written]
    return frozen, [id_ for id_ in settings.questions if id_ in bad]


def _seeded(number: int, question: str) -> bytes:
    return hashlib.sha256(f"{number}|{question}".encode()).digest()
