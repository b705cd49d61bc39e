"""`xuefa ledger export/verify`."""

import csv
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from handlers.sheets.ledger_columns import HEADERS
from storage import ledger
from storage.database import Tx
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import entry, keep_sums
from training.hours import Entry

LINES = (("P1", "sfj"), ("P2", "zfk"), ("P3", "czj"), ("P2", "zfk"), ("P1", "sfj"))


def post(terminal: Terminal, lines: Sequence[tuple[str, str]] = LINES, year: int = 2026) -> None:
    async def posted(tx: Tx) -> None:
        await ledger.post(
            tx,
            [
                entry(number, person=person, unit=unit, year=year, source_ref=f"{year}/{number}")
                for number, (person, unit) in enumerate(lines, 1)
            ],
        )
        await keep_sums(tx)

    terminal.inside(posted)


@pytest.fixture
def filled(terminal: Terminal) -> Terminal:
    terminal.bring(numbers=())
    post(terminal)
    return terminal


def exported(terminal: Terminal, *words: str, name: str = "out.csv") -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The document, and the rows whose first cell is a number."""
    out = terminal.path(name)
    document = terminal.json("ledger", "export", "--year", "2026", "--out", out, *words)
    with Path(out).open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader([file.readline()])) == list(HEADERS)
        rows = [dict(zip(HEADERS, row, strict=False)) for row in csv.reader(file) if row and row[0].isdecimal()]
    return document, rows


def test_a_year_as_csv(filled: Terminal) -> None:
    document, rows = exported(filled)
    assert (document["lines"], document["hours"]) == (5, "0.50")
    assert Path(filled.path("out.csv")).read_bytes().startswith(b"\xef\xbb\xbf")
    assert [(row["序号"], row["姓名"], row["单位"], row["职务"]) for row in rows[:3]] == [
        ("1", "张三", "司法局", "科员"),
        ("2", "李四", "执法科", ""),
        ("3", "王五", "财政局", "局长"),
    ]
    assert {row["学习形式"] for row in rows} == {"每日一题"}
    head = filled.json("ledger", "verify")["head"]
    text = Path(filled.path("out.csv")).read_text("utf-8-sig")
    assert (document["head"], document["number"] in text, head["hash"] in text) == (head["hash"], True, True)


def test_a_year_as_xlsx(filled: Terminal) -> None:
    out = filled.path("out.xlsx")
    told = filled.run("ledger", "export", "--year", "2026", "--out", out).stdout
    assert "已导出 5 条、合计 0.50 学时" in told
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == HEADERS
    column = HEADERS.index("认定学时")
    assert sum(Decimal(str(row[column])) for row in rows[1:6]) == Decimal("0.5")


def test_a_unit_with_those_below_it(filled: Terminal) -> None:
    document, rows = exported(filled, "--unit", "sfj")
    assert (document["lines"], [row["序号"] for row in rows]) == (4, ["1", "2", "4", "5"])
    assert exported(filled, "--unit", "zfk")[0]["lines"] == 2
    assert exported(filled, "--unit", "gov")[0]["lines"] == 5


def test_only_the_year_asked_for(filled: Terminal) -> None:
    post(filled, [("P1", "sfj")], year=2025)
    assert exported(filled)[0]["lines"] == 5
    empty = filled.json("ledger", "export", "--year", "2020", "--out", filled.path("empty.csv"))
    assert (empty["lines"], empty["hours"]) == (0, "0.00")


def test_export_refusals(filled: Terminal) -> None:
    export = ("ledger", "export", "--year", "2026", "--out")
    assert filled.refused(*export, "o.csv", "--unit", "nope") == "没有找到单位代码“nope”，请核对编号。"
    assert filled.refused(*export, "o.pdf") == "不能写 .pdf 文件，请用 .xlsx 或 .csv。"
    assert filled.refused(*export, "gone/o.csv") == "目录 gone 不存在，请先建好再导出。"
    assert list(filled.folder.glob("o.*")) == []


def test_an_empty_ledger_holds(terminal: Terminal) -> None:
    assert terminal.json("ledger", "verify") == {
        "chain": "ledger",
        "lines": 0,
        "head": {"seq": 0, "hash": "0" * 64},
        "owed_checked": True,
    }


def test_a_whole_ledger_holds(filled: Terminal) -> None:
    document = filled.json("ledger", "verify")
    assert (document["lines"], document["head"]["seq"]) == (5, 5)
    assert f"共 5 条，链头 {document['head']['hash']}" in filled.run("ledger", "verify").stdout


@pytest.mark.parametrize(
    ("damage", "seq", "said"),
    [
        ("DELETE FROM ledger_entry WHERE seq = 2", 2, "编号不连续"),
        ("DELETE FROM ledger_entry WHERE seq = 1", 1, "编号不连续"),
        ("UPDATE ledger_entry SET prev = hash WHERE seq = 3", 3, "与上一条的校验码对不上"),
        ("UPDATE ledger_entry SET hours = '1.10' WHERE seq = 3", 3, "记录被改动过"),
        ("UPDATE ledger_entry SET person = 'P9' WHERE seq = 1", 1, "记录被改动过"),
        ("UPDATE ledger_entry SET note = '改' WHERE seq = 5", 5, "记录被改动过"),
        ("DELETE FROM ledger_entry WHERE seq = 5", 5, "链头对不上"),
        ("UPDATE ledger_head SET hash = 'x' WHERE chain = 'ledger'", 6, "链头对不上"),
    ],
)
def test_every_damage_is_named_with_its_line(filled: Terminal, damage: str, seq: int, said: str) -> None:
    for kind in ("no_update", "no_delete"):
        filled.rows(f"DROP TRIGGER ledger_entry_{kind}")
    filled.rows(damage)
    refused = filled.refused("ledger", "verify")
    assert f"第 {seq} 条" in refused
    assert said in refused


_FORGED = ("6", "hash", "'forged'", "'forged'")


def test_a_line_forged_behind_the_head_is_found(filled: Terminal) -> None:
    """The database takes it, since it goes on from the last line; but the head has not moved."""
    kept = [name for name in Entry.__struct_fields__ if name != "source_ref"]
    columns, values = (", ".join((*more, *kept)) for more in (("seq", "prev", "hash", "source_ref"), _FORGED))
    filled.rows(f"INSERT INTO ledger_entry ({columns}) SELECT {values} FROM ledger_entry WHERE seq = 5")
    assert "第 6 条，链头对不上" in filled.refused("ledger", "verify")


def test_a_head_kept_outside_shows_a_shorter_or_other_ledger(filled: Terminal) -> None:
    kept = filled.file("head.json", filled.run("ledger", "verify", "--json").stdout)
    post(filled, [("P1", "sfj")], year=2027)
    assert filled.json("ledger", "verify", "--head", kept)["lines"] == 6
    later = filled.file("later.json", json.dumps({"head": {"seq": 9, "hash": "a" * 64}}))
    assert "第 7 条，链头对不上" in filled.refused("ledger", "verify", "--head", later)
    other = filled.file("other.json", json.dumps({"seq": 2, "hash": "a" * 64}))
    assert "第 2 条，链头对不上" in filled.refused("ledger", "verify", "--head", other)


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json", '{"head": 3}', '{"head": {"seq": "x", "hash": ""}}'])
def test_what_is_no_head_is_refused(terminal: Terminal, text: str) -> None:
    assert "不是链头文件" in terminal.refused("ledger", "verify", "--head", terminal.file("head.json", text))
