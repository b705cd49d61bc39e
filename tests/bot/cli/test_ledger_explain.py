"""`xuefa ledger explain`: the sum behind a person's hours."""

from typing import Any

import pytest

from bot.cli.ledger_dates import moment
from tests.bot.cli.terminal import Terminal
from tests.handlers.hours_city import build

YEAR = ("--year", "2026", "--as-of", "2026-11-23")


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    terminal.inside(build)
    return terminal


def explained(terminal: Terminal, person: str, *words: str) -> Any:
    return terminal.json("ledger", "explain", person, *YEAR, *words)


def test_what_is_owed_month_by_month(city: Terminal) -> None:
    owed = explained(city, "P2")["owed"]
    assert (owed["hours"], owed["exact"], owed["reduced_months"]) == ("25.00", "25", 6)
    months = owed["months"]
    assert [month["month"] for month in months] == list(range(1, 13))
    assert {(m["why"], m["status"], m["share"]) for m in months[:6]} == {("on_leave", "产假", "0")}
    assert {(m["why"], m["group"], m["share"]) for m in months[6:]} == {("whole", "staff", "25/6")}
    assert months[6]["sum"] == "50÷12＝4.17"


def test_what_is_recorded_and_what_counts(city: Terminal) -> None:
    said = explained(city, "P1")
    assert said["recorded"] == {
        "hours": "21.10",
        "by_form": {"daily": "13.10", "lecture": "4.00", "competition": "4.00"},
        "by_class": {"公共法律": "17.10", "业务知识": "4.00", "宪法": "0.00"},
    }
    online = said["counted"]["online"]
    assert (said["counted"]["hours"], said["missing"]) == ("20.50", "29.50")
    assert (online["recorded"], online["counted"], online["limit"]) == ("13.10", "12.50", "12.50")
    assert online["why"] == "上限为应完成 50.00 的 25%，即 12.50，超出的 0.60 只记录、不计入"


def test_every_line_with_its_reversal(city: Terminal) -> None:
    lines = {line["seq"]: line for line in explained(city, "P1")["lines"]}
    assert list(lines) == [1, 2, 4, 7, 8, 12]
    assert (lines[4]["hours"], lines[4]["reversed_by"], lines[4]["reverses"]) == ("3.00", 7, None)
    assert (lines[7]["hours"], lines[7]["reversed_by"], lines[7]["reverses"]) == ("-3.00", None, 4)
    assert (lines[2]["form"], lines[2]["starts_on"], lines[2]["title"]) == ("lecture", "2026-03-01", "活动2")


def test_in_words(city: Terminal) -> None:
    said = city.run("ledger", "explain", "P1", *YEAR).stdout.splitlines()
    assert said[0] == "【=姓名P1（P1）2026年度学时】"
    assert said[1] == "单位：司法局；人员类别：工作人员；状态：在岗"
    assert "一、应完成 50.00 学时（核减 0 个月）" in said
    assert "   3月 工作人员 计 31 天 全月计 50÷12＝4.17" in said
    assert "  合计 50，向上取到 0.5 的倍数，为 50.00" in said
    assert "二、已认定 21.10 学时" in said
    assert "三、计入 20.50 学时" in said
    assert any(line.startswith("  第4条 2026-04-01 ") and line.endswith("（已被第7条冲销）") for line in said)
    assert any(line.startswith("  第7条 ") and line.endswith("（冲销第4条）") for line in said)
    assert said[-1] == "五、差额：应完成 50.00－计入 20.50，还差 29.50 学时。"
    leave = city.run("ledger", "explain", "P2", *YEAR).stdout
    assert "   6月 工作人员 计 0 天 核减（产假） 0\n" in leave
    assert leave.endswith("五、差额：应完成 25.00－计入 26.00，已达标。\n")


def test_a_rounded_sum_and_a_halved_month_are_shown(city: Terminal) -> None:
    leader = explained(city, "P4")["owed"]
    assert (leader["hours"], leader["exact"]) == ("20.00", "20")
    roster = city.file("r.csv", "姓名,单位,人员类别,人员编号,入职日期,生效日期,状态,状态起,状态止\n"
                       "新来,czj,工作人员,P9,2026-03-10,2026-03-10,驻村援派,2026-05-01,2026-06-30\n")  # fmt: skip
    city.run("staff", "import", roster)
    said = city.run("ledger", "explain", "P9", *YEAR).stdout
    assert "一、应完成 37.50 学时（核减 2 个月）" in said  # 50 × 8/12 + 25 × 2/12
    assert "   2月 — 计 0 天 不在册，核减 0\n" in said
    assert "   5月 工作人员 计 31 天 减半（驻村援派） 50÷12÷2＝2.08\n" in said


def test_who_is_not_assessed_owes_nothing(city: Terminal) -> None:
    said = explained(city, "P5")
    assert (said["owed"]["hours"], said["counted"]["hours"], said["missing"]) == ("0.00", "1.00", "0.00")
    assert said["counted"]["online"]["limit"] is None
    told = city.run("ledger", "explain", "P5", *YEAR).stdout
    assert told.endswith("五、差额：没有应完成学时，不作要求。\n")


def test_by_account(city: Terminal) -> None:
    assert explained(city, "Account3")["person"] == "P3"


def test_as_of_only_lines_that_had_begun(city: Terminal) -> None:
    said = explained(city, "P3", "--as-of", "2026-05-31")
    assert (said["unit"], [line["seq"] for line in said["lines"]]) == ("czj", [5])
    assert (said["recorded"]["hours"], said["as_of"]) == ("2.00", "2026-05-31")
    assert explained(city, "P3")["unit"] == "sfj"


def test_known_at_only_what_was_recorded(city: Terminal) -> None:
    february = explained(city, "P2", "--known-at", "2026-02-28")
    assert (february["owed"]["hours"], february["lines"]) == ("50.00", [])
    may = explained(city, "P1", "--known-at", "2026-05-09")
    assert (may["recorded"]["hours"], may["lines"][-1]["reversed_by"]) == ("7.10", None)
    exact = explained(city, "P1", "--known-at", "2026-05-10 12:00")  # noon in the city is when it was recorded
    assert exact["recorded"]["hours"] == "4.10"


def test_nobody(city: Terminal) -> None:
    said = city.refused("ledger", "explain", "nobody", *YEAR)
    assert said == "名册中没有人员编号或账号为 nobody 的人员，请核对。"


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2026-07-01", "2026-07-01T15:59:59.999999+00:00"),
        ("2026-07-01 09:00", "2026-07-01T01:00:59.999999+00:00"),
        ("2026-07-01 09:00:05", "2026-07-01T01:00:05.999999+00:00"),
        ("2026-07-01T09:00:05.25", "2026-07-01T01:00:05.999999+00:00"),
        ("2026-07-01T09:00:05.250000+00:00", "2026-07-01T09:00:05.999999+00:00"),
    ],
)
def test_a_moment_lasts_as_long_as_it_was_told(text: str, until: str) -> None:
    assert moment(text).isoformat() == until
