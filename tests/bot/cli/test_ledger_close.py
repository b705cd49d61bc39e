"""`xuefa ledger close` and `reopen`, and what `ledger import` takes of a closed year."""

from datetime import UTC, date, datetime

import pytest

from handlers.actions import batches
from storage import people, units
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_ledger_import import HEADER
from training.people import Fact, Field, UnitField
from training.rules import Rules

WHY = ("--as", "first", "--reason", "年度工作完成")
ROW = "P1,,,法律知识考试,,{title},2025-12-01,,2,,,,\n"
OPEN_ROW = "P1,,,专题讲座,,讲座,2026-03-10,,4,,,,\n"


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.bring(numbers=())
    terminal.admins()
    return terminal


def confirm(office: Terminal, number: int) -> None:
    async def confirmed(tx: Tx) -> None:
        now = datetime.now(UTC)
        second = await batches.proposer(tx, Rules(), "wecom", "second", now)
        await batches.confirm(tx, Rules(), second, number, now)

    office.inside(confirmed)


def bring(office: Terminal, title: str, *words: str) -> int:
    """Import one row of 2025; the number of the batch."""
    file = office.file("past.csv", HEADER + ROW.format(title=title))
    number: int = office.json("ledger", "import", file, *WHY, *words)["batch"]
    return number


def test_closing_shows_what_the_year_has_and_waits_for_the_second(office: Terminal) -> None:
    confirm(office, bring(office, "考试"))
    told = office.json("ledger", "close", "--year", "2025", *WHY)
    [(digest,)] = office.rows("SELECT hash FROM ledger_entry")
    assert told == {
        **{"batch": 2, "year": 2025, "kind": "closed", "lines": 1, "hours": "2.00"},
        "head": {"seq": 1, "hash": digest},
        "unconfirmed": [],
    }
    said = office.run("ledger", "close", "--year", "2025", *WHY).stdout.splitlines()
    assert said[0] == (
        f"2025 年度台账 1 条，合计 2.00 学时；链头第 1 条 {digest}。"
        "结账后，这一年度的学时只能补录（另列一栏），冲销照常。"
    )
    assert "已提交为批次 3" in said[1]
    [first, _] = office.json("batch", "list")["batches"]
    assert first["title"] == "2025 年度结账"
    assert office.rows("SELECT * FROM year_event") == []
    confirm(office, 2)
    assert office.rows("SELECT year, kind, batch, head_seq, head_hash FROM year_event") == [
        (2025, "closed", 2, 1, digest)
    ]


def test_what_cannot_be_closed_or_reopened_makes_no_batch(office: Terminal) -> None:
    running = str(datetime.now(UTC).year + 1)
    assert "还没有结束" in office.refused("ledger", "close", "--year", running, *WHY)
    assert "没有结账，不用撤销" in office.refused("ledger", "reopen", "--year", "2025", *WHY)
    assert "须写明 --as 账号、--reason 理由" in office.refused("ledger", "close", "--year", "2025")
    assert "应为四位年份" in office.refused("ledger", "close", "--year", "25", *WHY)
    office.run("ledger", "close", *WHY, exit_code=2)
    waiting = bring(office, "考试")
    assert f"学时批次 {waiting}，请先确认或退回" in office.refused("ledger", "close", "--year", "2025", *WHY)
    assert office.rows("SELECT count(*) FROM batch") == [(1,)]


def test_a_closed_year_takes_late_entries_only(office: Terminal) -> None:
    confirm(office, office.json("ledger", "close", "--year", "2025", *WHY)["batch"])
    today = datetime.now(UTC).astimezone().date()
    file = office.file("past.csv", HEADER + ROW.format(title="考试") + OPEN_ROW)
    refused = office.json("ledger", "import", file, "--dry-run")
    assert (refused["accepted"], refused["rejected"], refused["late"]) == (1, 1, 0)
    [problem] = refused["problems"]
    assert (problem["where"], problem["field"]) == ("row 2", "year")
    assert problem["problem"].startswith("2025 年度已于 ")
    assert problem["problem"].endswith(" 结账，请用 --late 补录。")
    assert str(today.year) in problem["problem"]
    late = office.json("ledger", "import", file, *WHY, "--late")
    assert (late["accepted"], late["rejected"], late["late"]) == (2, 0, 1)
    assert office.json("batch", "list")["batches"][0]["title"] == "补录学时 2 条，合计 6.00"
    confirm(office, late["batch"])
    assert office.rows("SELECT year, late FROM ledger_entry ORDER BY year") == [(2025, 1), (2026, 0)]
    told = office.run("ledger", "explain", "P1", "--year", "2025").stdout
    assert "2025 年度已于 " in told


def test_reopening_names_the_closing_and_stands_in_the_audit_log(office: Terminal) -> None:
    confirm(office, office.json("ledger", "close", "--year", "2025", *WHY)["batch"])
    words = ("--as", "first", "--reason", "漏记一个培训班")
    said = office.run("ledger", "reopen", "--year", "2025", *words).stdout
    assert "2025 年度台账 0 条，合计 0.00 学时；链头第 0 条；2025 年度已于 " in said
    assert "撤销结账后，这一年度恢复正常入账，须重新结账。" in said
    confirm(office, 2)
    assert bring(office, "考试") == 3
    acts = office.rows("SELECT what, after, reason FROM audit_log WHERE what = 'batch.propose' ORDER BY seq")
    assert acts[1] == ("batch.propose", "2025 年度重新开放", "漏记一个培训班")


def test_a_reversal_shows_what_goes_with_the_line(office: Terminal) -> None:
    """旁听庭审 counts up to 8: of 6 and 4 the second got 2, and the rest when the first was taken back."""
    rows = "".join(
        f"P1,,,旁听庭审,,庭审{day},2026-03-{day},,{hours},,,,\n" for day, hours in (("10", 6), ("11", 4))
    )
    confirm(office, office.json("ledger", "import", office.file("past.csv", HEADER + rows), *WHY)["batch"])
    said = office.run("ledger", "reverse", "1", *WHY).stdout.splitlines()[0]
    assert said == "第 1 条：张三（P1）2026-03-10 旁听庭审 6.00 学时，庭审10"
    confirm(office, 2)
    said = office.run("ledger", "reverse", "2", *WHY).stdout.splitlines()[0]
    assert said == "第 2 条：张三（P1）2026-03-11 旁听庭审 2.00 学时，庭审11；连同为它补足的第 4 条"
    confirm(office, 3)
    [(hours,)] = office.rows("SELECT sum(CAST(hours AS REAL)) FROM ledger_entry")
    assert hours == 0
    assert office.run("ledger", "verify").stdout.startswith("台账校验通过：共 6 条")


def test_units_that_do_not_stand_by_their_figures_are_named_and_stop_nobody(office: Terminal) -> None:
    confirm(office, bring(office, "考试"))
    office.inside(_settled_since_2025)
    told = office.json("ledger", "close", "--year", "2025", *WHY)
    assert told["unconfirmed"] == ["司法局"]
    said = office.run("ledger", "close", "--year", "2025", *WHY).stdout.splitlines()[0]
    assert said.endswith("冲销照常。尚未确认（或确认后数据有变动）的单位 1 个：司法局。")
    confirm(office, told["batch"])
    assert office.rows("SELECT kind FROM year_event") == [("closed",)]


async def _settled_since_2025(tx: Tx) -> None:
    """Somebody who was there in 2025, with an admin who said nothing."""
    then, now = date(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC)
    unit = [Fact("sfj", UnitField.NAME, "司法局", then, now)]
    held = {Field.NAME: "周敏", Field.UNIT: "sfj", Field.CATEGORY: "staff"}
    facts = [Fact("R1", field, value, then, now) for field, value in held.items()]
    await units.add(tx, unit, by="test", now=now, today=then)
    await people.add(tx, facts, [], [], by="test", now=now, today=then)
