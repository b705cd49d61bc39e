"""What the reports of an exam are made of, against figures worked out by hand from `exam_report_city`."""

import resource
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import insert, select

from handlers.actions.exam_analysis import LEFT_OUT, TYPED, Analysis, analysis
from handlers.actions.exam_reports import Row, Statement, statement
from handlers.pictures.exam_picture import draw, picture_of
from handlers.sheets.exam_report import ExamParticulars, write_report
from handlers.texts.exam_figures import said
from storage import exams, tables
from storage.database import Database, Tx
from storage.exams import Sitter
from tests.handlers.exam_report_city import NOW, OPENS, RIGHT, WEDNESDAY, P, build, sit, without_answers
from training.chains import Head
from training.errors import NoSuchNumber
from training.exam_errors import NoRollYet
from training.exam_results import figures, figures_by
from training.exams import Excuse, Keep, State
from training.people import Category, Group
from training.rules import Rules


async def stated(database: Database, within: frozenset[str] | None = None) -> Statement:
    return await statement(database, Rules(), await build(database), NOW, within=within)


def by_person(found: Statement) -> Mapping[str, Row]:
    return {row.place.person: row for row in found.rows}


async def test_everybody_on_the_roll_with_the_result_that_counts(database: Database) -> None:
    found = await stated(database)
    assert " ".join(row.place.person for row in found.rows) == "B1 B2 B3 B4 B5 A1 A2 A3 A4 A6 A5 C1 C2"
    scores = {person: row.sat.result.score for person, row in by_person(found).items() if row.sat}
    expected = {"A1": 10000, "A2": 6000, "A3": 8000, "B1": 9000, "B2": 5950, "B3": 6000, "B4": 8500, "B5": 10000}
    assert scores == expected
    twice = by_person(found)["A3"].sat
    assert twice is not None
    assert (twice.result.number, twice.sittings) == (2, 2)
    made_up = {person: row.made_up.result.score for person, row in by_person(found).items() if row.made_up}
    assert made_up == {"A4": 7000, "B2": 5500}
    assert {person: row.status for person, row in by_person(found).items() if row.status} == {
        "A6": "产假",
        "C1": "病假",
    }
    assert (found.unfinished, found.strangers, [one.number for one in found.makeups]) == (0, 0, [2])


async def test_figures_of_all_and_of_each_unit(database: Database) -> None:
    found = await stated(database)
    bands = found.exam.settings.bands
    total = figures(found.sitters(), bands)
    assert (total.due, total.sat, total.deferred, total.excused, total.absent) == (10, 7, 1, 3, 2)
    assert (total.passed, total.good, total.excellent) == (6, 2, 2)
    assert (total.highest, total.lowest, total.mean) == (10000, 5950, 7636)
    assert (total.made_up, total.sat_any, total.passed_any) == (2, 8, 7)
    units = figures_by(found.sitters(), lambda sitter: sitter.unit, bands)
    assert {code: (line.due, line.sat, line.excused, line.passed) for code, line in units.items()} == {
        **{"sfj": (4, 3, 1, 3), "zfk": (1, 0, 0, 0), "czj": (4, 4, 1, 3), "zx": (1, 0, 1, 0)},
    }
    leagues = figures_by(found.sitters(), lambda sitter: found.league(sitter.unit), bands)
    assert {name: (line.due, line.sat, line.absent) for name, line in leagues.items()} == {
        **{"政府部门组": (9, 7, 1), "乡镇街道组": (1, 0, 1)},
    }


async def test_of_some_units_only(database: Database) -> None:
    found = await stated(database, within=frozenset({"sfj", "zfk"}))
    total = figures(found.sitters(), found.exam.settings.bands)
    assert (total.due, total.sat, total.deferred, total.absent) == (5, 3, 1, 1)
    assert said(found.exam, total, NOW, "司法局").splitlines() == [
        "【2026年度法律知识考试】司法局",
        "应考 5 人：实考 3，缓考 1，缺考 1；另有免考 1 人",
        "参考率 60.00%（3/5），含免考 50.00%（3/6）",
        "合格率 100.00%（3/3），优秀率 33.33%（1/3）",
        "平均分 80，最高 100，最低 60（满分 100）",
        "补考 1 人，补考后合格率 100.00%（4/4）",
        "成绩未公布，请勿外传。",
    ]


async def test_the_text_where_nobody_sat_and_while_it_is_open(database: Database) -> None:
    found = await stated(database, within=frozenset({"zx"}))
    exam, line = found.exam, figures(found.sitters(), found.exam.settings.bands)
    assert said(exam, line, NOW).splitlines()[1:3] == [
        "应考 1 人：实考 0，缓考 0，缺考 1；另有免考 1 人",
        "参考率 0.00%（0/1），含免考 0.00%（0/2）",
    ]
    opened = replace(exam, state=State.OPEN)
    assert "尚未参加 1" in said(opened, line, OPENS)
    assert "考试尚未截止。" in said(opened, line, OPENS)
    nobody = figures([], exam.settings.bands)
    assert said(exam, nobody, NOW, "财政局") == "【2026年度法律知识考试】财政局\n应考名单中没有这些单位的人员。"


@pytest.mark.parametrize(("keep", "score"), [(Keep.FIRST, 5000), (Keep.LAST, 8000), (Keep.HIGHEST, 8000)])
async def test_which_of_two_sittings_counts(database: Database, keep: Keep, score: int) -> None:
    number = await build(database)
    async with database.write() as tx:
        before = await exams.one(tx, number)
        assert before is not None
        settings = msgspec.json.encode(replace(before.settings, keep=keep)).decode()
        assert await exams.move(tx, before, before.state, settings=settings)
    row = by_person(await statement(database, Rules(), number, NOW))["A3"]
    assert row.sat is not None
    assert row.sat.result.score == score


async def test_a_result_of_somebody_who_is_not_on_the_roll_is_in_no_figure(database: Database) -> None:
    number = await build(database)
    async with database.write() as tx:
        await without_answers(tx, number, "ZZ", 9900, "paper", OPENS)
    found = await statement(database, Rules(), number, NOW)
    assert found.strangers == 1
    assert figures(found.sitters(), found.exam.settings.bands).sat == 7


async def test_without_a_roll_there_is_nothing_to_report(database: Database) -> None:
    with pytest.raises(NoSuchNumber):
        await statement(database, Rules(), 7, NOW)
    number = await build(database)
    async with database.write() as tx:
        first = await exams.one(tx, number)
        assert first is not None
        draft = await exams.add(tx, first.settings, makeup_of=0, by="cli", now=NOW)
    with pytest.raises(NoRollYet):
        await statement(database, Rules(), draft, NOW)


async def test_items_worked_out_by_hand(database: Database) -> None:
    """Of the six who sat here and count: not B2, who sat on paper, nor B5, who is 免考."""
    found = await analysis(database, await stated(database))
    lines = {line.id: line for line in found.lines}
    assert list(lines) == ["x1", "x2", "x3", "y1", "y2", "z1", "z2", "t1", "c1-1", "c1-2"]
    assert found.unread == 1
    x1 = lines["x1"].figures
    # x 10 10 10 0 10 10 with r 90 50 70 90 50 75: cov -115/3, var x 50/3, var r 1945/6, the greatest cov 125/3
    assert (x1.attempts, x1.facility, x1.efficiency) == (6, Fraction(5, 6), Fraction(-92))
    assert x1.discrimination == Decimal("-52.1516")
    assert lines["x1"].chosen == {"A": 5, "B": 1}
    assert lines["y1"].chosen == {"A": 6, "B": 6}
    assert lines["z1"].chosen == {"对": 4, "错": 1, LEFT_OUT: 1}
    assert lines["t1"].chosen == {TYPED: 6}
    assert lines["c1-1"].figures.facility == Fraction(2, 3)
    assert lines["c1-2"].figures.facility == Fraction(1, 2)
    assert (lines["x2"].figures.attempts, lines["x3"].figures.attempts, lines["y2"].figures.attempts) == (5, 1, 0)
    assert lines["x3"].change is not None
    assert lines["x3"].change.voided
    check_paper(found)


def check_paper(found: Analysis) -> None:
    """Totals 100 60 80 90 60 85: mean 475/6."""
    paper = found.papers[10000]
    assert (paper.attempts, paper.mean) == (6, Fraction(47500, 6))
    # squares 38925, less 475² / 6, over 5, of which the root
    variance = (Fraction(38925) - Fraction(475 * 475, 6)) / 5
    assert paper.sd is not None
    assert abs(float(paper.sd) - 100 * float(variance) ** 0.5) < 1e-3


async def test_the_newest_marks_are_used(database: Database) -> None:
    """A2 was marked with nothing first; with that, y1 would not be right for all."""
    found = await analysis(database, await stated(database))
    y1 = next(line for line in found.lines if line.id == "y1").figures
    assert (y1.attempts, y1.facility, y1.discrimination) == (6, Fraction(1), None)


MANY = 5000


async def test_five_thousand_people_in_seconds_and_little_memory(database: Database, tmp_path: Path) -> None:
    number = await build(database)
    await add_many(database, number)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    found = await statement(database, Rules(), number, NOW)
    analysed = await analysis(database, found)
    particulars = ExamParticulars("考试", "KS", WEDNESDAY, NOW, "1", Head(0, "0" * 64), stated=found)
    picture = draw(picture_of(found.exam, found.sitters(), NOW))
    write_report(tmp_path / "a.xlsx", particulars, found, analysed, picture)
    assert time.monotonic() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB
    assert len(found.rows) == 13 + MANY
    assert analysed.papers[10000].attempts == 6 + MANY


async def add_many(database: Database, number: int) -> None:
    """Each sat like one of two."""
    persons = [f"M{n:05}" for n in range(MANY)]
    async with database.write() as tx:
        roll = [Sitter(one, "czj", Category.STAFF, False, Group.STAFF, Excuse.NONE) for one in persons]
        await exams.add_to_roll(tx, number, roll, OPENS)
        first = await sit(tx, number, "N1", P, RIGHT, without=P[3:4], wrong=P[1:2])
        second = await sit(tx, number, "N2", P, RIGHT, wrong=P[:1])
        await _copy(tx, first, persons[::2])
        await _copy(tx, second, persons[1::2])


async def _copy(tx: Tx, model: int, persons: Sequence[str]) -> None:
    """A sitting with all that hangs on it, of other people."""
    held = tables.exam_attempt.c
    row = (await tx.execute(select(tables.exam_attempt).where(held.id == model))).one()._asdict()
    del row["id"]
    await tx.execute(insert(tables.exam_attempt), [{**row, "person": person} for person in persons])
    made = await tx.execute(select(held.id).where(held.exam == row["exam"], held.person.in_(persons)))
    attempts = list(made.scalars())
    for table in (tables.exam_paper, tables.exam_progress, tables.exam_answer, tables.exam_mark):
        rows = [one._asdict() for one in await tx.execute(select(table).where(table.c.attempt == model))]
        copies = [{**one, "attempt": attempt} for attempt in attempts for one in rows]
        await tx.execute(insert(table), copies)
