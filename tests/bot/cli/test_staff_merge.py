"""`xuefa staff merge`: what will happen is shown, and nothing does before a second admin has confirmed it."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from handlers.actions import batches
from storage import ledger
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import entry
from training.hours import Standing
from training.people import Role
from training.rules import Rules

WHY = ("--as", "first", "--reason", "同一人重复建档")
YEAR = ("--year", "2026")


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    """张三 is P1, and P7 with an account of its own; both have lines."""
    terminal.bring()
    terminal.admins()
    header = "姓名,单位,人员类别,账号,人员编号,职务\n"
    again = "张三,czj,工作人员,zhangsan2,P7,\n"
    terminal.run("staff", "import", terminal.file("again.csv", header + again))
    terminal.inside(_lines)
    return terminal


async def _lines(tx: Tx) -> None:
    lecture = {"form": "lecture", "hours": Decimal("4.00"), "source": "import", "title": "讲座"}
    await ledger.post(
        tx,
        [
            entry(1, person="P1", source_ref="1"),
            entry(2, person="P7", source_ref="2"),
            entry(3, person="P7", source_ref="3", **lecture),
        ],
    )
    standings = {"P1": Standing(None, {"daily": 10}), "P7": Standing(None, {"daily": 10, "lecture": 400})}
    await ledger.keep_standings(tx, 2026, standings)


def confirm(office: Terminal, number: int) -> None:
    async def work(tx: Tx) -> None:
        now = datetime.now(UTC)
        second = await batches.proposer(tx, Rules(), "wecom", "second", now)
        assert second.role is Role.CITY_ADMIN
        await batches.confirm(tx, Rules(), second, number, now)

    office.inside(work)


def test_what_will_happen_is_shown_and_waits(office: Terminal) -> None:
    dry = office.run("staff", "merge", "P7", "P1", "--dry-run").stdout
    assert dry.splitlines() == [
        "张三（P7）与张三（P1）为同一人，保留 P1；P7 并档，不再计入任何统计。",
        "账号 zhangsan2 改属 P1。",
        "学时：转记 1 条，合计 4.00 学时（原记录冲销，确认时按届时的台账办理）。",
        "不转记：第 2 条 2026-11-23 每日一题 0.10 学时，该日每日一题已有记录",
        "请核对（登记不一致，以 P1 为准）：单位 财政局（czj）／司法局（sfj）",
        "检查完毕（没有提交）。",
    ]
    assert office.rows("SELECT * FROM batch") == []
    assert "须写明 --as 账号、--reason 理由" in office.refused("staff", "merge", "P7", "P1")
    assert office.json("staff", "merge", "P7", "P1", *WHY) == {
        **{"batch": 1, "person": "P7", "into": "P1", "accounts": ["zhangsan2"], "lines": 1, "hours": "4.00"},
        "left": [{"line": 2, "day": "2026-11-23", "form": "daily", "hours": "0.10", "why": "twice"}],
        **{"resembling": [], "closed_years": [], "periods": []},
        "differs": [{"field": "unit", "goes": "czj", "stays": "sfj"}],
    }
    assert office.rows("SELECT count(*) FROM ledger_entry") == [(3,)]
    assert office.rows("SELECT person FROM account WHERE account = 'zhangsan2'") == [("P7",)]
    [(receivers, body)] = office.rows("SELECT receivers, body FROM outbox")
    assert receivers == "second"
    assert "【待确认批次 1】人员编号 P7 并入 P1，甲管提出" in json.loads(body)["text"]["content"]
    [listed] = office.json("batch", "list")["batches"]
    assert listed["title"] == "人员编号 P7 并入 P1"
    assert "  账号 zhangsan2 改属 P1。" in office.run("batch", "list").stdout.splitlines()
    assert office.run("staff", "merge", "P7", "P1", *WHY).stdout.splitlines()[-1].startswith("已提交为批次 2")


def test_afterwards_the_account_is_the_other_and_the_number_has_its_old_lines(office: Terminal) -> None:
    office.run("staff", "merge", "P7", "P1", *WHY)
    confirm(office, 1)
    by_account = office.json("ledger", "explain", "zhangsan2", *YEAR)
    assert (by_account["person"], by_account["recorded"]["hours"]) == ("P1", "4.10")
    by_number = office.json("ledger", "explain", "P7", *YEAR)
    assert (by_number["status"], by_number["recorded"]["hours"]) == ("并档", "0.00")
    assert (by_number["owed"]["hours"], by_number["missing"]) == ("0.00", "0.00")
    assert [(line["seq"], line["reversed_by"]) for line in by_number["lines"][:2]] == [(2, 4), (3, 5)]
    assert office.refused("ledger", "reverse", "3", *WHY) == (
        "第 3 条已由第 5 条冲销，不能再冲销；需要更正时请补记一条新的。"
    )
    assert office.json("ledger", "verify")["lines"] == 6
    known = office.rows("SELECT person, by_form FROM person_year WHERE person IN ('P1', 'P7') ORDER BY person")
    assert [(person, json.loads(sums)) for person, sums in known] == [
        ("P1", {"daily": 10, "lecture": 400}),
        ("P7", {"daily": 0, "lecture": 0}),
    ]
    assert office.json("staff", "import", office.path("roster.csv"), "--full")["not_in_file"] == ["A1", "A2"]


def test_refusals(office: Terminal) -> None:
    for words, said in (
        (("P7", "P7"), "两个人员编号都是 P7，不需要并档。"),
        (("P9", "P1"), "没有人员编号为 P9 的人员，请核对（xuefa staff export 可导出名册）。"),
        (("P7", "P9"), "没有人员编号为 P9 的人员，请核对（xuefa staff export 可导出名册）。"),
    ):
        assert office.refused("staff", "merge", *words, *WHY) == said
    for account, said in (("nobody", "不在名册中"), ("zhangsan", "不是市级管理员")):
        assert said in office.refused("staff", "merge", "P7", "P1", "--as", account, "--reason", "重复")
    assert office.rows("SELECT * FROM batch") == []
    office.run("staff", "merge", "P7", "P1", *WHY)
    confirm(office, 1)
    for words in (("P7", "P1"), ("P1", "P7")):
        assert office.refused("staff", "merge", *words, *WHY) == "人员编号 P7 已并入 P1，请核对。"


def test_on_postgresql_too(on_postgres: Terminal) -> None:
    on_postgres.run("db", "upgrade")
    on_postgres.bring(numbers=())
    on_postgres.admins()
    assert on_postgres.json("staff", "merge", "P4", "P3", *WHY)["batch"] == 1
    confirm(on_postgres, 1)
    assert on_postgres.json("ledger", "explain", "zhaoliu", *YEAR)["person"] == "P3"
