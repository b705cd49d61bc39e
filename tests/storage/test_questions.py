"""The bank: versions are added, never changed, and the pool knows what was asked."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from question_bank.questions import Kind
from storage import daily, exams, questions
from storage.database import Database, Tx
from tests.storage.rows import NOW, TODAY, add_questions, drawn, question
from training.daily import Candidate
from training.exams import Section, Settings, State
from training.people import Group

DAY = timedelta(days=1)


async def test_a_changed_question_gets_a_new_version(database: Database) -> None:
    changed = question(1, stem="改过?")
    async with database.write() as tx:
        await add_questions(tx, question(1), question(2))
        await questions.add(tx, [("other fold", changed)], now=NOW, by="test")
        assert await questions.known_ids(tx, ["q1", "q2", "q3"]) == {"q1": 2, "q2": 1}
        assert await questions.known_folds(tx, ["fold-q1", "fold-q2", "other fold"]) == {
            "fold-q2": "q2",
            "other fold": "q1",
        }
        assert await questions.bank(tx) == [changed, question(2)]
        assert await questions.count(tx) == 2
        await questions.add(tx, [], now=NOW, by="test")


async def test_two_questions_never_have_the_same_fold(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await questions.add(tx, [("same", question(1)), ("same", question(2))], now=NOW, by="test")


async def test_the_bank_is_read_in_pages(database: Database) -> None:
    async with database.write() as tx:
        await add_questions(tx, *(question(n) for n in range(5)))
        first = await questions.bank(tx, at_most=3)
        assert [q.id for q in first + await questions.bank(tx, after="q2")] == ["q0", "q1", "q2", "q3", "q4"]


async def test_the_pool_is_what_a_group_can_be_asked(database: Database) -> None:
    async with database.write() as tx:
        await add_questions(
            tx,
            question(1),
            question(2, status="draft"),
            question(3, kind=Kind.BLANK, options=(), answer=(("甲",),)),
            question(4, audience=("leader",)),
            question(5, audience=("staff", "leader"), topics=()),
        )
        for day, group, number in (
            (TODAY, Group.STAFF, 1),
            (TODAY + DAY, Group.STAFF, 1),
            (TODAY, Group.LEADER, 1),
            (TODAY + DAY, Group.LEADER, 5),
        ):
            await daily.keep(tx, drawn(day, group, number), NOW)
        assert await questions.candidates(tx, Group.STAFF, TODAY) == [
            Candidate("q1", 1, "topic1", asked_here=2, asked_elsewhere=1),
            Candidate("q5", 1, "", asked_here=0, asked_elsewhere=1),
        ]
        assert [c.id for c in await questions.candidates(tx, Group.LEADER, TODAY)] == ["q1", "q4", "q5"]
        assert [c.id for c in await questions.candidates(tx, Group.ENFORCEMENT, TODAY)] == ["q1"]


async def exam_of_q1(tx: Tx, state: State, *, answers: bool) -> None:
    """Its pool is version 1 of the question."""
    settings = Settings("考试", 2026, NOW, NOW + DAY, 60, (Section(Kind.SINGLE, 1, 100),))
    number = await exams.add(tx, settings, makeup_of=0, by="test", now=NOW)
    await exams.keep_pool(tx, number, [("q1", 1)])
    draft = await exams.one(tx, number)
    assert draft is not None
    await exams.move(tx, draft, state)
    await exams.mark_released(tx, number, NOW, scores=True, answers=answers)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("answers", [False, True])
async def test_a_question_of_an_exam_is_secret_until_the_answers_are_released(
    database: Database, state: State, answers: bool
) -> None:
    async with database.write() as tx:
        await add_questions(tx, question(1), question(2))
        await questions.add(tx, [("fold-q1", question(1))], now=NOW, by="test")  # another version since
        await exam_of_q1(tx, state, answers=answers)
        found = {one.id: (one.version, one.secret) for one in await questions.candidates(tx, Group.STAFF, TODAY)}
    assert found == {"q1": (2, state is not State.DRAFT and not answers), "q2": (1, False)}


async def test_one_exam_of_several_keeps_a_question_secret(database: Database) -> None:
    async with database.write() as tx:
        await add_questions(tx, question(1))
        for answers in (True, False, True):
            await exam_of_q1(tx, State.RELEASED, answers=answers)
        assert [one.secret for one in await questions.candidates(tx, Group.STAFF, TODAY)] == [True]


@pytest.mark.parametrize(
    ("asked_on", "secret"),
    [
        (date(2026, 12, 31), True),
        (date(2027, 1, 4), True),  # the answers are not released, and make-ups are sat in January
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
        (date(2028, 1, 4), False),
    ],
)
async def test_answers_that_nobody_releases_bind_to_the_end_of_march(
    database: Database, asked_on: date, secret: bool
) -> None:
    """The window closed in November 2026."""
    async with database.write() as tx:
        await add_questions(tx, question(1))
        await exam_of_q1(tx, State.CLOSED, answers=False)
        [candidate] = await questions.candidates(tx, Group.STAFF, asked_on)
        assert candidate.secret is secret
        assert await questions.secret(tx, ["q1"], asked_on) == ({"q1"} if secret else set())
