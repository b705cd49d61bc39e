"""A broadcast is ordered: what is refused and why, the states it goes through, and what the audit log says."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from bot.config import Schedule
from bot.scheduler import waking
from handlers.actions import broadcast_setting as setting
from handlers.actions.broadcast_audience import Reach, reach
from handlers.holding import Awake, always
from handlers.texts.refusals import said
from question_bank.questions import Kind as QuestionKind
from question_bank.questions import Question
from storage import audit, broadcasts, exams, media
from storage.database import Database
from tests.handlers import broadcast_town as town
from tests.handlers.broadcast_town import NOTICE, NOW, RULES, placed, run, single
from tests.handlers.exam_city import settings as exam_settings
from tests.handlers.stage import MONDAY, at
from training import broadcast_errors as errors
from training.broadcast_errors import Unfit
from training.broadcasts import Audience, Every, Kind, Left, Repeat, Settings, State, Until, Who
from training.calendar import DAY, Calendar
from training.errors import NotAllowed, Refusal
from training.exams import State as ExamState

QUIZ = Settings(Kind.QUIZ, title="周测", questions=("s1",))
BLANK = Question("b1", QuestionKind.BLANK, "罚款由____设定。", (), (("法律",),))
WRITTEN = replace(single(), id="")


async def refused(database: Database, settings: Settings, sender: str = "A1", **more: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        await placed(database, settings, sender, **more)
    assert await town.count(database, broadcasts.broadcast) == 0
    assert "这项操作不能完成" not in said(found.value) and "这项群发" not in said(found.value), "an own sentence"
    return found.value


@pytest.fixture
async def city(database: Database) -> Database:
    await town.build(database, *(single(n) for n in range(1, 4)), single(8, status="retired"), BLANK)
    await town.add_people(
        database,
        ("R1", {}),
        ("R2", {"unit": "zfk"}),
        ("R3", {"unit": "czj", "category": "leader"}),
        ("AU", {"role": "auditor"}),
    )
    return database


async def test_only_admins_in_post(city: Database) -> None:
    for nobody in ("R1", "AU"):
        assert isinstance(await refused(city, NOTICE, nobody), NotAllowed)
    await town.retire(city, "A1")
    assert isinstance(await refused(city, NOTICE), NotAllowed)
    assert (await placed(city, NOTICE)).sender == ""


async def test_a_unit_admin_stays_within(city: Database) -> None:
    found = await refused(city, replace(NOTICE, audience=Audience(units=("sfj", "gov"))), "A2")
    assert isinstance(found, errors.OutsideScope) and found.units == ("单位gov",)
    found = await refused(city, replace(NOTICE, audience=Audience(persons=("R1", "R3"))), "A2")
    assert isinstance(found, errors.OutsideScope) and found.persons == ("R3",)
    assert said(found) == "您只能发给本人管辖的单位，以下不在管辖范围内：R3。"
    made = await placed(city, NOTICE, "A2")
    await run(city)
    assert set(await town.receivers(city, made.number)) == {"R1", "R2", "AU"}
    await town.become(city, "A2", managed_units="")
    with pytest.raises(errors.NoUnitsManaged):
        await placed(city, NOTICE, "A2")


async def test_nobody_knows_them(city: Database) -> None:
    found = await refused(city, replace(NOTICE, audience=Audience(units=("sfj", "xx"))))
    assert isinstance(found, errors.NoSuchUnits) and found.units == ("xx",)
    found = await refused(city, replace(NOTICE, audience=Audience(persons=("R1", "R9"))))
    assert isinstance(found, errors.NoSuchPersons) and found.persons == ("R9",)


async def test_urgency(city: Database) -> None:
    assert isinstance(await refused(city, replace(NOTICE, urgent=True), "A2"), errors.UrgentOnlyByCity)
    assert isinstance(await refused(city, replace(QUIZ, urgent=True)), errors.NeverUrgent)
    statistics = Settings(Kind.STATISTICS, urgent=True)
    assert isinstance(await refused(city, statistics, ""), errors.NeverUrgent)


async def test_nobody_reached_says_why(city: Database) -> None:
    await town.mute(city, "R1")
    await town.pushed(city, "R2")
    found = await refused(city, replace(NOTICE, audience=Audience(persons=("R1", "R2"))))
    assert isinstance(found, errors.NobodyReached)
    assert found.left == {Left.MUTED: 1, Left.BUDGET: 1}
    assert "已开免打扰 1 人" in said(found) and "本周推送已满 1 人" in said(found)
    found = await refused(city, replace(NOTICE, audience=Audience(units=("zfk",), groups=(Who.OTHER,))))
    assert isinstance(found, errors.NobodyReached) and found.left == {}


async def test_reach_counts_what_a_sending_would_find(city: Database) -> None:
    await town.mute(city, "R1")
    await town.drop_account(city, "R3")
    async with city.read() as tx:
        found = await reach(tx, RULES, NOTICE, None, NOW)
    made = await placed(city, NOTICE)
    await run(city)
    kept = list((await town.receivers(city, made.number)).values())
    assert found == Reach(
        kept.count(""), {Left.MUTED: kept.count("muted"), Left.NO_ACCOUNT: kept.count("no_account")}
    )
    assert found == Reach(4, {Left.MUTED: 1, Left.NO_ACCOUNT: 1})


@pytest.mark.parametrize(
    ("settings", "bad"),
    [
        (replace(QUIZ, questions=("s1", "x9")), {"x9": Unfit.UNKNOWN}),
        (replace(QUIZ, questions=("s8",)), {"s8": Unfit.RETIRED}),
        (replace(QUIZ, questions=("b1", "s1")), {"b1": Unfit.KIND}),
        (replace(QUIZ, questions=("s1", "s2", "s1")), {"s1": Unfit.TWICE}),
        (replace(QUIZ, written=(WRITTEN, replace(BLANK, id=""))), {"2": Unfit.KIND}),
    ],
)
async def test_questions_that_may_not_be_asked(city: Database, settings: Settings, bad: dict[str, Unfit]) -> None:
    found = await refused(city, settings)
    assert isinstance(found, errors.UnfitQuestions) and found.questions == bad


async def test_what_an_exam_keeps_secret(city: Database) -> None:
    async with city.write() as tx:
        number = await exams.add(tx, exam_settings(), makeup_of=0, by="test", now=NOW)
        await exams.keep_pool(tx, number, [("s1", 1), ("s2", 1)])
        draft = await exams.one(tx, number)
        assert draft is not None
        await exams.move(tx, draft, ExamState.OPEN)
    found = await refused(city, QUIZ)
    assert isinstance(found, errors.UnfitQuestions) and found.questions == {"s1": Unfit.SECRET}
    found = await refused(city, replace(QUIZ, questions=(), draw=2))
    assert isinstance(found, errors.TooFewToDraw) and (found.wanted, found.found, found.secret) == (2, 1, 2)
    assert said(found) == (
        "要抽 2 题，题库中合适的只有 1 题（另有 2 题在考试题池中，公布答案前不能用），"
        "请减少题数、放宽知识点，或直接写题。"
    )
    made = await placed(city, replace(QUIZ, questions=(), draw=1))
    await run(city)
    async with city.read() as tx:
        assert [id_ for id_, *_ in await broadcasts.questions(tx, made.number)] == ["s3"]


async def test_how_many_questions(city: Database) -> None:
    assert isinstance(await refused(city, replace(QUIZ, questions=())), errors.NothingToSend)
    many = replace(QUIZ, written=(WRITTEN,) * 8, draw=2)
    found = await refused(city, many)
    assert isinstance(found, errors.TooManyQuestions) and (found.found, found.most) == (11, 10)
    with_credit = replace(QUIZ, written=(WRITTEN,), credit=10)
    assert isinstance(await refused(city, with_credit, "A2"), errors.CreditForWritten)
    assert (await placed(city, with_credit, "A1")).state is State.PLANNED
    assert (await placed(city, replace(QUIZ, credit=10), "A2")).state is State.PLANNED


@pytest.mark.parametrize(
    ("content", "name", "kind", "why"),
    [
        (b"GIF89a" + bytes(9), "image", Kind.PICTURE, "picture"),
        (b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "image", Kind.PICTURE, "large"),
        (b"12345", "file", Kind.FILE, "small"),
        (bytes(20 * 1024 * 1024 + 1), "file", Kind.FILE, "large"),
    ],
)
async def test_files(city: Database, content: bytes, name: str, kind: Kind, why: str) -> None:
    assert isinstance(await refused(city, Settings(kind, media="d" * 64)), errors.NothingToSend)
    kept = media.kept("a.x", name, content)
    async with city.write() as tx:
        await media.keep(tx, [kept], NOW)
    found = await refused(city, Settings(kind, media=kept.digest))
    assert isinstance(found, errors.BadFile) and found.why == why


async def test_an_empty_notice(city: Database) -> None:
    assert isinstance(await refused(city, replace(NOTICE, text=" ")), errors.NothingToSend)


WEEKLY = Repeat(Every.WEEK, 9, 7, day=1)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (replace(NOTICE, at=NOW), errors.InThePast),
        (replace(QUIZ, until=Until(at=NOW)), errors.ClosesTooEarly),
        (replace(QUIZ, until=Until(days=0, hour=9)), errors.ClosesTooEarly),
        (replace(QUIZ, at=at(MONDAY + DAY), until=Until(at=at(MONDAY))), errors.ClosesTooEarly),
        (replace(QUIZ, repeat=WEEKLY, until=Until(at=at(MONDAY + DAY))), errors.OneEndForMany),
        (replace(QUIZ, repeat=WEEKLY, at=at(MONDAY + DAY)), errors.OneEndForMany),
        (replace(QUIZ, repeat=replace(WEEKLY, last=MONDAY)), errors.NeverComes),
    ],
)
async def test_times_that_cannot_be(city: Database, settings: Settings, why: type[Refusal]) -> None:
    assert isinstance(await refused(city, settings), why)


async def test_one_that_waits_for_the_morning_must_not_be_over_then(city: Database) -> None:
    night, awake = at(MONDAY, "21:00"), waking(Schedule())
    tonight = replace(QUIZ, until=Until(at=at(MONDAY, "23:00")))
    found = await refused(city, tonight, now=night, awake=awake)
    assert isinstance(found, errors.ClosesTooEarly) and found.send_at == at(MONDAY + DAY, "08:02")


async def test_from_a_draft_to_its_end(city: Database) -> None:
    admin, other, third = [await town.person(city, number) for number in ("A2", "A1", "R1")]
    async with city.write() as tx:
        with pytest.raises(NotAllowed):
            await setting.begin(tx, third, NOW)
        draft = await setting.begin(tx, admin, NOW)
        assert (await broadcasts.latest(tx), await broadcasts.draft_of(tx, "A2")) == ([], draft)
        with pytest.raises(errors.NothingToSend):
            await setting.confirm(tx, RULES, admin, draft.number, NOW, always)
        with pytest.raises(errors.NoSuchBroadcast):
            await setting.amend(tx, other, draft.number, NOTICE)
        later = replace(NOTICE, at=at(MONDAY + DAY, "10:05"))
        assert (await setting.amend(tx, admin, draft.number, later)).settings == later
        planned = await setting.confirm(tx, RULES, admin, draft.number, NOW, always)
        assert (planned.state, planned.send_at) == (State.PLANNED, at(MONDAY + DAY, "10:05"))
        for act in (setting.confirm(tx, RULES, admin, 1, NOW, always), setting.amend(tx, admin, 1, NOTICE)):
            with pytest.raises(errors.NotInState):
                await act
        with pytest.raises(errors.NoSuchBroadcast):
            await setting.cancel(tx, third, draft.number, NOW, "chat")
        assert (await setting.cancel(tx, other, draft.number, NOW, "chat")).state is State.CANCELLED
        with pytest.raises(errors.NotInState):
            await setting.cancel(tx, admin, draft.number, NOW, "chat")
        log = [line.act for line in await audit.pages(tx)]
    assert [(act.what, act.actor, act.via, act.subject) for act in log] == [
        ("broadcast.create", "A2", "chat", "1"),
        ("broadcast.confirm", "A2", "chat", "1"),
        ("broadcast.cancel", "A1", "chat", "1"),
    ]
    assert "请各单位落实" in log[1].after


async def test_urgent_stands_in_the_log(city: Database) -> None:
    async with city.write() as tx:
        settings = replace(NOTICE, urgent=True)
        made = await setting.place(
            tx, RULES, settings, sender=None, via="cli", now=NOW, awake=always, digest="d" * 64, by="cli:root"
        )
        log = [(line.act.what, line.act.actor) for line in await audit.pages(tx)]
        assert await broadcasts.by_digest(tx, "d" * 64) == made and await broadcasts.by_digest(tx, "") is None
    assert log == [
        ("broadcast.create", "cli:root"),
        ("broadcast.confirm", "cli:root"),
        ("broadcast.urgent", "cli:root"),
    ]


async def test_a_series_is_given_up(city: Database) -> None:
    series = await placed(city, replace(QUIZ, repeat=WEEKLY), "A1")
    admin = await town.person(city, "A1")
    async with city.write() as tx:
        assert (await setting.cancel(tx, admin, series.number, NOW, "chat")).state is State.CANCELLED
    await run(city, at(MONDAY + 7 * DAY, "09:10"))
    assert await town.count(city, broadcasts.broadcast) == 1


DAYTIME = waking(Schedule())


@pytest.mark.parametrize(
    ("wanted", "awake", "by_clock", "urgent", "goes"),
    [
        ("11-23 10:00", DAYTIME, False, False, "11-23 10:00"),
        ("11-23 10:00", DAYTIME, True, False, "11-23 10:02"),
        ("11-24 04:00", DAYTIME, False, False, "11-24 08:02"),
        ("11-21 10:10", DAYTIME, False, False, "11-23 08:02"),
        ("11-21 10:10", DAYTIME, False, True, "11-21 10:10"),
        ("11-21 10:10", waking(Schedule(quiet_hours="00:00-00:00")), False, False, "11-21 10:10"),
    ],
    ids=["now", "off the full hour", "in the night", "on a Saturday", "urgent", "a city without quiet hours"],
)
def test_when_it_goes_out(wanted: str, awake: Awake, by_clock: bool, urgent: bool, goes: str) -> None:
    moment, then = (datetime.fromisoformat(f"2026-{said}+08:00".replace(" ", "T")) for said in (wanted, goes))
    assert setting.going_out(moment, awake, Calendar(), by_clock=by_clock, urgent=urgent) == then
