"""`xuefa exam import-scores` as it is typed: csv and xlsx, a dry run, a batch, and what is refused."""

from datetime import UTC, datetime

import pytest
import xlsxwriter

from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_exam import bank_file, create
from tests.exam_bank import generated
from training.calendar import day_of

HEADER = "人员编号,姓名,成绩,考试方式,日期,佐证编号\n"
WHY = ("--as", "first", "--reason", "纸质考试")


def today() -> str:
    return day_of(datetime.now(UTC)).isoformat()


@pytest.fixture
def office(either: Terminal) -> Terminal:
    """An exam of 5 points is open; P1 to P3 are on its roll."""
    either.bring(numbers=())
    either.admins()
    either.run("bank", "import", either.file("exam.jsonl", bank_file(*generated(100))))
    number = create(either, more='[audience]\npersons = ["P1", "P2", "P3"]\n')
    for move in ("publish", "open"):
        either.run("exam", move, number)
    return either


def rows() -> str:
    return f"P1,张三,4.5,纸质,{today()},宁司1号\nP9,,3,,{today()},2号\nP2,李四,5.01,,{today()},3号\n"


def test_good_rows_become_one_batch_and_bad_ones_are_named(office: Terminal) -> None:
    file = office.file("scores.csv", HEADER + rows())
    dry = office.json("exam", "import-scores", "1", file, "--dry-run")
    assert {key: dry[key] for key in ("id", "read", "accepted", "rejected", "passed", "batch")} == {
        **{"id": 1, "read": 3, "accepted": 1, "rejected": 2, "passed": 1, "batch": None},
    }
    assert [(one["where"], one["field"], one["severity"]) for one in dry["problems"]] == [
        *(("row 3", "number", "rejected"), ("row 4", "score", "rejected")),
    ]
    assert office.json("batch", "list")["batches"] == []
    assert "须写明 --as 账号、--reason 理由" in office.refused("exam", "import-scores", "1", file)
    said = office.run("exam", "import-scores", "1", file, *WHY).stdout.splitlines()
    assert said == [
        "读到 3 行，可导入 1，拒收 2。",
        "《年度考试》：合格 1 条，不合格 0 条，满分 5。请对照原始成绩单核对：",
        f"张三（P1）{today()} 纸质 4.5 分，佐证 宁司1号",
        "已提交为批次 1，请另一名市级管理员在企业微信中回复“确认 1”，确认后生效。",
        "  第 3 行：名册中没有人员编号 P9，请核对。（未导入）",
        "  第 4 行：成绩 5.01 高于满分 5，请核对，或按满分折算后填写。（未导入）",
    ]
    [batch] = office.json("batch", "list")["batches"]
    assert (batch["title"], batch["reason"]) == ("导入考试 1 成绩 1 条", "纸质考试")
    assert batch["changes"]["lines"][0]["score"] == 450


def test_a_workbook_is_read_with_its_own_numbers_and_days(office: Terminal) -> None:
    path = office.path("scores.xlsx")
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["成绩登记表"])
    sheet.write_row(1, 0, ["人员编号", "姓名", "成绩", "考试方式", "日期", "佐证编号"])
    sheet.write_row(2, 0, ["P1", "张三", 3.25, "机考"])
    sheet.write_datetime(2, 4, datetime.fromisoformat(today()), day)
    book.close()
    told = office.json("exam", "import-scores", "1", path, "--dry-run")
    assert (told["accepted"], told["rejected"]) == (1, 0)
    assert [one["problem"] for one in told["problems"]] == ["没有佐证编号，建议补填，便于复核。"]


def test_nothing_good_is_no_batch(office: Terminal) -> None:
    file = office.file("scores.csv", HEADER + f"P9,,3,,{today()},1号\n")
    assert office.json("exam", "import-scores", "1", file, *WHY)["batch"] is None
    assert office.json("batch", "list")["batches"] == []


def test_what_is_refused_whole(office: Terminal) -> None:
    file = office.file("scores.csv", HEADER + rows())
    assert office.refused("exam", "import-scores", "9", file, *WHY) == "没有找到考试“9”，请核对编号。"
    create(office)
    assert office.refused("exam", "import-scores", "2", file, *WHY).startswith("考试 2 还没有发布")
    assert office.refused("exam", "import-scores", "1", office.file("x.csv", "甲,乙\n1,2\n"), *WHY).endswith(
        "没有找到表头，缺少列：人员编号、成绩、日期。请对照模板补上表头。"
    )
    assert office.refused("exam", "import-scores", "1", office.path("none.csv"), *WHY).startswith("找不到文件")
    stranger = ("--as", "zhangsan", "--reason", "x")
    assert office.refused("exam", "import-scores", "1", file, *stranger).endswith(
        "不是市级管理员，这项操作须由市级管理员提出，请核对 --as。"
    )
