"""`xuefa ledger import` and `ledger reverse`: nothing is posted without a second admin."""

from pathlib import Path

import pytest

from storage import ledger
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import entry

HEADER = "人员编号,姓名,单位,形式,内容类别,内容,起,止,学时,主办单位,佐证编号,存放位置,考核年度\n"
GOOD = "P1,张三,,专题讲座,宪法,宪法专题,2026-03-10,,4,司法局,Z-1,档案室,\n"
WHY = ("--as", "first", "--reason", "年初纸质台账")


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.bring()
    terminal.admins()
    return terminal


def test_a_file_becomes_one_batch_with_its_good_rows(office: Terminal) -> None:
    rows = (
        GOOD + "P9,,,专题讲座,,课,2026-03-10,,4,,,,\n" + GOOD + "P3,王五,,旁听庭审,,庭审,2026-04-01,,2.5,,,,2026\n"
    )
    file = office.file("past.csv", HEADER + rows)
    dry = office.json("ledger", "import", file, "--dry-run")
    assert (dry["read"], dry["accepted"], dry["rejected"], dry["hours"], dry["batch"]) == (4, 2, 2, "6.50", None)
    assert [problem["where"] for problem in dry["problems"]] == ["row 3", "row 4"]
    assert office.rows("SELECT * FROM batch") == []
    assert "须写明 --as 账号、--reason 理由" in office.refused("ledger", "import", file)
    told = office.run("ledger", "import", file, *WHY).stdout
    assert "张三（P1）2026-03-10 专题讲座 4.00 学时，宪法专题" in told
    assert "已提交为批次 1" in told
    assert office.rows("SELECT count(*) FROM ledger_entry") == [(0,)]
    [waiting] = office.json("batch", "list")["batches"]
    assert waiting["title"] == "导入学时 2 条，合计 6.50"


def test_what_may_be_twice_is_taken_and_told(office: Terminal) -> None:
    file = office.file("past.csv", HEADER + GOOD + GOOD.replace(",4,", ",3,") + GOOD.replace("03-10", "03-11"))
    dry = office.json("ledger", "import", file, "--dry-run")
    assert (dry["accepted"], dry["rejected"], dry["doubles"]) == (3, 0, 1)
    assert [(one["where"], one["severity"]) for one in dry["problems"] if "疑似" in one["problem"]] == [
        ("row 3", "warning")
    ]
    told = office.run("ledger", "import", file, *WHY).stdout
    assert "第 3 行：与第 2 行疑似重复，请核对。" in told
    assert "1 条疑似重复" in told


def test_nothing_good_is_no_batch(office: Terminal) -> None:
    file = office.file("past.csv", HEADER + "P9,,,专题讲座,,课,2026-03-10,,4,,,,\n")
    assert office.json("ledger", "import", file, *WHY)["batch"] is None
    assert office.rows("SELECT * FROM batch") == []


def test_a_file_that_is_no_table_is_refused(office: Terminal, tmp_path: Path) -> None:
    for name, content in (("x.csv", ""), ("x.xlsx", b"PK\x03\x04nonsense"), ("y.csv", "甲,乙\n1,2\n")):
        assert office.refused("ledger", "import", office.file(name, content), *WHY)


def test_a_reversal_waits_too(office: Terminal) -> None:
    async def post(tx: Tx) -> None:
        await ledger.post(tx, [entry(1), entry(2)])

    office.inside(post)
    told = office.run("ledger", "reverse", "2", *WHY).stdout
    assert told.startswith("第 2 条：")
    assert "已提交为批次 1" in told
    assert office.rows("SELECT count(*) FROM ledger_entry") == [(2,)]
    again = "第 2 条的冲销已在批次 1 中等待确认，没有重复提出。"
    assert again in office.refused("ledger", "reverse", "2", *WHY)
    assert office.json("ledger", "reverse", "1", *WHY)["batch"] == 2
    assert "没有找到台账编号“9”" in office.refused("ledger", "reverse", "9", *WHY)
    assert office.run("ledger", "reverse", "0", exit_code=2)
