"""Papers to print: what stands on a paper, an answer sheet and the key, and what stands nowhere but in the key."""

import re
from collections.abc import Sequence
from fractions import Fraction
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from handlers.actions.exam_print import Print, Sheet, fingerprint, printed
from handlers.papers.exam_papers import answer_sheet, key, paper, worth_words
from question_bank.questions import Kind, Question
from storage import exam_marks, exams
from storage.database import Database
from tests.handlers.sitting_city import CLOSES, OPENS, SETTINGS, TITLE, opened, single
from training.calendar import DAY
from training.exam_errors import NoRollYet
from training.exams import Exam, Grading
from training.marking import KeyChange
from training.people import Category, Group

SHUFFLED = tuple(
    Question(f"s{n:03}", Kind.SINGLE, f"打乱的第{n}题？", (f"甲{n}", f"乙{n}", f"丙{n}", f"丁{n}"), ("A",))
    for n in range(1, 21)
)


async def prints(database: Database, exam: Exam, now: Any = OPENS) -> Print:
    async with database.write() as tx:
        return await printed(tx, exam.number, now, by="cli:test")


def text_of(page: str) -> str:
    """What a reader sees, a line each."""
    body = page[page.index("<body>") :]
    return "\n".join(filter(None, (line.strip() for line in unescape(re.sub(r"<[^>]+>", "\n", body)).splitlines())))


def right_of(made: Print, sheet: Sheet) -> list[str]:
    """The keys of a paper as the key page has them, in order."""
    page = key(made)
    section = page[page.index(f'<span class="code">{sheet.number}</span>') :].partition("</section>")[0]
    return re.findall(r'<td class="n">\d+</td><td>([^<]*)</td>', section)


async def test_every_kind_stands_on_paper_and_its_key_in_the_key_only(database: Database) -> None:
    made = await prints(database, await opened(database))
    [first, second] = made.sheets
    assert (first.group, first.letter, second.letter) == (Group.STAFF, "A", "B")
    assert re.fullmatch(r"1-STA-A-[0-9A-F]{8}", first.number)
    said = text_of(paper(made, first))
    facts = ("工作人员　A 卷", "满分 100 分　时长 60 分钟　共 6 题", first.number, made.fingerprint)
    for words in (TITLE, *facts, "单位", "姓名", "人员编号", "座位号"):
        assert words in said
    assert "一、单选题（共 1 题，每题 20 分，共 20 分）\n1. 单选第1题，选甲？（　　）\nA. 甲1\nB. 乙1" in said
    assert "五、案例分析题（共 1 题，每题 20 分，共 20 分）\n【案例】某局对王某罚款二百元。" in said
    assert "5. 【单选题】应当出示什么？（　　）\nA. 证件\nB. 名片\n6. 【判断题】王某可以申辩。（　　）" in said
    sheet = text_of(answer_sheet(made, first))
    for words in ("评分人", "复核人", "座位号", "1\nA\nB\nC\nD", "3\n对\n错", first.number):
        assert words in sheet
    assert right_of(made, first) == ["A", "AB", "对", "法律；银行 / 指定的银行", "A", "对"]
    for page in (paper(made, first), answer_sheet(made, first)):
        assert not re.search("指定的银行|答案：|密封|密　封|评分标准", page)


async def test_the_key_says_points_and_how_to_mark(database: Database) -> None:
    exam = await opened(database, grading=Grading.PARTIAL)
    page = text_of(key(await prints(database, exam)))
    assert page.startswith("密　封\n2026年11月23日 18:00 考试（含补考）结束前不得拆阅、复制、外传")
    assert "少选但没有选错得该题一半的分" in page
    assert "备注\n2\nAB\n20 分\n三、判断题" in page
    assert "5\nA\n10 分\n6\n对\n10 分" in page  # the parts of a case share its points


async def test_options_stand_as_shuffled_and_the_key_follows_them(database: Database) -> None:
    made = await prints(database, await opened(database, questions=SHUFFLED))
    keys = {}
    for sheet in made.sheets:
        said = text_of(paper(made, sheet))
        found = re.findall(r"打乱的第(\d+)题.*\n((?:[A-D]\. .+\n?){4})", said)
        options = [dict(re.findall(r"([A-D])\. (.+)", block)) for _, block in found]
        keys[sheet.letter] = right_of(made, sheet)
        assert len(found) == len(keys[sheet.letter]) == 20
        for (n, _), shown, right in zip(found, options, keys[sheet.letter], strict=True):
            assert shown[right] == f"甲{n}"
        assert len(set(keys[sheet.letter])) > 1
    assert keys["A"] != keys["B"]
    assert made.shared == {Group.STAFF: 20}
    assert made.sheets[0].number.rpartition("-")[2] != made.sheets[1].number.rpartition("-")[2]


async def test_papers_are_the_same_whenever_they_are_printed(database: Database) -> None:
    exam = await opened(database, questions=SHUFFLED)
    first, again = await prints(database, exam), await prints(database, exam, CLOSES)
    assert [paper(first, sheet) for sheet in first.sheets] == [paper(again, sheet) for sheet in again.sheets]
    assert [sheet.number for sheet in first.sheets] == [sheet.number for sheet in again.sheets]


async def test_the_key_is_sealed_until_the_make_up_has_ended(database: Database) -> None:
    exam = await opened(database)
    assert (await prints(database, exam)).sealed
    assert not (await prints(database, exam, CLOSES)).sealed
    async with database.write() as tx:
        later = replaced(SETTINGS, opens_at=CLOSES, closes_at=CLOSES + DAY)
        await exams.add(tx, later, makeup_of=exam.number, by="cli", now=OPENS)
    made = await prints(database, exam, CLOSES)
    assert (made.sealed, made.sealed_until) == (True, CLOSES + DAY)
    assert "密　封" not in key(await prints(database, exam, CLOSES + DAY))


async def test_a_changed_key_is_the_one_that_holds(database: Database) -> None:
    exam = await opened(database, questions=SHUFFLED[:2])
    async with database.write() as tx:
        wrong = KeyChange("s001", answer=("C",))
        await exam_marks.add_change(tx, exam.number, wrong, reason="有误", batch=1, now=OPENS)
        void = KeyChange("s002", voided=True)
        await exam_marks.add_change(tx, exam.number, void, reason="有误", batch=2, now=OPENS)
    made = await prints(database, exam)
    for sheet in made.sheets:
        for asked in sheet.asked:
            if asked.question.id == "s001":
                shown = dict(zip("ABCD", asked.question.options, strict=True))
                assert [shown[str(letter)] for letter in asked.question.answer] == ["丙1"]
    page = text_of(key(made))
    assert page.count("答案已更正") == page.count("已作废，均得满分") == 2


async def test_every_group_of_the_roll_has_papers_and_no_other(database: Database) -> None:
    exam = await opened(database)
    async with database.write() as tx:
        chief = exams.Sitter("R2", "11", Category.LEADER, False, Group.LEADER)
        await exams.add_to_roll(tx, exam.number, [chief], OPENS)
    made = await prints(database, exam)
    assert [(sheet.group, sheet.letter) for sheet in made.sheets] == [
        *((Group.LEADER, "A"), (Group.LEADER, "B"), (Group.STAFF, "A"), (Group.STAFF, "B")),
    ]
    assert len({sheet.number for sheet in made.sheets}) == 4
    assert text_of(key(made)).count("满分 100 分") == 4


async def test_a_draft_has_no_papers(database: Database) -> None:
    async with database.write() as tx:
        number = await exams.add(tx, SETTINGS, makeup_of=0, by="cli", now=OPENS)
        with pytest.raises(NoRollYet):
            await printed(tx, number, OPENS, by="cli")


HOSTILE = '</p><script src="x"></script>{{ 7*7 }}'


async def test_no_question_becomes_markup(database: Database) -> None:
    hostile = Question("h1", Kind.SINGLE, HOSTILE, (HOSTILE, "乙"), ("A",))
    made = await prints(database, await opened(database, questions=(hostile,), title=HOSTILE))
    pages: Sequence[str] = (paper(made, made.sheets[0]), answer_sheet(made, made.sheets[0]), key(made))
    for page in pages:
        assert "<script" not in page
        assert "49" not in page.replace(made.fingerprint, "").replace(made.sheets[0].number, "")
        assert not re.search(r"(?:src|href)=|url\(|@import", page.replace("src=&#34;x&#34;", ""))


def test_a_fingerprint_follows_every_question() -> None:
    contents = [(1, '{"id":"a"}'), (1, '{"id":"b"}')]
    others = ([(2, '{"id":"a"}'), contents[1]], contents[::-1], contents[:1], [contents[0], (1, '{"id":"c"}')])
    assert len({fingerprint(contents), *map(fingerprint, others)}) == 5


def test_points_that_are_no_whole_hundredth_are_fractions() -> None:
    assert [worth_words(Fraction(n, 3)) for n in (600, 450, 1000)] == ["2", "1.5", "10/3"]


async def test_long_options_stand_below_each_other(database: Database) -> None:
    long = Question("l1", Kind.SINGLE, "哪项？", ("很长的选项" * 6, "乙"), ("A",))
    made = await prints(database, await opened(database, questions=(long, single(1))))
    page = paper(made, made.sheets[0])
    assert sorted(re.findall(r"options of(\d)", page)) == ["1", "4"]
