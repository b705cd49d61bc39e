"""`登记`, `撤销登记`, and what `我的要求` says of it."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from handlers.actions import duty_facts as actions
from storage import audit, duty_facts, units, wishes
from storage.database import Database
from storage.scope import EVERYTHING, own
from tests.handlers.city import NEW_YEAR, add_person, populate
from tests.handlers.stage import MONDAY, Phone, Stage, at
from training.activities import Activity, Attendance, HeldBy, Mark, Session, Settings, State
from training.duty_facts import DutyFact, Source
from training.people import Fact, UnitField
from training.rules import Rules

UNITS = {
    "gov": ("市政府", "", "government"),
    "11": ("司法局", "gov", "department"),
    "12": ("财政局", "gov", "department"),
}
CLASS = "登记 讲法治课 郑局 2026-11-20 行政处罚法专题"


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    facts = [
        Fact(code, field, value, NEW_YEAR, at(NEW_YEAR))
        for code, (name, parent, nature) in UNITS.items()
        for field, value in (
            *((UnitField.NAME, name), (UnitField.PARENT, parent), (UnitField.NATURE, nature)),
            (UnitField.AGENCY, "1"),
        )
    ]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=at(NEW_YEAR), today=MONDAY)
        await add_person(tx, "R8", "head", name="郑局", category="leader", leadership="主要负责人")
        await add_person(tx, "R9", "other", name="钱局", category="leader", leadership="主要负责人", unit="12")
        await add_person(tx, "R10", "keeper", name="管员", role="unit_admin", managed_units="11")
        await wishes.mark_privacy_shown(tx, ["R8", "R9", "R10"], at(MONDAY, "08:00"))
    return Stage(database)


@pytest.fixture
def keeper(stage: Stage) -> Phone:
    return stage.phone("keeper")


async def test_registered_by_the_units_admin_and_seen_by_the_person(stage: Stage, keeper: Phone) -> None:
    assert "讲法治课：每年至少 1 次（已完成 0/1）" in await stage.phone("head")("我的要求")
    said = await keeper(CLASS + " 佐证 档案室3号")
    assert "已登记（编号 1）：讲法治课，郑局（R8），2026-11-20，行政处罚法专题，佐证：档案室3号。" in said
    assert "讲法治课：每年至少 1 次（已完成 1/1（2026-11-20））" in await stage.phone("head")("我的要求")
    async with stage.database.read() as tx:
        act = await audit.last_of(tx, "duty.record")
    assert act is not None
    assert (act.actor, act.subject) == ("R10", "duty 1")
    assert act.after == "class R8 2026-11-20 行政处罚法专题，佐证 档案室3号"


async def test_the_same_twice_is_one(keeper: Phone) -> None:
    await keeper(CLASS)
    assert await keeper(CLASS) == "郑局（R8） 2026-11-20 的这一项已登记（编号 1），没有重复登记。"


async def test_taken_back_and_registered_again(stage: Stage, keeper: Phone) -> None:
    await keeper(CLASS)
    assert await keeper("撤销登记 1") == "请写明理由，如“撤销登记 1 人员填写有误”。"
    assert (await keeper("撤销登记 1 日期有误")).startswith("已撤销登记 1（2026-11-20，行政处罚法专题）")
    assert "已完成 0/1" in await stage.phone("head")("我的要求")
    assert await keeper("撤销登记 1 再来") == "您管辖的范围内没有登记 1，或已撤销，请核对编号。"
    assert "已登记（编号 3）" in await keeper(CLASS)
    await keeper("撤销登记 3 又错了")
    assert "已登记（编号 5）" in await keeper(CLASS)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("登记 讲法治课 钱局 2026-11-20 专题", "您管辖的范围内没有人员“钱局”，请核对。"),
        ("登记 组织旁听 财政局 2026-11-20", "您管辖的范围内没有单位“财政局”，请核对。"),
        (
            "登记 讲法治课 周敏 2026-11-20 专题",
            "按名册和单位表，周敏（R1）在 2026-11-20 没有“讲法治课”这项要求，请核对。",
        ),
        ("登记 讲法治课 郑局 2026-11-24 专题", "2026-11-24 还没有到，不能登记；往年的日期请写全年份。"),
        ("登记 旁听庭审 郑局 2026-11-20 出庭应诉", "出庭应诉不算旁听庭审，不能登记为旁听。"),
        ("登记 讲法治课 2026-11-20", "请写明是谁，如“登记 讲法治课 张三 2026-11-20 行政处罚法专题”。"),
        ("登记 述法 管员 2026-11-20", "本人的履职事项请由其他管理员登记或撤销。"),
        (
            "登记 公职律师 郑局 2026-11-20",
            "“公职律师”不用登记：以名册、考试或学时台账为准；有误请更正名册，或联系市级管理员。",
        ),
        (
            "登记 常务会议听取汇报 2026-06-30",
            "“常务会议听取依法行政工作汇报”请在日期前写明是哪个单位。",
        ),
    ],
)
async def test_each_refusal_has_its_sentence(keeper: Phone, words: str, said: str) -> None:
    assert await keeper(words) == said


async def test_learners_register_nothing(stage: Stage) -> None:
    for words in ("登记", CLASS, "登记 乱写", "撤销登记 1 错", "撤销登记"):
        assert await stage.phone("zhou")(words) == "这项操作需要管理员权限。如需开通，请联系市司法局。"


async def test_a_unit_goes_without_saying_when_it_is_the_only_one(stage: Stage, keeper: Phone) -> None:
    assert "组织旁听行政诉讼庭审，司法局，2026-05-06" in await keeper("登记 组织旁听 2026-05-06")
    admin = stage.phone("admin")
    assert "市政府，2026-06-30" in await admin("登记 常务会议听取汇报 2026-06-30")
    assert (await admin("登记 组织旁听 2026-05-07")).startswith("“组织旁听行政诉讼庭审”请在日期前写明是哪个单位（")


async def test_several_at_once_or_nobody(stage: Stage) -> None:
    admin = stage.phone("admin")
    assert await admin("登记 述法 郑局、没有的人 2026-11-20") == "您管辖的范围内没有人员“没有的人”，请核对。"
    assert (await admin("登记 述法 郑局、R9 2026-11-20")).count("已登记") == 2
    async with stage.database.read() as tx:
        assert [fact.subject for fact in await duty_facts.standing(tx, EVERYTHING)] == ["R8", "R9"]
        assert [fact.subject for fact in await duty_facts.standing(tx, own("R9"))] == ["R9"]


async def test_two_of_one_name_are_asked_back(stage: Stage, keeper: Phone) -> None:
    async with stage.database.write() as tx:
        await add_person(tx, "R11", name="郑局", category="leader", leadership="副职")
    assert await keeper(CLASS) == "“郑局”有几个：R11（司法局）、R8（司法局）。请改写编号或代码。"
    assert "已登记" in await keeper(CLASS.replace("郑局", "R8"))


async def test_the_word_alone_explains_and_says_what_is_missing(keeper: Phone) -> None:
    before = await keeper("登记")
    assert "登记 讲法治课 张三 2026-11-20 行政处罚法专题" in before
    assert "【2026 年度待完成】" in before
    assert "讲法治课：郑局" in before
    assert "钱局" not in before
    await keeper(CLASS)
    after = await keeper("登记")
    assert "讲法治课：郑局" not in after
    assert "登记 1：讲法治课，郑局，2026-11-20，行政处罚法专题" in after


def hearing(stage: Stage, *present: str) -> tuple[Activity, list[Attendance]]:
    start = at(MONDAY, "09:00")
    session = Session(start, start + timedelta(hours=2))
    settings = Settings(
        "法治课", "collective", (session,), "R1", HeldBy.UNIT, ("11",), ("公共法律",), speakers=("R8",)
    )
    rows = [Attendance(7, one, MONDAY, "11", Mark.LISTED) for one in present]
    return Activity(7, State.POSTED, settings, "R1", start, minutes=(120,), concluded_by="R5"), rows


async def test_an_activity_registers_once_whatever_happens(stage: Stage, keeper: Phone) -> None:
    activity, rows = hearing(stage, "R8", "R1")
    for _ in range(2):
        async with stage.database.write() as tx:
            await actions.from_activity(tx, Rules(), activity, rows, at(MONDAY, "12:00"))
    assert "讲法治课：每年至少 1 次（已完成 1/1（2026-11-23））" in await stage.phone("head")("我的要求")
    assert await keeper("撤销登记 1 不对") == "登记 1 来自培训活动或批次导入，请联系市级管理员撤销。"
    assert "已撤销登记 1" in await stage.phone("admin")("撤销登记 1 不对")
    async with stage.database.write() as tx:  # posted again, say after a crash: what a person took back stays so
        await actions.from_activity(tx, Rules(), activity, rows, at(MONDAY, "12:00"))
        assert await duty_facts.standing(tx, EVERYTHING) == []


def plain(ref: str = "a", number: int = 0) -> DutyFact:
    return DutyFact("class", "R8", "11", MONDAY, "甲", Source.ENTRY, ref, "R5", at(MONDAY), revokes=number)


async def test_the_database_keeps_one_of_a_source_and_changes_none(stage: Stage) -> None:
    async with stage.database.write() as tx:
        await duty_facts.add(tx, [plain()])
    with pytest.raises((IntegrityError, DBAPIError)):
        async with stage.database.write() as tx:
            await duty_facts.add(tx, [plain()])
