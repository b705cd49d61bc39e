"""Make-ups as they are typed: who is owed one, how it is set, and a draft that is withdrawn."""

import pytest

from tests.bot.cli.terminal import Terminal
from tests.bot.cli.test_exam import BEFORE, bank_file, create, small
from tests.exam_bank import generated


@pytest.fixture
def office(either: Terminal) -> Terminal:
    either.bring(numbers=())
    either.run("bank", "import", either.file("exam.jsonl", bank_file(*generated(100))))
    return either


def test_the_answers_wait_for_who_has_no_make_up(office: Terminal) -> None:
    number = create(office, more='release_score = "manual"')
    office.run("exam", "publish", number)
    office.run("exam", "defer", number, "P1", "--document", "1号")
    office.run("exam", "open", number)
    assert [exam["without_makeup"] for exam in office.json("exam", "list")["exams"]] == [0]
    office.run("exam", "close", number)
    why = "还有 1 人缓考，没有安排补考，答案暂不公布。请用 xuefa exam makeup 1 安排补考，"
    hint = f"{why}或用 xuefa exam excuse 改登记为免考。"
    assert office.run("exam", "list").stdout.splitlines()[1:] == [f"  {hint}"]
    assert [exam["without_makeup"] for exam in office.json("exam", "list")["exams"]] == [1]
    assert office.run("exam", "release", number).stdout == f"考试 1：成绩已公布；{hint}\n"
    refused = office.refused("exam", "release", number)
    assert refused.startswith("考试 1 的答案现在不能公布：还有 1 人缓考，没有安排补考。请用 xuefa exam makeup 1 ")
    office.run("exam", "excuse", number, "P1", "--document", "2号")
    assert office.run("exam", "list").stdout.splitlines()[1:] == [f"  {BEFORE}"]
    assert office.json("exam", "release", number)["not_passed"] == 2
    assert len(office.run("exam", "list").stdout.splitlines()) == 1


def test_a_make_up_with_the_same_file_another_one_or_another_window(office: Terminal) -> None:
    first = create(office)
    office.run("exam", "publish", first)
    office.run("exam", "defer", first, "P1", "--document", "1号")
    assert office.json("exam", "makeup", first) == {"id": 2}
    assert office.refused("exam", "publish", "2").startswith("考试 1 还没有结束（")
    assert office.refused("exam", "makeup", "2") == "考试 2 本身是补考。请对首次考试再安排：xuefa exam makeup 1。"
    told = office.run("exam", "makeup", first, "--file", small(office, days=9, name="again.toml")).stdout
    assert told.splitlines()[:3] == ["考试编号：3", "已创建考试 1 的补考（草稿），请核对：", "【年度考试】"]
    window = ("--opens", "2027-01-04 09:00", "--closes", "2027-01-04 17:00")
    assert "2027年1月4日 09:00至1月4日 17:00" in office.run("exam", "makeup", first, *window).stdout
    assert create(office, "--makeup-of", first) == "5"
    assert office.refused("exam", "makeup", first, *window[:2]).startswith("--opens 和 --closes 请一起写")
    short = (*window[:3], "2027-01-04 09:30")
    assert office.refused("exam", "makeup", first, *short).startswith("补考的开放时间短于考试时长 60 分钟")
    exams = office.json("exam", "list")["exams"]
    assert [(exam["id"], exam["makeup_of"], exam["title"]) for exam in exams] == [
        *((5, 1, "年度考试"), (4, 1, "年度考试补考"), (3, 1, "年度考试"), (2, 1, "年度考试补考")),
        (1, None, "年度考试"),
    ]
    office.run("exam", "open", first)
    office.run("exam", "close", first)
    assert office.json("exam", "publish", "2")["roll"] == 3  # nobody sat


def test_a_draft_is_withdrawn(office: Terminal) -> None:
    first = create(office)
    assert office.refused("exam", "makeup", first).startswith("考试 1 还没有发布，不能安排补考。")
    office.run("exam", "publish", first)
    office.run("exam", "makeup", first)
    assert office.run("exam", "drop", "2").stdout == (
        "已撤销草稿 2（考试 1 的补考《年度考试补考》），编号不再使用。\n"
    )
    assert [exam["id"] for exam in office.json("exam", "list")["exams"]] == [1]
    assert office.refused("exam", "drop", first) == "考试 1 现在是“已发布”，只有草稿可以撤销。"
    assert office.json("exam", "makeup", first) == {"id": 3}
    assert office.json("exam", "drop", "3") == {"id": 3, "dropped": True}
