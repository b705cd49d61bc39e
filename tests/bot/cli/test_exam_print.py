"""`xuefa exam print` as it is typed: the files, what is said, and what is refused."""

from pathlib import Path

import pytest

from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_exam import bank_file, create
from tests.exam_bank import generated

GROUPS = ("行政执法人员", "领导干部", "工作人员")


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.bring(numbers=())
    either.run("bank", "import", either.file("exam.jsonl", bank_file(*generated(100))))
    return either


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_papers_sheets_and_a_sealed_key(office: Terminal) -> None:
    number, out = create(office), office.path("print")
    assert office.refused("exam", "print", number, "--out", out) == (
        "考试 1 还没有发布，没有应考名单。请先用 xuefa exam publish 1 发布。"
    )
    assert not Path(out).exists()
    office.run("exam", "publish", number)
    said = office.run("exam", "print", number, "--out", out).stdout.splitlines()
    assert names(out) == [
        *("答案-密封.html", *sorted(f"答题纸{x}-{g}.html" for x in "AB" for g in GROUPS)),
        *sorted(f"试卷{x}-{g}.html" for x in "AB" for g in GROUPS),
    ]
    assert said[0].startswith(f"已生成到 {out}，请用浏览器打开，按 A4 打印（题库指纹 ")
    assert sum(" 卷：试卷编号 1-" in line for line in said) == 6
    assert said[-1].startswith("答案-密封.html 是答案，请另行保管，")
    assert (Path(out) / "答案-密封.html").stat().st_mode & 0o077 == 0
    assert "不是空的，请换一个目录" in office.refused("exam", "print", number, "--out", out)


def test_the_document_leads_from_paper_to_key(office: Terminal) -> None:
    number, out = create(office), office.path("print")
    office.run("exam", "publish", number)
    told = office.json("exam", "print", number, "--out", out)
    assert told["files"] == [*(f for f in told["files"] if f != "答案-密封.html"), "答案-密封.html"]
    assert sorted(told["files"]) == names(out)
    assert [(one["group"], one["paper"], one["items"]) for one in told["papers"]] == [
        (group, letter, 4) for group in ("enforcement", "leader", "staff") for letter in "AB"
    ]
    key = (Path(out) / "答案-密封.html").read_text("utf-8")
    for one in told["papers"]:
        assert one["number"] in key
    paper = (Path(out) / "试卷A-工作人员.html").read_text("utf-8")
    assert told["fingerprint"] in key
    assert told["fingerprint"] in paper
    assert told["sealed_until"] is not None


def test_after_the_end_the_key_is_no_longer_sealed(office: Terminal) -> None:
    number, out = create(office), office.path("print")
    for move in ("publish", "open", "close"):
        office.run("exam", move, number)
    told = office.json("exam", "print", number, "--out", out)
    assert told["sealed_until"] is None
    assert "答案.html" in names(out)
    assert "密　封" not in (Path(out) / "答案.html").read_text("utf-8")


def test_where_papers_may_not_go(office: Terminal) -> None:
    number = create(office)
    office.run("exam", "publish", number)
    file = office.file("here", "x")
    assert office.refused("exam", "print", number, "--out", file) == f"{file} 是一个文件，请用 --out 指定一个目录。"
    below = office.path("no/such")
    assert office.refused("exam", "print", number, "--out", below).endswith("不存在，请先建好再生成。")
    assert office.refused("exam", "print", "9", "--out", office.path("o")) == "没有找到考试“9”，请核对编号。"
    empty = Path(office.path("empty"))
    empty.mkdir()
    office.run("exam", "print", number, "--out", str(empty))
    assert len(names(str(empty))) == 13


def test_who_printed_stands_on_the_audit_log(terminal: Terminal) -> None:
    terminal.bring(numbers=())
    terminal.run("bank", "import", terminal.file("exam.jsonl", bank_file(*generated(100))))
    number = create(terminal)
    terminal.run("exam", "publish", number)
    told = terminal.json("exam", "print", number, "--out", terminal.path("print"))
    assert terminal.audits()[-1] == ("exam.print", "1")
    [(after,)] = terminal.rows("SELECT after FROM audit_log ORDER BY seq DESC LIMIT 1")
    assert after == " ".join(one["number"] for one in told["papers"])
