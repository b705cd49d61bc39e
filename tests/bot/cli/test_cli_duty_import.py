"""`xuefa duty import`: a batch, confirmed by a second admin, and then done in `duty list`."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.actions import batches
from storage import people
from storage.database import Tx
from storage.scope import EVERYTHING
from tests.bot.cli.terminal import Terminal
from training.calendar import day_of
from training.errors import BatchOvertaken, OwnBatch
from training.rules import Rules

UNITS = """单位代码,单位名称,上级单位代码,单位性质,行政机关,生效日期
gov,市政府,,市政府,是,2020-01-01
sfj,司法局,gov,政府部门,是,2020-01-01
"""
ROSTER = """姓名,单位,人员类别,人员编号,班子职务,账号,角色,生效日期
张局长,sfj,领导干部,S1,主要负责人,zhang,,2020-01-01
甲管,sfj,工作人员,A1,,first,市级管理员,2020-01-01
乙管,sfj,工作人员,A2,,second,市级管理员,2020-01-01
"""
WHY = ("--as", "first", "--reason", "年度汇总")
NOW = datetime.now(UTC)
DAY = day_of(NOW) - timedelta(days=1)


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.run("units", "import", either.file("units.csv", UNITS))
    either.run("staff", "import", either.file("roster.csv", ROSTER))
    return either


def file(office: Terminal) -> str:
    rows = f"讲法治课,S1,,{DAY},专题,档案室3号\n组织旁听,,司法局,{DAY},行政诉讼,\n述法,X1,,{DAY},,\n"
    return office.file("duties.csv", "履职事项,人员编号,单位,日期,内容,佐证\n" + rows)


def confirm(office: Terminal, number: int, by: str) -> None:
    async def decide(tx: Tx) -> None:
        admin = {one.number: one for one in await people.every(tx, EVERYTHING)}[by]
        await batches.confirm(tx, Rules(), admin, number, NOW + timedelta(minutes=5))

    office.inside(decide)


def done(office: Terminal) -> dict[str, tuple[int, int]]:
    listed = office.json("duty", "list", "--year", str(DAY.year))["duties"]
    return {
        duty["key"]: (owes["done"], owes["missing"])
        for duty in listed
        for owes in duty["owed_by"]
        if duty["key"] in ("class", "hearing-organised", "report") and owes["subject"] in ("S1", "sfj")
    }


def test_proposed_confirmed_and_done(office: Terminal) -> None:
    dry = office.json("duty", "import", file(office), "--dry-run")
    assert {key: dry[key] for key in ("read", "accepted", "rejected", "batch")} == {
        **{"read": 3, "accepted": 2, "rejected": 1, "batch": None}
    }
    assert "须写明 --as 账号、--reason 理由" in office.refused("duty", "import", file(office))
    said = office.run("duty", "import", file(office), *WHY).stdout.splitlines()
    assert said == [
        "读到 3 行，可登记 2，拒收 1。",
        "讲法治课 1、组织旁听行政诉讼庭审 1",
        f"讲法治课：张局长（S1），{DAY}，专题，佐证：档案室3号",
        f"组织旁听行政诉讼庭审：司法局，{DAY}，行政诉讼",
        "已提交为批次 1，请另一名市级管理员在企业微信中回复“确认 1”，确认后生效。",
        "  第 4 行：人员编号 X1：名册中没有，请核对。（未导入）",
    ]
    [batch] = office.json("batch", "list")["batches"]
    assert (batch["title"], batch["reason"]) == ("履职登记 2 条", "年度汇总")
    assert done(office) == {"class": (0, 1), "hearing-organised": (0, 1), "report": (0, 1)}
    with pytest.raises(OwnBatch):
        confirm(office, 1, "A1")
    confirm(office, 1, "A2")
    assert done(office) == {"class": (1, 0), "hearing-organised": (1, 0), "report": (0, 1)}
    again = office.json("duty", "import", file(office), *WHY)
    assert (again["accepted"], again["batch"]) == (0, None)


def test_what_was_registered_meanwhile_makes_it_overtaken(office: Terminal) -> None:
    for _ in range(2):
        office.run("duty", "import", file(office), *WHY)
    confirm(office, 1, "A2")
    with pytest.raises(BatchOvertaken):
        confirm(office, 2, "A2")
    assert done(office)["class"] == (1, 0)
