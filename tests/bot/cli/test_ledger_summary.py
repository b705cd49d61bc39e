"""`xuefa ledger export --kind summary`, and the two dates of both kinds."""

import csv
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from handlers.sheets.summary_columns import HEADERS
from tests.bot.cli import planting
from tests.bot.cli.terminal import Terminal
from tests.handlers.hours_city import build

YEAR = ("--year", "2026", "--as-of", "2026-11-23")
# Source: domain, Export headers that officials expect.
EXPECTED = (
    "序号 单位 姓名 人员类别 在册区间 核减月数 应完成学时 已认定学时 计入学时 其中:集中培训 其中:脱产 其中:网络 "
    "其中:在线答题 其中:考试 其中:旁听 其中:讲课 其中:业务知识 其中:法律法规 完成率 是否达标 差额(按计入) 备注"
)
HOURS = slice(HEADERS.index("应完成学时"), HEADERS.index("完成率"))
BALANCE = "台账 60.10（11 条）＝汇总已认定 55.10＋未列入汇总的 3 人 7.00－列入人员在其他单位取得 2.00，相符"


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    terminal.inside(build)
    return terminal


def read_csv(path: str) -> list[list[str]]:
    assert Path(path).read_bytes().startswith(b"\xef\xbb\xbf")
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def export(terminal: Terminal, out: str, *words: str, kind: str = "summary") -> Any:
    return terminal.json("ledger", "export", *YEAR, "--kind", kind, "--out", terminal.path(out), *words)


def test_headers_are_those_that_officials_expect() -> None:
    assert " ".join(HEADERS) == EXPECTED


def test_a_summary_as_csv(city: Terminal) -> None:
    words = ("--unit", "sfj", "--known-at", "2026-11-23 17:00")
    document = export(city, "out.csv", *words)
    rows = read_csv(city.path("out.csv"))
    assert rows[0] == list(HEADERS)
    people = [row for row in rows if row[0].isdecimal()]
    assert [(row[0], row[1], row[2], row[7], row[8]) for row in people] == [
        ("1", "司法局", "'=姓名P1", "21.10", "20.50"),
        ("2", "司法局", "'=姓名P2", "26.00", "26.00"),
        ("3", "司法局", "'=姓名P3", "8.00", "8.00"),
    ]
    total = rows[4]
    assert total[:2] == ["合计", "3 人"]
    assert total[HOURS][:3] == ["125.00", "55.10", "54.50"]
    assert total[-4:-1] == ["42.80", "1/3", "71.50"]
    assert rows[5] == ["制表：", "复核：", "单位负责人（盖章）："]
    told = [row[0] for row in rows[6:13]]
    assert told[0].startswith("报表编号：HZ-2026-")
    assert told.pop(1) == "统计范围：司法局（sfj）及下级，共 2 个单位"
    assert told[1:4] == ["统计截止日：2026-11-23", "数据截止时点：2026-11-23 17:00:59", "规则版本：2024-1"]
    assert told[4] == f"台账校验码（链头）：第 12 条 {document['head']}"
    assert told[5] == f"台账与汇总核对：{BALANCE}"
    assert rows[15][:2] == ["附表", "年内减员表（不计入合计）"]
    assert [(row[0], row[2], row[-1]) for row in rows[17:19]] == [
        ("减员1", "'=姓名P6", "04-10由司法局转入财政局"),
        ("减员2", "'=姓名P4", "年内减员：退休（在册至06-30）"),
    ]
    assert document["reconciliation"] == {
        **{"ledger": "60.10", "lines": 11, "summary": "55.10", "not_counted": "7.00", "not_counted_people": 3},
        **{"elsewhere": "2.00", "difference": "0.00"},
    }


def test_a_summary_as_xlsx(city: Terminal) -> None:
    out = city.path("out.xlsx")
    told = city.run("ledger", "export", *YEAR, "--kind", "summary", "--unit", "sfj", "--out", out).stdout
    assert "已导出 3 人（年内减员 2 人）" in told
    assert f"核对：{BALANCE}。" in told
    rows = CalamineWorkbook.from_path(out).get_sheet_by_name("学时汇总").to_python()
    assert tuple(rows[0]) == HEADERS
    people, total = rows[1:4], rows[4]
    assert [row[0] for row in people] == [1, 2, 3]
    assert [row[2] for row in people] == ["=姓名P1", "=姓名P2", "=姓名P3"]
    assert people[0][HOURS] == [50, 21.1, 20.5, 4, 0, 0, 13.1, 0, 0, 0, 4, 17.1]
    for column in range(HOURS.start, HOURS.stop):
        assert total[column] == pytest.approx(sum(row[column] for row in people))
    assert [cell for cell in rows[6] if cell] == ["制表：", "复核：", "单位负责人（盖章）："]


def test_the_summary_agrees_with_the_lines_of_the_same_scope(city: Terminal) -> None:
    for words in ((), ("--unit", "sfj"), ("--unit", "zfk"), ("--unit", "czj"), ("--as-of", "2026-04-30")):
        lines, reconciled = (
            export(city, "a.csv", *words, kind="lines"),
            export(city, "b.csv", *words)["reconciliation"],
        )
        assert (lines["hours"], lines["lines"]) == (reconciled["ledger"], reconciled["lines"])
        assert reconciled["difference"] == "0.00"


def test_lines_as_of_and_known_at(city: Terminal) -> None:
    spring = export(city, "a.csv", "--as-of", "2026-04-30", kind="lines")
    assert (spring["lines"], spring["hours"], spring["as_of"]) == (5, "8.10", "2026-04-30")
    before = export(city, "a.csv", "--as-of", "2026-04-30", "--known-at", "2026-05-09", kind="lines")
    assert (before["lines"], before["hours"]) == (4, "11.10")
    sixth = city.rows("SELECT hash FROM ledger_entry WHERE seq = 6")[0][0]
    assert before["head"] == sixth
    text = Path(city.path("a.csv")).read_text("utf-8-sig")
    assert f"第 6 条 {sixth}" in text
    assert "数据截止时点：2026-05-09 23:59:59" in text


def test_the_same_report_again(city: Terminal) -> None:
    """The dates that it prints are those under which it is made again; the city lies in the past."""
    plain = ("--year", "2026", "--kind", "summary", "--out", city.path("a.csv"))
    first = city.json("ledger", "export", *plain)
    again = export(city, "b.csv", "--as-of", first["as_of"], "--known-at", first["known_at"])
    rows, others = (read_csv(city.path(name)) for name in ("a.csv", "b.csv"))
    number = next(place for place, row in enumerate(rows) if row and row[0].startswith("报表编号"))
    del rows[number], others[number]
    assert rows == others
    assert again["head"] == first["head"]


@pytest.mark.parametrize("words", [("--as-of", "2026-13-01"), ("--as-of", "x"), ("--known-at", "noon")])
def test_what_is_no_date_is_bad_usage(city: Terminal, words: tuple[str, str]) -> None:
    command = ("ledger", "export", "--year", "2026", "--out", city.path("a.csv"), *words)
    assert "应为日期，如 2026-11-23" in city.run(*command, exit_code=2).stderr


def test_refusals(city: Terminal) -> None:
    command = ("ledger", "export", "--year", "2026", "--kind", "summary", "--out")
    assert city.refused(*command, "o.csv", "--unit", "nope") == "没有找到单位代码“nope”，请核对编号。"
    assert "没有找到单位代码" in city.refused(*command, "o.csv", "--unit", "sfj", "--known-at", "2026-01-01")
    early = city.refused("ledger", "export", "--year", "26", "--out", "o.csv")
    assert early == "考核年度 26 不对，应为四位年份，如 2026。"
    assert city.refused(*command, "o.pdf") == "不能写 .pdf 文件，请用 .xlsx 或 .csv。"
    assert list(city.folder.glob("o.*")) == []


def test_a_year_without_anything(terminal: Terminal) -> None:
    document = export(terminal, "a.xlsx")
    assert (document["people"], document["reconciliation"]["difference"]) == (0, "0.00")


def test_on_postgresql(on_postgres: Terminal) -> None:
    on_postgres.run("db", "upgrade")
    on_postgres.inside(build)
    out = on_postgres.path("a.csv")
    words = (*YEAR, "--kind", "summary", "--unit", "sfj", "--out", out)
    assert f"核对：{BALANCE}。" in on_postgres.run("ledger", "export", *words).stdout


def test_what_is_printed_makes_the_same_report_again(either: Terminal) -> None:
    """Its dates as they stand in the file, typed: the same lines, the same sums, the same mark."""
    either.bring(numbers=())
    either.admins()
    planting.more_lines(either, 4, 2025)
    for kind in ("lines", "summary"):
        words = ("ledger", "export", "--year", "2025", "--kind", kind)
        first = either.json(*words, "--out", either.path("first.csv"))
        dates = dict(row[0].split("：", 1) for row in read_csv(either.path("first.csv")) if "：" in row[0])
        typed = ("--as-of", dates["统计截止日"], "--known-at", dates["数据截止时点"])
        second = either.json(*words, *typed, "--out", either.path("second.csv"))
        assert first["number"].rsplit("-", 1)[1] == second["number"].rsplit("-", 1)[1]
        ours, theirs = (
            [row for row in read_csv(either.path(name)) if not row[0].startswith("报表编号")]
            for name in ("first.csv", "second.csv")
        )
        assert ours == theirs
