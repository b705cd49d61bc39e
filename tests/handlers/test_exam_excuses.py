"""缓考 and 免考: granted, changed, taken back, until the results are released."""

import pytest

from storage.database import Database
from tests.handlers.exam_city import CLOSES, OPENS, build, created, published, settings
from tests.handlers.exam_desk import by_hand, exam, excuses, last_acts, let_off, sat
from training.errors import NoSuchNumber
from training.exam_errors import (
    AlreadySat,
    NoDocument,
    NoRollYet,
    NothingExcused,
    NotOnExamRoll,
    RollSettled,
)
from training.exams import Audience, Excuse, Move, State

NONE, DEFERRED, EXCUSED = Excuse.NONE, Excuse.DEFERRED, Excuse.EXCUSED


@pytest.fixture
async def city(database: Database) -> Database:
    await build(database, 60)
    return database


async def test_an_excuse_is_kept_and_logged_until_the_results_are_released(city: Database) -> None:
    number = await created(city, settings())
    for why in Excuse:
        with pytest.raises(NoRollYet):
            await let_off(city, number, "P1", why)
    await published(city, number)
    await let_off(city, number, "P1", paper="  宁司\n7号 ")
    await let_off(city, number, "P5", EXCUSED, "宁司8号")
    found = await excuses(city, number)
    assert (found["P1"], found["P5"]) == ((DEFERRED, "宁司 7号"), (EXCUSED, "宁司8号"))
    assert await last_acts(city, 2) == [
        ("exam.excuse", str(number), "P5 deferred 宁司〔2026〕5号", "P5 excused 宁司8号"),
        ("exam.defer", str(number), "P1", "P1 deferred 宁司 7号"),
    ]
    await let_off(city, number, "P1", EXCUSED)
    await by_hand(city, number, Move.RELEASE, CLOSES)
    for why in Excuse:
        with pytest.raises(RollSettled):
            await let_off(city, number, "P9", why)


@pytest.mark.parametrize("why", list(Excuse))
async def test_what_makes_no_sense_is_refused(city: Database, why: Excuse) -> None:
    number = await created(city, settings())
    await published(city, number)
    with pytest.raises(NoDocument):
        await let_off(city, number, "P5", why, " \n")
    with pytest.raises(NotOnExamRoll):
        await let_off(city, number, "P4", why)
    with pytest.raises(NoSuchNumber):
        await let_off(city, number + 1, "P5", why)
    await sat(city, number, "P5")
    with pytest.raises(AlreadySat):
        await let_off(city, number, "P5", why)


@pytest.mark.parametrize("person", ["P5", "P6"])
async def test_an_excuse_is_taken_back_once(city: Database, person: str) -> None:
    """By status or by hand; the document of the excuse does not stay on the roll."""
    number = await created(city, settings())
    await published(city, number)
    stood, paper = (await excuses(city, number))[person]
    with pytest.raises(NoDocument):
        await let_off(city, number, person, NONE, "")
    await let_off(city, number, person, NONE, "宁司 9号")
    assert (await excuses(city, number))[person] == (NONE, "")
    [act] = await last_acts(city, 1)
    assert act == ("exam.unexcuse", str(number), f"{person} {stood} {paper}", f"{person} 宁司 9号")
    with pytest.raises(NothingExcused):
        await let_off(city, number, person, NONE)
    assert await last_acts(city, 1) == [act]
    await let_off(city, number, person, DEFERRED, "宁司 10号")
    assert (await excuses(city, number))[person] == (DEFERRED, "宁司 10号")


async def test_an_excuse_may_be_taken_back_when_the_window_is_over_but_not_after_the_results(
    city: Database,
) -> None:
    number = await created(city, settings(audience=Audience(persons=("P5", "P6", "P9"))))
    await published(city, number)
    await by_hand(city, number, Move.OPEN, OPENS)
    await let_off(city, number, "P5", NONE, now=OPENS)
    await by_hand(city, number, Move.CLOSE, OPENS)
    assert (await exam(city, number)).state is State.CLOSED
    await let_off(city, number, "P6", NONE, now=OPENS)
    await by_hand(city, number, Move.RELEASE, OPENS)
    with pytest.raises(RollSettled):
        await let_off(city, number, "P9", EXCUSED, now=OPENS)
