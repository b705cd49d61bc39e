"""`xuefa bank import/export/check`."""

import json
from pathlib import Path
from typing import Any

import pytest

from question_bank.content import shipped
from tests.bot.cli.terminal import Terminal, questions


def bank(terminal: Terminal, name: str = "all.jsonl") -> list[dict[str, Any]]:
    terminal.run("bank", "export", terminal.path(name))
    return [json.loads(line) for line in Path(terminal.path(name)).read_text("utf-8").splitlines()]


def test_the_document_of_an_import_is_the_contracts(terminal: Terminal) -> None:
    lines = questions(1, 2).splitlines()
    bad = json.dumps({"id": "bad", "kind": "single", "stem": "谁？", "options": ["甲", "乙"], "answer": ["F"]})
    judge = json.dumps({"id": "j", "kind": "judge", "stem": "地球是圆的。", "answer": ["对"]})
    file = terminal.file("b.jsonl", "\n".join((lines[0], bad, judge, lines[1], lines[0])) + "\n")
    expected = {"read": 5, "imported": 3, "duplicates": 1, "rejected": 1, "by_kind": {"single": 3, "judge": 1}}
    for words in (["--dry-run"], []):
        document = terminal.json("bank", "import", file, *words)
        problems = document.pop("problems")
        assert document == expected
        assert {frozenset(problem) for problem in problems} == {
            frozenset(("where", "field", "problem", "severity"))
        }
        [rejected] = [problem for problem in problems if problem["severity"] == "rejected"]
        assert (rejected["where"], rejected["field"]) == ("line 2", "answer")
    assert document["read"] == document["imported"] + document["duplicates"] + document["rejected"]
    assert [q["id"] for q in bank(terminal)] == ["j", "q-1", "q-2"]


def test_a_dry_run_changes_nothing_and_says_so(terminal: Terminal) -> None:
    file = terminal.file("b.jsonl", questions(1, 2))
    assert "检查完毕（没有导入）：读到 2 题，导入 2" in terminal.run("bank", "import", file, "--dry-run").stdout
    assert (bank(terminal), terminal.audits()) == ([], [])


def test_an_import_is_logged_and_a_second_one_finds_duplicates(terminal: Terminal) -> None:
    file = terminal.file("b.jsonl", questions(1, 2))
    terminal.run("bank", "import", file)
    again = terminal.json("bank", "import", file)
    assert (again["imported"], again["duplicates"], again["by_kind"]) == (0, 2, {"single": 2})
    assert terminal.audits() == [("bank.import", "b.jsonl")]


def test_the_shipped_bank_goes_in_whole(terminal: Terminal) -> None:
    document = terminal.json("bank", "import", "--shipped")
    assert (document["read"], document["imported"], document["rejected"]) == (len(shipped()), len(shipped()), 0)
    assert terminal.json("bank", "import", "--shipped")["duplicates"] == len(shipped())
    assert terminal.audits() == [("bank.import", "shipped.jsonl")]
    checked = terminal.json("bank", "check")
    assert checked["questions"] == len(shipped())
    assert not [problem for problem in checked["problems"] if problem["severity"] == "rejected"]


@pytest.mark.parametrize("suffix", ["jsonl", "xlsx", "csv"])
def test_an_export_goes_into_an_empty_bank_unchanged(terminal: Terminal, suffix: str) -> None:
    terminal.run("bank", "import", terminal.file("b.jsonl", questions(1, 2, 3)))
    before, out = bank(terminal), terminal.path(f"out.{suffix}")
    assert terminal.json("bank", "export", out) == {"exported": 3, "file": out}
    assert terminal.json("bank", "import", out)["duplicates"] == 3
    (terminal.folder / "xuefa.db").unlink()
    terminal.run("db", "upgrade")
    assert terminal.json("bank", "import", out)["imported"] == 3
    kept = ("kind", "stem", "options", "answer", "explanation")
    assert [[q[k] for k in kept] for q in bank(terminal)] == [[q[k] for k in kept] for q in before]


def test_the_format_may_be_named(terminal: Terminal) -> None:
    file = terminal.file("questions.dat", questions(1))
    assert terminal.json("bank", "import", file, "--format", "jsonl")["imported"] == 1
    terminal.run("bank", "export", terminal.path("bank.dat"), "--format", "csv")
    assert Path(terminal.path("bank.dat")).read_bytes().startswith(b"\xef\xbb\xbf")


def test_check_finds_what_is_missing(terminal: Terminal) -> None:
    bare = {"id": "x", "kind": "single", "stem": "哪个对？", "options": ["甲", "乙"], "answer": ["A"]}
    terminal.run("bank", "import", terminal.file("b.jsonl", json.dumps(bare) + "\n"))
    document = terminal.json("bank", "check")
    assert document["questions"] == 1
    assert {"citations", "explanation"} <= {problem["field"] for problem in document["problems"]}
    assert f"发现 {len(document['problems'])} 处" in terminal.run("bank", "check").stdout


def test_refusals(terminal: Terminal) -> None:
    assert "两者选一" in terminal.refused("bank", "import")
    assert "两者选一" in terminal.refused("bank", "import", terminal.file("b.jsonl", questions(1)), "--shipped")
    assert "找不到文件" in terminal.refused("bank", "import", "gone.jsonl")
    assert "还不支持" in terminal.refused("bank", "import", terminal.file("b.gift", "::a::b{=c}"))
    assert "缺少列：题干、答案" in terminal.refused("bank", "import", terminal.file("h.csv", "甲,乙\n1,2\n"))
    assert "空文件" in terminal.refused("bank", "import", terminal.file("e.xlsx", b""))
    assert "还不能导出 pdf 格式" in terminal.refused("bank", "export", "bank.pdf")
    assert "没有扩展名的" in terminal.refused("bank", "export", "bank")
    assert "文件读写失败" in terminal.refused("bank", "export", "nowhere/bank.csv")
