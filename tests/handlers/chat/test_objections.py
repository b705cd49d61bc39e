"""异议 in chat: who answers, and what becomes of what it was about, as transcripts."""

from datetime import date

import pytest

from handlers.actions import batches as batch_actions
from handlers.actions import claims as claim_actions
from handlers.chat import approving, batches, claims, daily, help, objections
from handlers.objection_clock import ObjectionClock
from handlers.routing import Router
from storage import activities, approvers, exams, tables
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import rows
from tests.handlers.activity_city import planned
from tests.handlers.claims_city import settle
from tests.handlers.exam_sat import Hall
from tests.handlers.sitting_city import JUDGE, opened
from tests.handlers.stage import Phone, Stage
from training.batches import Reversal
from training.claim_errors import NotInState
from training.rules import Rules

CLAIM = "申报 讲座 11-20 半天 行政处罚法培训"


class Town(Stage):
    """Everybody has one phone, on which nothing is shown twice."""

    def phone(self, account: str) -> Phone:
        phones: dict[str, Phone] = self.__dict__.setdefault("phones", {})
        return phones.setdefault(account, Phone(self, account))


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    rules = Rules()
    every = (
        *(*daily.routes(rules), *batches.routes(rules), *claims.routes(rules), *approving.routes(rules)),
        *(*objections.routes(rules), *help.routes()),
    )
    return Town(database, rules=rules, routes=Router(every, help.otherwise(rules), rules))


async def turned_down(stage: Stage) -> None:
    """By the admin of 执法科."""
    await stage.phone("zhou")(CLAIM)
    await stage.phone("ke")("不通过 1 名单上没有")
    await stage.phone("zhou").read()


async def recorded(stage: Stage, by: str) -> None:
    await stage.phone("zhou")(CLAIM)
    await stage.phone(by)("通过 1")


async def test_a_claim_goes_one_level_up_and_comes_again(stage: Stage) -> None:
    zhou, ke, ju = stage.phone("zhou"), stage.phone("ke"), stage.phone("ju")
    await turned_down(stage)
    assert await zhou("异议 申报 1 当天签到的") == (
        "异议 1 已提交：申报 1（11月20日 专题讲座 半天 行政处罚法培训）。"
        "由司法局的管理员答复，原认定人不参与，12月14日前答复您。查看请回复“我的异议”，撤回请回复“撤回异议 1”。"
    )
    assert await ju.read() == (
        "【待答复异议】\n1 周敏：申报 1（11月20日 专题讲座 半天 行政处罚法培训），当天签到的（12月14日前答复）\n"
        "答复请发送：答复异议 1 支持 说明，或：答复异议 1 不支持 理由"
    )
    assert await zhou("异议 申报 1 再说一次") == "这件事已在异议 1 中等待答复，没有重复提交。"
    assert await ke("答复异议") == "没有待您答复的异议。"
    refused = "异议 1 由上一级管理员答复；本人和原认定人不能答复。"
    assert await ke("答复异议 1 不支持 就是没有") == refused
    assert await ju("答复异议 1 支持 签到表有本人") == (
        "异议 1 已答复（支持）并告知本人。申报 1 已回到待审核，由原审核人以外的管理员审核。"
    )
    assert await zhou.read() == (
        "【异议 1 的答复】申报 1（11月20日 专题讲座 半天 行政处罚法培训）：支持。签到表有本人\n"
        "申报已重新进入审核，由原审核人以外的管理员决定。"
    )
    assert await ke("通过 1") == "申报 1 因异议成立重新审核，由原审核人以外的管理员决定。"
    assert await ju("通过 1") == "已通过申报 1（1 件），入账 4.00 学时。"
    audit = tables.audit_log.c
    acts = await rows(stage.database, audit.what, audit.actor, audit.subject, audit.after)
    assert ("objection.answer", "R8", "objection 1", "upheld") in acts


async def test_one_that_came_again_stays_above_also_when_it_is_handed_in_anew(stage: Stage) -> None:
    await turned_down(stage)
    await stage.phone("zhou")("异议 申报 1 当天签到的")
    await stage.phone("ju")("答复异议 1 支持 有签到表")
    await stage.phone("ju")("退回申报 1 请补签到表")
    async with stage.database.write() as tx:
        zhou = (await approvers.several(tx, EVERYTHING, ["R1"]))["R1"]
        await claim_actions.hand_in(tx, stage.rules, zhou, 1, stage.clock())
    claim = tables.claim.c
    assert await rows(stage.database, claim.state, claim.level, claim.decided_by) == [("submitted", "sfj", "R7")]
    assert "由原审核人以外的管理员决定" in await stage.phone("ke")("通过 1")


async def test_one_that_was_turned_down_is_not_handed_in_again_by_the_claimant(stage: Stage) -> None:
    await turned_down(stage)
    async with stage.database.write() as tx:
        zhou = (await approvers.several(tx, EVERYTHING, ["R1"]))["R1"]
        with pytest.raises(NotInState):
            await claim_actions.hand_in(tx, stage.rules, zhou, 1, stage.clock())


async def held(stage: Stage, state: str) -> None:
    """An activity of 执法科, which its admin concluded."""
    async with stage.database.write() as tx:
        settings = planned(units=("zfk",), organiser="R4")
        await activities.add(tx, settings, created_by="R7", secret=b"", now=stage.clock())
        await tx.execute(tables.activity.update().values(state=state, concluded_by="R7"))


async def test_an_activity_goes_above_its_host_and_its_organiser_is_told(stage: Stage) -> None:
    zhou, ju, lin, ke = (stage.phone(one) for one in ("zhou", "ju", "lin", "ke"))
    await held(stage, "posted")
    assert "活动 1（行政处罚法培训）。由司法局的管理员答复，原认定人不参与" in await zhou("异议 活动 1 本人到场")
    assert "本人和原认定人不能答复" in await ke("答复异议 1 不支持 没有")
    assert "名单、时长不会自动更改" in await ju("答复异议 1 支持 有照片为证")
    assert "【异议 1 成立】活动 1（行政处罚法培训）：有照片为证" in await lin.read()
    assert "【异议 1 成立】" in await ke.read()
    assert await rows(stage.database, tables.activity.c.state) == [("posted",)]


async def test_an_activity_that_is_not_concluded_yet(stage: Stage) -> None:
    await held(stage, "signing")
    assert await stage.phone("zhou")("异议 活动 1 不在名单") == "活动 1 还没有办结，名单有误请先告诉组织者。"


async def test_a_mark_goes_to_the_city_when_it_is_known(stage: Stage) -> None:
    zhou, admin, second = (stage.phone(one) for one in ("zhou", "admin", "second"))
    exam = await opened(stage.database, "R1", questions=(JUDGE,), city=False)
    hall = Hall(stage, exam)
    await hall.sit("R1", z001="B")
    assert await zhou("异议 考试 1 判断题有误") == "考试 1 还没有公布您的成绩，公布后再提出。"
    async with stage.database.write() as tx:
        await exams.mark_released(tx, 1, stage.clock(), scores=True)
    assert await stage.phone("lin")("异议 考试 1 判断题有误") == "考试 1 还没有公布您的成绩，公布后再提出。"
    assert "考试 1的成绩" in await zhou("异议")
    assert "考试 1的成绩（2026年度法律知识考试）。由市级管理员答复，12月14日前" in await zhou(
        "异议 考试 1 判断题有误"
    )
    assert "【待答复异议】" in await admin.read()
    assert "xuefa exam void 或 xuefa exam correct" in await admin("答复异议 1 支持 答案确有误")
    assert "【异议 1 成立】考试 1的成绩" in await second.read()
    assert "试题更正后会重新评分" in await zhou.read()


async def test_who_turned_it_down_from_the_city_is_followed_by_the_other_one(stage: Stage) -> None:
    zhou, admin, second = stage.phone("zhou"), stage.phone("admin"), stage.phone("second")
    await zhou(CLAIM)
    await admin("不通过 1 名单上没有")
    await zhou.read()
    assert "由市级管理员答复，原认定人不参与" in await zhou("异议 申报 1 当天签到的")
    assert await admin.read() == ""
    assert "【待答复异议】" in await second.read()
    assert await admin("答复异议 1 不支持 不行") == "异议 1 由另一名市级管理员答复；本人和原认定人不能答复。"
    assert await second("答复异议 1 不支持 签到表没有本人") == "异议 1 已答复（不支持）并告知本人。"
    assert "：不支持。签到表没有本人" in await zhou.read()
    assert await second("答复异议 1 支持 改了") == "异议 1 已答复或已撤回，没有重复处理。"
    assert await zhou("异议 申报 1 再说") == "这件事已在异议 1 中答复过，查看请回复“我的异议”。"
    assert await zhou("我的异议") == (
        "【我的异议】\n1 不支持 申报 1（11月20日 专题讲座 半天 行政处罚法培训）：当天签到的"
        "（11月23日答复：签到表没有本人）"
    )


async def test_a_line_is_taken_back_by_a_batch_that_another_confirms(stage: Stage) -> None:
    zhou, admin, second = stage.phone("zhou"), stage.phone("admin"), stage.phone("second")
    await recorded(stage, "ke")
    assert "申报 1 已认定，请对入账的那条台账提出" in await zhou("异议 申报 1 算少了")
    assert "由市级管理员答复" in await zhou("异议 1 没有参加过")
    assert "台账第 1 条（11月20日 专题讲座 行政处罚法培训 4.00 学时），没有参加过" in await admin.read()
    said = await admin("答复异议 1 支持 本人未参加")
    assert said.endswith("已提出冲销台账第 1 条的批次 1，须由另一名市级管理员确认。")
    assert "批次 1（异议 1 成立，冲销台账）待确认" in await second.read()
    await admin("确认 1")
    entry = tables.ledger_entry.c
    assert len(await rows(stage.database, entry.seq)) == 1
    await second("确认 1")
    assert [str(hours) for _, hours in await rows(stage.database, entry.seq, entry.hours)] == ["4.00", "-4.00"]
    objection = tables.objection.c
    assert await rows(stage.database, objection.state, objection.batch) == [("upheld", 1)]


async def test_who_recognised_a_line_answers_nothing_about_it(stage: Stage) -> None:
    await recorded(stage, "admin")
    await stage.phone("zhou")("异议 台账 1 没有参加过")
    assert "原认定人不能答复" in await stage.phone("admin")("答复异议 1 支持 是")
    assert "原认定人不能答复" not in await stage.phone("second")("答复异议 1 不支持 有签到表")


async def test_only_what_is_ones_own_and_readable(stage: Stage) -> None:
    await recorded(stage, "ke")
    lin = stage.phone("lin")
    assert await lin("异议 台账 1 不对") == "没有找到您的台账第 1 条，请核对编号。"
    assert await lin("异议 申报 1 不对") == "没有找到您的申报 1，请核对编号。"
    assert await lin("异议 考试 3 不对") == "没有找到您的考试 3的成绩，请核对编号。"
    assert await lin("异议 活动 4 不对") == "没有找到您的活动 4，请核对编号。"
    assert "请按这个样子发送：异议 台账 120" in await lin("异议 台账")
    assert "身份证号" in await lin("异议 台账 1 我是11010119900307775X")
    assert "最多 500 个字" in await lin(f"异议 台账 1 {'不' * 501}")
    assert await rows(stage.database, tables.objection.c.number) == []


async def test_withdrawn_and_kept(stage: Stage) -> None:
    zhou = stage.phone("zhou")
    await turned_down(stage)
    await zhou("异议 申报 1 当天签到的")
    assert "没有找到异议 1" in await stage.phone("lin")("撤回异议 1")
    assert await zhou("撤回异议 1") == "异议 1 已撤回，记录保留。"
    assert await zhou("撤回异议 1") == "异议 1 已答复或已撤回，没有重复处理。"
    assert "异议 2 已提交" in await zhou("异议 申报 1 想起来了")
    objection = tables.objection.c
    kept = [(1, "withdrawn"), (2, "waiting")]
    assert sorted(await rows(stage.database, objection.number, objection.state)) == kept


async def test_the_clock_reminds_twice_and_no_more(stage: Stage) -> None:
    ju = stage.phone("ju")
    await turned_down(stage)
    await stage.phone("zhou")("异议 申报 1 当天签到的")
    await ju.read()
    clock = ObjectionClock(stage.rules, "wecom", stage.jobs.freeze)
    said = {}
    for day in (date(2026, 12, 4), date(2026, 12, 7), date(2026, 12, 8), date(2026, 12, 13), date(2026, 12, 14)):
        for hour in ("10:13", "14:00"):
            stage.clock.to(day, hour)
            async with stage.database.write() as tx:
                await clock.remind(tx, stage.clock())
            stage.clock.on(minutes=5)
            said[day.day, hour] = await ju.read()
    told = {when: words for when, words in said.items() if words}
    assert list(told) == [(7, "10:13"), (14, "10:13")]
    assert "提出已满 10 个工作日" in told[7, "10:13"]
    assert "提出已满 15 个工作日，今天是最后一天" in told[14, "10:13"]


async def test_a_level_that_nobody_minds_any_more_is_the_citys(stage: Stage) -> None:
    await turned_down(stage)
    async with stage.database.write() as tx:
        await tx.execute(tables.account.delete().where(tables.account.c.person.in_(["R8", "R9"])))
    assert "由市级管理员答复" in await stage.phone("zhou")("异议 申报 1 当天签到的")
    assert "【待答复异议】" in await stage.phone("admin").read()
    assert "异议 1 已答复（不支持）" in await stage.phone("admin")("答复异议 1 不支持 签到表没有")
    overview = await stage.phone("zhou")("异议")
    assert "异议 申报 12 讲座实际已参加" in overview
    assert "申报 1（11月20日 专题讲座 半天 行政处罚法培训）未通过" in overview


async def test_a_reversal_that_waits_or_was_made_is_not_proposed_again(stage: Stage) -> None:
    zhou, admin, second = stage.phone("zhou"), stage.phone("admin"), stage.phone("second")
    await recorded(stage, "ke")
    async with stage.database.write() as tx:
        city = (await approvers.several(tx, EVERYTHING, ["R5"]))["R5"]
        await batch_actions.propose(tx, city, Reversal(1, "R1", "第 1 条"), "登记有误", stage.clock())
    await zhou("异议 台账 1 没有参加过")
    assert "冲销已在批次 1 中等待确认，没有重复提出" in await second("答复异议 1 支持 本人未参加")
    await second("确认 1")
    await zhou("异议 台账 1 再说一次")
    assert "已冲销过，或本身就是冲销记录" in await admin("答复异议 2 支持 本人未参加")
    batch, objection = tables.batch.c, tables.objection.c
    assert len(await rows(stage.database, batch.state)) == 1
    assert sorted(await rows(stage.database, objection.number, objection.batch)) == [(1, 1), (2, 0)]
