"""`xuefa activity` as it is typed: a file once, published, its code, cancelled with everybody told, concluded."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from handlers.actions import activities, activity_drafting, batches
from storage import people
from storage.database import Tx
from storage.scope import EVERYTHING
from tests.bot.cli.terminal import Terminal
from training.activities import Mark
from training.calendar import CITY
from training.errors import OwnBatch
from training.rules import Rules

UNIT_ADMIN = "姓名,单位,人员类别,账号,人员编号,角色,管辖单位\n丙管,sfj,工作人员,third,A3,单位管理员,sfj\n"
HEAD = 'title = "行政处罚法培训"\nform = "讲座"\ncontent_class = "专业法律"\norganiser = "zhangsan"\n'
WHY = ("--as", "first", "--reason", "培训安排")


@pytest.fixture
def office(either: Terminal) -> Terminal:
    """Zhang (staff), Li (enforcement, below), Wang (a leader elsewhere), Zhao (other); admins of city and unit."""
    either.bring(numbers=()).admins()
    either.run("staff", "import", either.file("third.csv", UNIT_ADMIN))
    return either


def day(**away: float) -> date:
    return (datetime.now(UTC) + timedelta(**away)).astimezone(CITY).date()


def on(when: date, starts: str = "14:00", ends: str = "16:30") -> str:
    return f'{HEAD}starts_at = "{when} {starts}"\nends_at = "{when} {ends}"\n'


def made(office: Terminal, text: str, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = office.json("activity", "create", office.file("a.toml", text), *words)
    return found


def states(office: Terminal) -> list[tuple[int, str]]:
    return [(one["id"], one["state"]) for one in office.json("activity", "list")["activities"]]


def test_the_same_file_makes_one_activity(office: Terminal) -> None:
    text = on(day(days=7))
    tried = made(office, text, "--dry-run")
    assert (tried["id"], tried["already"], tried["dry_run"], tried["invited"]) == (None, False, True, 7)
    assert states(office) == []
    first = made(office, text)
    assert (first["id"], first["already"], first["state"]) == (1, False, "planned")
    assert (first["organiser"], first["held_by"], first["units"]) == ("P1", "city", ["sfj"])
    assert datetime.fromisoformat(first["starts_at"]).astimezone(CITY).strftime("%H:%M") == "14:00"
    assert (made(office, text)["id"], made(office, text)["already"]) == (1, True)
    again = office.run("activity", "create", office.path("a.toml")).stdout
    assert again.startswith("这份文件已新建为活动 1 专题讲座《行政处罚法培训》（")
    assert again.endswith("现在是“计划”，没有重复新建；确要再建请加 --again。\n")
    assert made(office, text, "--publish")["state"] == "published"
    assert made(office, text, "--again")["id"] == 2
    assert states(office) == [(2, "planned"), (1, "published")]


def test_by_an_admin_of_a_unit(office: Terminal) -> None:
    text = on(day(days=7)).replace('organiser = "zhangsan"\n', "")
    done = made(office, text, "--as", "third", "--reason", "年度计划", "--publish")
    assert (done["organiser"], done["held_by"], done["units"], done["state"]) == (
        "A3",
        "unit",
        ["sfj"],
        "published",
    )
    assert done["invited"] == 5
    refused = office.refused(
        "activity", "create", office.file("b.toml", text + 'held_by = "city"'), "--as", "third"
    )
    assert refused == '市级活动由市级管理员新建，请写 held_by = "unit"，或不写 --as。'
    assert "不是管理员" in office.refused("activity", "create", office.path("b.toml"), "--as", "zhangsan")
    assert "organiser 没有填写" in office.refused("activity", "create", office.path("b.toml"))


def test_the_reason_stands_in_the_audit_log(terminal: Terminal) -> None:
    terminal.bring(numbers=()).admins()
    made(terminal, on(day(days=7)), "--publish", *WHY)
    rows = terminal.rows("SELECT what, actor, via, reason FROM audit_log WHERE subject = 'activity 1' ORDER BY seq")
    assert rows == [
        ("activity.make", "A1", "cli", "培训安排"),
        ("activity.publish", "A1", "cli", "培训安排"),
    ]


def test_a_draft_of_the_chat_is_listed_as_one(office: Terminal) -> None:
    async def begin(tx: Tx) -> None:
        admin = {one.number: one for one in await people.every(tx, EVERYTHING)}["A1"]
        await activity_drafting.begin(tx, admin, datetime.now(UTC))

    assert office.run("activity", "list").stdout.startswith("还没有培训活动。")
    office.inside(begin)
    [draft] = office.json("activity", "list")["activities"]
    assert (draft["state"], draft["starts_at"], draft["sessions"]) == ("draft", None, 0)
    assert office.run("activity", "list").stdout == "1 [草稿] 未写标题\n"
    assert "没有标题" in office.refused("activity", "publish", "1")


def test_published_once(office: Terminal) -> None:
    made(office, on(day(days=7)))
    done = office.json("activity", "publish", "1")
    assert (done["id"], done["state"], done["invited"]) == (1, "published", 7)
    assert office.refused("activity", "publish", "1") == "活动 1 现在是“已发布”，不能这样操作。"
    assert office.refused("activity", "publish", "2") == "没有找到活动 2，请核对编号。"


def test_the_code_of_this_moment(office: Terminal) -> None:
    made(office, on(day(), "00:01", "11:59"), "--publish")
    shown = office.json("activity", "code", "1")
    assert len(shown["code"]) == 6
    assert shown["scanned"] == f"签到 1 {shown['code']}"
    left = datetime.fromisoformat(shown["until"]) - datetime.now(UTC)
    assert timedelta(0) < left <= timedelta(seconds=60)
    assert states(office) == [(1, "signing")]
    made(office, on(day(days=7)), "--publish")
    assert "今天没有安排" in office.refused("activity", "code", "2")


async def _mark(tx: Tx, *persons: str) -> None:
    await activities.mark(tx, None, 1, None, persons, Mark.LISTED, datetime.now(UTC), via="cli")


def test_cancelled_and_those_told_who_were_there(terminal: Terminal) -> None:
    terminal.bring(numbers=()).admins()
    made(terminal, on(day(days=-1)), "--publish")
    terminal.inside(lambda tx: _mark(tx, "P1", "P2", "A1"))
    assert "--as 账号、--reason 理由" in terminal.refused("activity", "cancel", "1")
    done = terminal.json("activity", "cancel", "1", "--as", "first", "--reason", "讲师有事")
    assert (done["state"], done["told"]) == ("cancelled", 2)
    [(to, body, mass)] = terminal.rows("SELECT receivers, body, mass FROM outbox")
    assert (set(to.split("|")), mass) == ({"zhangsan", "lisi"}, 1)
    assert "讲师有事" in body.decode() and "如已签到，本次不计学时" in body.decode()
    assert "已取消" in terminal.refused("activity", "cancel", "1", *WHY)


def test_cancelled_before_anybody_knew(office: Terminal) -> None:
    made(office, on(day(days=7)))
    said = office.run("activity", "cancel", "1", *WHY).stdout
    assert said == "活动 1 已取消。\n"


async def _confirm(tx: Tx, by: str) -> None:
    admin = {one.number: one for one in await people.every(tx, EVERYTHING)}[by]
    await batches.confirm(tx, Rules(), admin, 1, datetime.now(UTC))


def test_concluding_is_always_a_batch_for_somebody_else(office: Terminal) -> None:
    text = on(day(days=-1), "09:00", "10:30")
    made(office, text + 'held_by = "unit"', "--publish", "--as", "third", "--reason", "计划")
    assert office.refused("activity", "close", "1", *WHY).endswith("请先登记：xuefa activity attend 1 文件。")
    office.inside(lambda tx: _mark(tx, "P1", "P2"))
    assert "--minutes 应为" in office.refused("activity", "close", "1", "--minutes", "两小时", *WHY)
    assert office.refused("activity", "close", "1", "--minutes", "45,45", *WHY).startswith(
        "--minutes 应为每天的实际时长，"
    )
    done = office.json("activity", "close", "1", "--minutes", "45", *WHY)
    assert (done["batch"], done["persons"], done["hours"], done["minutes"]) == (1, 2, "2.00", [45])
    assert done["state"] == "concluded"
    assert office.json("ledger", "verify")["lines"] == 0
    with pytest.raises(OwnBatch):
        office.inside(lambda tx: _confirm(tx, "A1"))
    office.inside(lambda tx: _confirm(tx, "A2"))
    assert states(office) == [(1, "posted")]
    assert office.json("ledger", "verify")["lines"] == 2


def test_those_who_may_confirm_are_told(terminal: Terminal) -> None:
    terminal.bring(numbers=()).admins()
    made(terminal, on(day(days=-1), "09:00", "10:30"), "--publish")
    terminal.inside(lambda tx: _mark(tx, "P1"))
    said = terminal.run("activity", "close", "1", *WHY).stdout
    assert said.startswith("活动 1（行政处罚法培训）已办结，批次 1 待另一名市级管理员确认后入账。\n")
    assert "张三（P1）" in said and "2.00" in said
    assert terminal.rows("SELECT ref, receivers FROM outbox") == [("batch-1", "second")]


def test_a_sign_in_list_is_accounted_for_row_by_row(office: Terminal) -> None:
    when = day(days=-1)
    made(office, on(when, "09:00", "10:30"), "--publish")
    rows = "张三,司法局,09:00\n李四,司法局,09:40\n王五,czj,\n孙七,司法局,09:00\n"
    file = office.file("list.csv", "姓名,单位,签到时间\n" + rows)
    dry = office.json("activity", "attend", "1", file, "--dry-run")
    counts = {key: dry[key] for key in ("read", "taken", "doubtful", "rejected")}
    assert counts == {"read": 4, "taken": 3, "doubtful": 0, "rejected": 1}
    assert "--as 账号、--reason 理由" in office.refused("activity", "attend", "1", file)
    assert "名单上没有到场的人" in office.refused("activity", "close", "1", *WHY)
    said = office.run("activity", "attend", "1", file, *WHY).stdout.splitlines()
    assert said == [
        "读到 4 行，登记到场 3，待核对 0，拒收 1。",
        "核对无误后请办结：xuefa activity close 1 --minutes 实际分钟数。",
        "  第 5 行：司法局没有名叫孙七的人员，请核对，或填写人员编号。（未导入）",
    ]
    assert office.json("activity", "attend", "1", file, *WHY)["taken"] == 3
    done = office.json("activity", "close", "1", *WHY)  # 90 minutes, of which Li was there for 50
    assert (done["persons"], done["hours"]) == (3, "5.11")
    assert "待确认" in office.refused("activity", "attend", "1", file, *WHY)


def test_only_whoever_runs_it_brings_a_list(office: Terminal) -> None:
    made(office, on(day(days=-1)), "--publish")
    file = office.file("list.csv", "人员编号\nP1\n")
    why = ("--as", "wangwu", "--reason", "补登")
    assert "只能由它的组织者" in office.refused("activity", "attend", "1", file, *why)
    assert office.json("activity", "attend", "1", file, "--as", "zhangsan", "--reason", "补登")["taken"] == 1
    bad = office.file("bad.csv", "甲,乙\n1,2\n")
    assert "至少要有人员编号、账号、姓名中的一列" in office.refused("activity", "attend", "1", bad, "--dry-run")


def test_the_sheet_is_written_or_the_reason_said(office: Terminal) -> None:
    made(office, on(day(days=-1)), "--publish")
    office.inside(lambda tx: _mark(tx, "P1"))
    out = office.path("sheet.xlsx")
    done = office.json("activity", "sheet", "1", "--out", out)
    assert {key: done[key] for key in ("rows", "persons", "present", "absent")} == {
        **{"rows": 7, "persons": 7, "present": 1, "absent": 6}
    }
    assert (
        office.run("activity", "sheet", "1", "--out", out, "--blank").stdout == f"签到表已导出到 {out}，共 7 行。\n"
    )
    assert "请用 .xlsx 或 .csv" in office.refused("activity", "sheet", "1", "--out", office.path("a.pdf"))
    assert "只能由它的组织者" in office.refused("activity", "sheet", "1", "--out", out, "--as", "wangwu")
