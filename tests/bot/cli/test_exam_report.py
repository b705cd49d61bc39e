"""`xuefa exam report`."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from bot.cli.exam_report import report
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.handlers.exam_report_city import build_in


async def _built(tx: Tx) -> None:
    assert await build_in(tx) == 1


@pytest.fixture
def city(either: Terminal) -> Terminal:
    either.inside(_built)
    return either


def run(city: Terminal, *words: str, exit_code: int = 0) -> str:
    """The command by itself, wherever it is in the tree."""
    given = [*words, "--config", str(city.config)]
    result = CliRunner().invoke(report, given, catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


def document(city: Terminal, *words: str) -> Any:
    return json.loads(run(city, *words, "--json"))


def test_it_writes_the_workbook_and_says_the_figures(city: Terminal) -> None:
    out = city.path("报表.xlsx")
    said = run(city, "1", "--out", out).splitlines()
    assert said[:-1] == [
        "【2026年度法律知识考试】",
        "应考 10 人：实考 7，缓考 1，缺考 2；另有免考 3 人",
        "参考率 70.00%（7/10），含免考 53.85%（7/13）",
        "合格率 85.71%（6/7），优秀率 28.57%（2/7）",
        "平均分 76.36，最高 100，最低 59.5（满分 100）",
        "补考 2 人，补考后合格率 87.50%（7/8）",
        "成绩未公布，请勿外传。",
    ]
    assert said[-1].startswith(f"已导出到 {out}（报表编号 KS-2026-1-")
    header, *rows = CalamineWorkbook.from_path(out).get_sheet_by_name("成绩明细").to_python()
    name, score = header.index("姓名"), header.index("成绩")
    scores = {row[name]: row[score] for row in rows if row[name]}
    assert len(scores) == 13
    assert (scores["甲一"], scores["乙二"], scores["甲四"]) == (100, 59.5, "")


def test_the_document(city: Terminal) -> None:
    out = city.path("报表.xlsx")
    told = document(city, "1", "--out", out)
    number = told.pop("number")
    assert told == {
        **{"id": 1, "file": out, "roll": 13, "due": 10, "sat": 7, "deferred": 1, "excused": 3, "absent": 2},
        **{"passed": 6, "excellent": 2, "mean": 7636, "attendance": [7, 10], "pass_rate": [6, 7]},
        **{"excellent_rate": [2, 7], "made_up": 2, "pass_rate_after_makeup": [7, 8], "scores_released": False},
    }
    said = [str(row[0]) for row in CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()]
    assert f"报表编号：{number}" in said


def test_detail_alone_as_csv(city: Terminal) -> None:
    out = city.path("明细.csv")
    run(city, "1", "--out", out)
    lines = Path(out).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("序号,单位,姓名,人员编号")
    assert lines[1].startswith("1,财政局,乙一,B1,领导干部,领导干部,在线,2026-11-23 09:00:00,")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("7", "--out", "a.xlsx"), "没有找到考试“7”，请核对编号。"),
        (("1", "--out", "a.pdf"), "不能写 .pdf 文件，请用 .xlsx 或 .csv。"),
        (("1", "--out", "away/a.xlsx"), "目录 away 不存在，请先建好再导出。"),
    ],
)
def test_what_cannot_be_done(city: Terminal, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in run(city, *words, exit_code=1)
    assert not list(Path().glob("a.*"))


def test_the_command_is_in_the_group(city: Terminal) -> None:
    out = city.path("a.xlsx")
    told = city.json("exam", "report", "1", "--out", out)
    assert (told["id"], told["roll"], told["file"]) == (1, 13, out)
    assert CalamineWorkbook.from_path(out).sheet_names == [
        *("成绩汇总表", "分类汇总", "成绩明细", "未参加考试人员名单", "试题分析", "成绩分布")
    ]
