"""`xuefa exam` as it is typed: from the example to released results, a file full of mistakes, refusals."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from question_bank.questions import Question
from tests.bot.cli.terminal import Terminal
from tests.exam_bank import generated
from training.calendar import CITY

SMALL = """
title = "年度考试"
year = {year}
opens_at = "{opens:%Y-%m-%d %H:%M}"
closes_at = "{closes:%Y-%m-%d %H:%M}"
pass_score = 3
good_score = 4
excellent_score = 5
{more}
[[sections]]
kind = "single"
count = 3
points = 1
[[sections]]
kind = "多选题"
count = 1
points = 2
"""


BEFORE = "如要补考，请先安排（xuefa exam makeup 1），再公布答案。"


def bank_file(*questions: Question) -> str:
    return "".join(msgspec.json.encode(question).decode() + "\n" for question in questions)


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.bring(numbers=())
    either.run("bank", "import", either.file("exam.jsonl", bank_file(*generated(100))))
    return either


def small(office: Terminal, days: float = 1, more: str = "", name: str = "small.toml") -> str:
    """A file of an exam whose window begins so many days from now."""
    opens = (datetime.now(UTC) + timedelta(days=days)).astimezone(CITY)
    held = {"year": opens.year, "opens": opens, "closes": opens + timedelta(days=3), "more": more}
    return office.file(name, SMALL.format(**held))


def create(office: Terminal, *words: str, **changed: Any) -> str:
    told = office.json("exam", "create", small(office, **changed), *words)
    assert list(told) == ["id"]
    return str(told["id"])


def test_from_a_file_to_released_results(office: Terminal) -> None:
    said = office.run("exam", "create", small(office)).stdout.splitlines()
    assert said[0] == "考试编号：1"
    assert said[1:3] == ["已创建考试（草稿），请核对：", "【年度考试】"]
    assert said[-1] == "核对无误后用 xuefa exam publish 1 发布；要修改的，改好文件后重新创建。"
    published = office.run("exam", "publish", "1").stdout.splitlines()
    assert published[0] == "已发布考试 1：应考名单 3 人（行政执法人员 1，领导干部 1，工作人员 1），试题 60 道。"
    assert [exam["state"] for exam in office.json("exam", "list")["exams"]] == ["published"]
    assert office.refused("exam", "publish", "1").startswith("考试 1 现在是“已发布”，不能再发布。")
    assert office.refused("exam", "close", "1").startswith("考试 1 现在是“已发布”，不能截止。")
    assert office.run("exam", "open", "1").stdout.startswith("考试 1 已开放，")
    assert office.refused("exam", "open", "1").startswith("考试 1 现在是“开放中”，不能再开放。")
    assert office.refused("exam", "release", "1").startswith("考试 1 现在还不能公布，请在 ")
    closed = office.run("exam", "close", "1").stdout.splitlines()
    assert ("已截止" in closed[0], closed[1:]) == (True, [BEFORE])
    kept = office.run("exam", "release", "1", "--scores-only").stdout
    assert kept == (
        "考试 1：成绩此前已公布；答案没有公布。如要补考，请先安排；以后用 xuefa exam release 1 公布答案。\n"
    )
    assert office.run("exam", "list").stdout.splitlines()[1:] == [f"  {BEFORE}"]
    assert office.run("exam", "release", "1").stdout.splitlines() == [
        "考试 1：成绩此前已公布，答案已公布。",
        "提示：还有 3 人未合格或缺考、没有安排补考；如要补考，请另用没有公布过答案的试题。",
    ]
    [exam] = office.json("exam", "list")["exams"]
    assert (exam["state"], exam["roll"], exam["scores_released"], exam["answers_released"]) == (
        *("released", 3),
        *(True, True),
    )


def test_the_example_is_an_exam_of_which_it_can_be_said_what_the_bank_lacks(office: Terminal) -> None:
    example = office.run("exam", "example").stdout
    file = office.file("example.toml", example)
    assert office.json("exam", "create", file) == {"id": 1}
    refused = office.refused("exam", "publish", "1")
    assert refused.startswith(
        "题库的试题不够：第 1 部分要 40 道（领导干部只有 34 道，缺 6 道、工作人员只有 34 道，缺 6 道）"
    )
    assert refused.endswith("请补充题库，或减少道数、放宽知识点和难度后重新创建。")
    assert office.json("exam", "list")["exams"][0]["state"] == "draft"


MISTAKES = """
titel = "年度考试"
year = 2026
opens_at = "2026-11-25 09:00"
closes_at = "2026-11-16 18:00"
pass_score = 90
good_score = 80
release_answers = "at_once"
grading = "severe"
[audience]
units = ["sfj", "没有的局"]
persons = ["P1", "zhangsan", "nobody"]
[[sections]]
kind = "essay"
count = 0
points = 1.555
"""


def test_a_file_full_of_mistakes_names_them_all_and_makes_nothing(office: Terminal) -> None:
    result = office.run("exam", "create", office.file("bad.toml", MISTAKES), exit_code=1)
    head, *lines = result.stderr.splitlines()
    assert result.stdout == ""
    assert head == f"考试文件有 {len(lines)} 处需要改正，没有创建考试："
    assert [line.partition(".")[0] for line in lines] == [str(n) for n in range(1, len(lines) + 1)]
    named = ("titel", "title", "closes_at", "good_score", "release_answers", "grading", "没有的局", "nobody")
    for word in (*named, "essay", "count", "points"):
        assert sum(word in line for line in lines) >= 1, word
    assert office.json("exam", "list") == {"exams": []}


def test_one_mistake_is_one_line(office: Terminal) -> None:
    file = small(office, more="attempts = 0\n")
    assert office.refused("exam", "create", file) == (
        "考试文件有 1 处需要改正，没有创建考试：attempts 应在 1 到 99 之间，请改正。"
    )
    assert office.refused("exam", "create", office.path("none.toml")).startswith("找不到文件")
    latin = office.file("latin.toml", 'title = "年度"'.encode("gb18030"))
    assert office.refused("exam", "create", latin).endswith("不是 UTF-8 编码的文本，请另存为 UTF-8 再试。")


def test_people_may_be_named_by_number_or_account(office: Terminal) -> None:
    number = create(office, more='[audience]\npersons = ["ZhangSan", "P4"]\n')
    told = office.json("exam", "publish", number)
    assert (told["roll"], told["by_group"]) == (2, {"staff": 2})  # P4 is 其他, and named


def test_what_is_doubtful_is_said_and_the_exam_is_made(office: Terminal) -> None:
    file = small(office).replace("small", "small")
    text = Path(file).read_text("utf-8").replace('kind = "single"', 'kind = "single"\ntopics = ["行政处法"]')
    result = office.run("exam", "create", office.file("topic.toml", text), "--json")
    assert json.loads(result.stdout) == {"id": 1}
    assert "行政处法" in result.stderr
    assert result.stderr.startswith("提示：")


def test_the_roll_is_counted_and_listed(office: Terminal) -> None:
    number = create(office)
    assert office.refused("exam", "roll", number) == (
        "考试 1 还没有发布，没有应考名单。请先用 xuefa exam publish 1 发布。"
    )
    office.run("exam", "publish", number)
    office.run("exam", "defer", number, "P1", "--document", "宁司〔2026〕5号")
    said = office.run("exam", "excuse", number, "P3", "--document", "宁司〔2026〕6号").stdout
    assert said == "已登记：人员 P3 在考试 1 中免考，文号 宁司〔2026〕6号。\n"
    out = office.path("roll.csv")
    lines = office.run("exam", "roll", number, "--out", out).stdout.splitlines()
    assert lines[0].endswith("：应考 2 人（其中缓考 1），免考 1。")
    assert lines[1:] == [
        "  行政执法人员：应考 1 人（其中缓考 0），免考 0",
        "  领导干部：应考 0 人（其中缓考 0），免考 1",
        "  工作人员：应考 1 人（其中缓考 1），免考 0",
        "按单位：",
        "  财政局（czj）：应考 0 人（其中缓考 0），免考 1",
        "  司法局（sfj）：应考 1 人（其中缓考 1），免考 0",
        "  执法科（zfk）：应考 1 人（其中缓考 0），免考 0",
        f"名单已导出到 {out}。",
    ]
    rows = list(csv.reader(Path(out).read_text("utf-8-sig").splitlines()))
    assert rows[1:5] == [
        ["1", "财政局", "王五", "P3", "领导干部", "领导干部", "免考", "宁司〔2026〕6号"],
        ["2", "司法局", "张三", "P1", "工作人员", "工作人员", "缓考", "宁司〔2026〕5号"],
        ["3", "执法科", "李四", "P2", "工作人员；行政执法人员", "行政执法人员", "应考", ""],
        ["合计", "3 人"],
    ]
    office.run("exam", "roll", number, "--out", office.path("roll.xlsx"))
    sheet = CalamineWorkbook.from_path(office.path("roll.xlsx")).get_sheet_by_name("应考名单").to_python()
    assert [row[2] for row in sheet[:4]] == ["姓名", "王五", "张三", "李四"]
    assert office.refused("exam", "roll", number, "--out", office.path("roll.pdf")).startswith("不能写 .pdf 文件")


def test_excuses_are_refused_in_words(office: Terminal) -> None:
    number = create(office)
    office.run("exam", "publish", number)
    assert office.refused("exam", "defer", number, "P9", "--document", "1号") == (
        "人员 P9 不在考试 1 的应考名单中，请核对人员编号。"
    )
    assert office.refused("exam", "excuse", number, "P1", "--document", " ") == (
        "请用 --document 写明单位书面说明的文号。"
    )
    office.run("exam", "excuse", number, "P1", exit_code=2)
    assert office.refused("exam", "publish", "77") == "没有找到考试“77”，请核对编号。"
    office.run("exam", "publish", "0", exit_code=2)
    office.run("exam", "publish", "99999999999999999999", exit_code=2)


def test_an_excuse_is_taken_back(office: Terminal) -> None:
    number = create(office)
    office.run("exam", "publish", number)
    back = ("exam", "excuse", number, "P1", "--kind")
    assert office.refused(*back, "无", "--document", "2号") == ("人员 P1 在考试 1 中没有登记缓考或免考，不用取消。")
    office.run("exam", "defer", number, "P1", "--document", "1号")
    assert office.refused(*back, "none", "--document", " ") == "请用 --document 写明单位书面说明的文号。"
    assert office.run(*back, "无", "--document", "2号").stdout == (
        "已取消：人员 P1 在考试 1 中的缓考，恢复应考，文号 2号。"
        "已开放的系统不再通知，请告知本人；已截止的按缺考统计。\n"
    )
    assert "应考 3 人（其中缓考 0），免考 0" in office.run("exam", "roll", number).stdout
    office.run("exam", "excuse", number, "P1", "--kind", "免考", "--document", "3号")
    told = office.json(*back, "none", "--document", "4号")
    assert told == {"id": 1, "person": "P1", "before": "excused", "excuse": "", "document": "4号"}
    office.run(*back, "缺考", "--document", "5号", exit_code=2)


def test_an_exam_that_takes_every_daily_question_says_so(office: Terminal) -> None:
    more = "".join(f'[[sections]]\nkind = "{kind}"\ncount = 1\npoints = 1\n' for kind in ("judge", "blank"))
    said = office.run("exam", "publish", create(office, more=more)).stdout
    assert "提示：行政执法人员、领导干部、工作人员每日一题可用的候选题不足 10 道，" in said
    told = office.json("exam", "publish", create(office, more=more))
    assert told["exposed"] == ["enforcement", "leader", "staff"]
    assert office.json("exam", "publish", create(office))["exposed"] == told["exposed"]  # with the two before it


def test_a_sample_has_its_keys(office: Terminal) -> None:
    number = create(office)
    lines = office.run("exam", "sample", number, "--group", "leader").stdout.splitlines()
    assert lines[0] == "《年度考试》样卷（领导干部，满分 5 分）——含答案，请勿外传"
    assert sum(line.startswith("   答案：") for line in lines) == 4
    assert "第 2 部分 多选题（1 道，每题 2 分）" in lines
    told = office.json("exam", "sample", number, "--group", "leader")
    assert [item["section"] for item in told["items"]] == [1, 1, 1, 2]
    office.run("exam", "publish", number)
    assert office.json("exam", "sample", number, "--group", "leader") == told
    office.run("exam", "sample", number, "--group", "chiefs", exit_code=2)
