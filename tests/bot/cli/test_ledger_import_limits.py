"""`xuefa ledger import` of rows over New Year, that limits cut, and that were taken back; on each engine."""

from pathlib import Path

import pytest

from tests.bot.cli import planting
from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_ledger_close import confirm
from tests.bot.cli.test_ledger_import import HEADER, WHY

CLASS = "P1,,,脱产培训,,执法培训班,2025-12-31,2026-01-05,24,,,,\n"
OTHER = "P2,,,专题讲座,,讲座,2026-03-11,,2,,,,\n"
STUDY = "P1,,,集体学法,,会前学法,2026-03-10,,6,,,,\n"


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.bring(numbers=())
    either.admins()
    return either


def exported(office: Terminal) -> str:
    office.run("ledger", "export", "--year", "2026", "--out", office.path("ledger.csv"))
    return Path(office.path("ledger.csv")).read_text("utf-8-sig")


def test_rows_are_counted_and_lines_told(office: Terminal) -> None:
    file = office.file("past.csv", HEADER + CLASS + STUDY + CLASS)
    dry = office.json("ledger", "import", file, "--dry-run")
    counts = {name: dry[name] for name in ("read", "accepted", "rejected", "lines", "hours", "cut", "batch")}
    assert counts == {
        **{"read": 3, "accepted": 2, "rejected": 1, "lines": 3, "hours": "30.00", "batch": None},
        "cut": {"lines": 1, "hours": "2.00"},
    }
    assert [(p["where"], p["severity"], p["problem"]) for p in dry["problems"]] == [
        ("row 2", "warning", "跨年，按天分为 2025 年度 8.00、2026 年度 16.00。"),
        ("row 4", "warning", "跨年，按天分为 2025 年度 8.00、2026 年度 16.00。"),
        ("row 4", "rejected", "这条记录与第 2 行中的相同，没有重复导入。"),
        ("row 3", "warning", "按现有台账，预计入账 4.00：申报 6.00，按单次上限认定 4.00。"),
    ]
    told = office.run("ledger", "import", file, *WHY).stdout.splitlines()
    assert told[:2] == [
        "读到 3 行，可入账 2（跨年的按年度分开，共 3 条），拒收 1。",
        "按提出时的台账，1 条不能全额入账，合计少计 2.00 学时，预计入账 28.00 学时。",
    ]
    assert sum(line.count("申报 6.00，按单次上限认定 4.00") for line in told) == 1  # with its row, and only there
    [waiting] = office.json("batch", "list")["batches"]
    assert waiting["title"] == "导入学时 3 条，合计 30.00"


def test_the_confirmation_says_what_was_posted_where_it_is_less(office: Terminal) -> None:
    file = office.file("past.csv", HEADER + CLASS + STUDY)
    number = office.json("ledger", "import", file, *WHY)["batch"]
    [heard] = planting.in_chat(office, ("second", f"确认 {number}"))
    assert heard.splitlines()[0] == f"批次 {number} 已确认并生效：导入学时 3 条，合计 30.00 学时，计入 28.00。"
    whole = office.json("ledger", "import", office.file("other.csv", HEADER + OTHER), *WHY)["batch"]
    [heard] = planting.in_chat(office, ("second", f"确认 {whole}"))
    assert heard.splitlines()[0] == f"批次 {whole} 已确认并生效：导入学时 1 条，合计 2.00。"


def test_what_was_taken_back_by_mistake_is_imported_again(office: Terminal) -> None:
    file = office.file("past.csv", HEADER + CLASS)
    confirm(office, office.json("ledger", "import", file, *WHY)["batch"])
    office.run("ledger", "reverse", "2", *WHY)
    confirm(office, 2)
    again = office.json("ledger", "import", file, *WHY)
    assert (again["accepted"], again["lines"], again["hours"]) == (1, 1, "16.00")
    confirm(office, again["batch"])
    assert office.json("ledger", "import", file, *WHY)["rejected"] == 1
    assert office.run("ledger", "verify").stdout.startswith("台账校验通过：共 4 条")
    assert "2025-12-31 至 2026-01-05 共 24.00 学时，本条为 2026 年度部分；第 2 条冲销后重新入账" in exported(office)


def test_what_a_form_was_never_worth_does_not_wait(office: Terminal) -> None:
    """The 2 beyond 4 of one study are not posted when the lecture of that day is taken back."""
    rows = "P1,,,专题讲座,,讲座,2026-03-10,,8,,,,\n" + STUDY
    confirm(office, office.json("ledger", "import", office.file("past.csv", HEADER + rows), *WHY)["batch"])
    assert "申报 6.00，按单次上限认定 4.00" in exported(office)
    explained = office.run("ledger", "explain", "P1", "--year", "2026").stdout
    assert "集体学法 4.00 会前学法；申报 6.00，按单次上限认定 4.00" in explained
    office.run("ledger", "reverse", "1", *WHY)
    confirm(office, 2)
    assert office.run("ledger", "verify").stdout.startswith("台账校验通过：共 3 条")
