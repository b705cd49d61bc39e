"""`xuefa audit export/verify`."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from handlers.sheets.audit_sheet import HEADERS
from storage.audit import Act
from tests.bot.cli.terminal import Terminal
from tests.storage.audits import record_in, tamper_in

FIRST = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in the city
ACTS = (
    Act("P1", "cli", "staff.import", "new 4"),
    Act("cli:root", "clock", "push.daily", "=1+1"),
    Act("P1", "x", "y", ""),
)


def record(terminal: Terminal) -> None:
    terminal.inside(lambda tx: record_in(tx, ACTS, FIRST))


@pytest.fixture
def filled(either: Terminal) -> Terminal:
    record(either)
    return either


def rows_of(path: str) -> list[list[str]]:
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == HEADERS
    return [row for row in rows if row[0].isdecimal()]


def test_the_whole_log_as_csv(filled: Terminal) -> None:
    out = filled.path("out.csv")
    document = filled.json("audit", "export", "--out", out)
    rows = rows_of(out)
    assert [row[:6] for row in rows] == [
        ["1", "2026-03-01 23:59:59", "P1", "命令行", "导入名册", "new 4"],
        ["2", "2026-03-02 00:00:00", "cli:root", "定时任务", "手动推送每日一题", "'=1+1"],
        ["3", "2026-03-02 00:00:01", "P1", "x", "y", ""],
    ]
    head = filled.json("audit", "verify")["head"]
    assert (document["lines"], document["head"], document["file"]) == (3, head["hash"], out)
    assert rows[2][9] == head["hash"]
    whole = Path(out).read_text("utf-8-sig")
    assert document["number"] in whole
    assert f"第 3 条 {head['hash']}" in whole


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--from", "2026-03-01", "--to", "2026-03-01"), ["1"]),
        (("--from", "2026-03-02"), ["2", "3"]),
        (("--to", "2026-03-02"), ["1", "2", "3"]),
        (("--from", "2026-03-03"), []),
        (("--to", "2026-02-28"), []),
    ],
)
def test_days_are_those_of_the_city(filled: Terminal, words: tuple[str, ...], numbers: list[str]) -> None:
    out = filled.path("out.csv")
    assert filled.json("audit", "export", "--out", out, *words)["lines"] == len(numbers)
    assert [row[0] for row in rows_of(out)] == numbers


def test_people_on_the_roll_are_named(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    record(terminal)
    out = terminal.path("out.xlsx")
    assert "已导出" in terminal.run("audit", "export", "--out", out).stdout
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert tuple(rows[0][: len(HEADERS)]) == HEADERS
    assert "张三（P1）" in [row[2] for row in rows]


def test_export_refusals(terminal: Terminal) -> None:
    assert terminal.refused("audit", "export", "--out", "o.pdf") == "不能写 .pdf 文件，请用 .xlsx 或 .csv。"
    assert terminal.refused("audit", "export", "--out", "gone/o.csv") == "目录 gone 不存在，请先建好再导出。"
    late = ("--from", "2026-03-02", "--to", "2026-03-01")
    assert (
        terminal.refused("audit", "export", "--out", "o.csv", *late)
        == "--from 2026-03-02 晚于 --to 2026-03-01，请改正。"
    )
    for word, day in (("--from", "0001-01-01"), ("--to", "9999-12-31")):
        assert f"{day} 超出范围" in terminal.refused("audit", "export", "--out", "o.csv", word, day)
    terminal.run("audit", "export", "--out", "o.csv", "--from", "3月1日", exit_code=2)
    assert list(terminal.folder.glob("o.*")) == []


def test_an_empty_log_holds(terminal: Terminal) -> None:
    document = terminal.json("audit", "verify")
    assert document == {"chain": "audit", "lines": 0, "head": {"seq": 0, "hash": "0" * 64}}


def test_a_whole_log_holds(filled: Terminal) -> None:
    document = filled.json("audit", "verify")
    assert (document["lines"], document["head"]["seq"]) == (3, 3)
    assert f"共 3 条，链头 {document['head']['hash']}" in filled.run("audit", "verify").stdout


@pytest.mark.parametrize(
    ("statement", "seq", "said"),
    [
        ("DELETE FROM audit_log WHERE seq = 2", 2, "编号不连续"),
        ("UPDATE audit_log SET prev = hash WHERE seq = 3", 3, "与上一条的校验码对不上"),
        ("UPDATE audit_log SET reason = '改' WHERE seq = 1", 1, "记录被改动过"),
        ("DELETE FROM audit_log WHERE seq = 3", 3, "链头对不上"),
        ("UPDATE ledger_head SET hash = 'x' WHERE chain = 'audit'", 4, "链头对不上"),
    ],
)
def test_every_damage_is_named_with_its_line(filled: Terminal, statement: str, seq: int, said: str) -> None:
    filled.inside(lambda tx: tamper_in(tx, text(statement)))
    sentence = filled.refused("audit", "verify")
    assert f"审计日志校验不通过：第 {seq} 条" in sentence
    assert said in sentence


def test_a_head_kept_outside_is_compared(terminal: Terminal) -> None:
    record(terminal)
    kept = terminal.file("head.json", terminal.run("audit", "verify", "--json").stdout)
    record(terminal)
    assert terminal.json("audit", "verify", "--head", kept)["lines"] == 6
    other = terminal.file("other.json", json.dumps({"seq": 2, "hash": "a" * 64}))
    assert "第 2 条，链头对不上" in terminal.refused("audit", "verify", "--head", other)
    later = terminal.file("later.json", json.dumps({"seq": 9, "hash": "a" * 64}))
    assert "第 7 条，链头对不上" in terminal.refused("audit", "verify", "--head", later)
    ledger = terminal.file("ledger.json", json.dumps({"chain": "ledger", "seq": 2, "hash": "a" * 64}))
    assert "不是链头文件，应为审计日志的链头" in terminal.refused("audit", "verify", "--head", ledger)
