"""`xuefa claims`: what waits, approved as a batch by a second admin, turned down and returned with a word."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handlers.actions import batches, claims
from storage import people
from storage.claims import one as claim_of
from storage.database import Tx
from storage.scope import EVERYTHING
from tests.bot.cli.terminal import Terminal
from training.calendar import CITY
from training.claim_errors import OwnClaim
from training.claims import Stated
from training.errors import BatchOvertaken, OwnBatch
from training.people import Person
from training.rules import Rules

UNIT_ADMIN = "姓名,单位,人员类别,账号,人员编号,角色,管辖单位\n丙管,sfj,工作人员,third,A3,单位管理员,sfj\n"
WHY = ("--as", "first", "--reason", "年终集中审核")


@pytest.fixture
def office(either: Terminal) -> Terminal:
    """Claims 1 to 3 of Zhang, Li and the admin `second`, of different lectures."""
    either.bring(numbers=()).admins()
    either.run("staff", "import", either.file("third.csv", UNIT_ADMIN))
    for place, number in enumerate(("P1", "P2", "A2")):
        claimed(either, number, f"第{'一二三'[place]}次专题讲座", place + 1)
    return either


def yesterday() -> date:
    return (datetime.now(UTC) - timedelta(days=1)).astimezone(CITY).date()


async def _person(tx: Tx, number: str) -> Person:
    return {one.number: one for one in await people.every(tx, EVERYTHING)}[number]


def claimed(office: Terminal, number: str, title: str, expected: int, minutes: int = 90) -> None:
    async def hand_in(tx: Tx) -> None:
        who, now = await _person(tx, number), datetime.now(UTC)
        stated = Stated("lecture", title, yesterday(), yesterday(), minutes=minutes, classes=("专业法律",))
        made = await claims.another(tx, who, stated, now)
        await claims.hand_in(tx, Rules(), who, made, now)
        assert made == expected

    office.inside(hand_in)


def confirm(office: Terminal, batch: int, by: str) -> None:
    async def decide(tx: Tx) -> None:
        await batches.confirm(tx, Rules(), await _person(tx, by), batch, datetime.now(UTC))

    office.inside(decide)


def states(office: Terminal) -> dict[int, str]:
    found = office.json("claims", "list", "--state", "all")["claims"]
    return {one["id"]: one["state"] for one in found}


def lines(office: Terminal) -> int:
    found: int = office.json("ledger", "verify")["lines"]
    return found


def test_what_waits_is_listed(office: Terminal) -> None:
    first = office.json("claims", "list")["claims"][-1]
    assert (first["id"], first["person"], first["name"], first["unit"], first["level"]) == (
        *(1, "P1", "张三"),
        *("sfj", "sfj"),
    )
    assert (first["form"], first["minutes"], first["hours"], first["doubles"]) == ("lecture", 90, None, [])
    said = office.run("claims", "list", "--last", "2").stdout.splitlines()
    assert len(said) == 2
    assert said[0].startswith("3 [待审核] 乙管（A2，司法局）：")
    assert "由司法局的管理员审核" in said[1]
    assert office.run("claims", "list", "--state", "approved").stdout == "没有这样的申报。\n"


def test_approving_is_a_batch_that_a_second_admin_decides(office: Terminal) -> None:
    assert "--as 账号、--reason 理由" in office.refused("claims", "approve", "1")
    done = office.json("claims", "approve", "1-2", *WHY)
    assert (done["batch"], done["claims"], done["hours"], done["refused"]) == (1, [1, 2], "4.00", [])
    assert (states(office)[1], lines(office)) == ("submitted", 0)
    [batch] = office.json("batch", "list")["batches"]
    assert batch["title"] == "认定申报 2 件"
    with pytest.raises(OwnBatch):
        confirm(office, 1, "A1")
    confirm(office, 1, "A2")
    assert states(office) == {1: "approved", 2: "approved", 3: "submitted"}
    assert lines(office) == 2
    approved = office.json("claims", "list", "--state", "approved")["claims"]
    assert {one["decided_by"] for one in approved} == {"A2"}


def test_nobody_confirms_the_own_claim(office: Terminal) -> None:
    office.run("claims", "approve", "1", "3", *WHY)
    with pytest.raises(OwnClaim):
        confirm(office, 1, "A2")
    assert (set(states(office).values()), lines(office)) == ({"submitted"}, 0)
    own = office.json("claims", "approve", "1", "3", "9", "--as", "second", "--reason", "集中审核")
    assert (own["claims"], [one["id"] for one in own["refused"]]) == ([1], [3, 9])
    assert "是您本人的" in own["refused"][0]["problem"]
    assert "是您本人的" in office.refused("claims", "approve", "3", "--as", "second", "--reason", "集中审核")


def test_what_was_decided_or_changed_meanwhile_makes_it_overtaken(office: Terminal) -> None:
    office.run("claims", "approve", "1", *WHY)
    office.run("claims", "approve", "2", *WHY)
    office.run("claims", "return", "1", "2", "--as", "third", "--reason", "请核对时长")
    assert states(office)[1] == "returned"
    with pytest.raises(BatchOvertaken):
        confirm(office, 1, "A2")

    async def again(tx: Tx) -> None:
        who = await _person(tx, "P2")
        before = await claim_of(tx, EVERYTHING, 2)
        assert before is not None
        stated = Stated("lecture", before.stated.title, yesterday(), yesterday(), minutes=450)
        await claims.amend(tx, who, 2, stated)
        await claims.hand_in(tx, Rules(), who, 2, datetime.now(UTC))

    office.inside(again)
    with pytest.raises(BatchOvertaken):
        confirm(office, 2, "A2")
    assert lines(office) == 0


def test_only_city_admins_propose_and_only_admins_decide(office: Terminal) -> None:
    by_unit = ("--as", "third", "--reason", "审核")
    assert "不是市级管理员" in office.refused("claims", "approve", "1", *by_unit)
    assert "不是管理员" in office.refused("claims", "reject", "1", "--as", "zhangsan", "--reason", "审核")
    assert "申报编号请写成" in office.refused("claims", "reject", "一", *by_unit)
    assert office.json("claims", "reject", "1", *by_unit)["claims"] == [1]
    assert states(office)[1] == "rejected"


def test_claimants_are_told(terminal: Terminal) -> None:
    terminal.bring(numbers=()).admins()
    claimed(terminal, "P1", "讲座", 1)
    claimed(terminal, "P2", "讲座", 2)
    said = terminal.run("claims", "return", "1-2", "--as", "first", "--reason", "请补充主办单位").stdout
    assert said == "已退回补充申报 1-2（2 件）。\n"
    rows = terminal.rows("SELECT receivers, body FROM outbox ORDER BY receivers")
    assert [to for to, _ in rows] == ["lisi", "zhangsan"]
    assert all("请补充主办单位" in body.decode() for _, body in rows)
    acts = terminal.rows("SELECT what, actor, via, reason FROM audit_log WHERE subject = 'claim 1'")
    assert acts == [("claim.return", "A1", "cli", "请补充主办单位")]
    assert "现在是“退回补充”" in terminal.refused("claims", "return", "1", *WHY)


def test_what_resembles_another_is_approved_by_itself(office: Terminal) -> None:
    claimed(office, "P1", "第一次专题讲座（补）", 4)
    found = office.json("claims", "approve", "2", "4", *WHY)
    assert (found["claims"], [one["id"] for one in found["refused"]]) == ([2], [4])
    assert found["refused"][0]["problem"].endswith("请单独运行 xuefa claims approve 4。")
    alone = office.json("claims", "approve", "4", *WHY)
    assert alone["claims"] == [4]
    assert "疑似重复" in office.run("batch", "list").stdout


def test_claims_of_a_file_are_handed_in_and_decided_like_others(office: Terminal) -> None:
    day = yesterday()
    head = "人员编号,姓名,单位,形式,内容,日期,时长\n"
    rows = f"P1,,,业务培训,执法程序,{day},90\n,李四,zfk,集体学法,民法典,{day},60\nP3,,,讲座,公文写作,{day},半天\n"
    rows += f"P1,,,旁听庭审,行政案件,{day},90\nP2,,,讲座,第二次专题讲座,{day},90\n"
    file = office.file("claims.csv", head + rows)
    dry = office.json("claims", "import", file, "--dry-run", "--as", "third")
    assert (dry["read"], dry["accepted"], dry["rejected"], dry["claims"]) == (5, 2, 3, [])
    assert len(states(office)) == 3
    assert "--as 账号、--reason 理由" in office.refused("claims", "import", file)
    said = office.run("claims", "import", file, "--as", "third", "--reason", "集中补报").stdout.splitlines()
    assert said == [
        "读到 5 行，提交申报 2 件，拒收 3 行。由各级管理员审核。",
        "  第 4 行：王五（P3）不在您的管辖单位内，不能代为申报。（未导入）",
        "  第 5 行：旁听庭审由组织者按名单登记，不用申报；依《人民法院法庭规则》不收庭审照片。"
        "请联系本次旁听的组织者。（未导入）",
        "  第 6 行：同样的内容已在申报 2 中，没有重复提交。（未导入）",
    ]
    [second, first] = office.json("claims", "list", "--last", "2")["claims"]
    assert (first["person"], first["form"], first["level"], second["person"]) == ("P1", "professional", "sfj", "P2")
    again = office.json("claims", "import", file, "--as", "third", "--reason", "集中补报")
    assert (again["accepted"], again["claims"]) == (0, [])
    assert office.json("claims", "reject", "4", "--as", "third", "--reason", "不属于法治培训")["claims"] == [4]
    assert "不是管理员" in office.refused("claims", "import", file, "--as", "zhangsan", "--reason", "补报")


def test_who_brought_a_claim_stands_in_the_audit_log(terminal: Terminal) -> None:
    terminal.bring(numbers=()).admins()
    file = terminal.file("claims.csv", f"账号,形式,内容,日期,时长\nzhangsan,讲座,宪法,{yesterday()},90\n")
    terminal.run("claims", "import", file, *WHY)
    acts = terminal.rows("SELECT actor, via, subject, reason FROM audit_log WHERE what = 'claim.import'")
    assert acts == [("A1", "cli", "claim 1", "年终集中审核")]
