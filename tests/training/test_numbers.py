"""人员编号 are one identity however wide they are written."""

from datetime import date

import pytest

from question_bank.problems import Severity
from tests.training.rolls import TODAY, person, plan, rejected, roster, warned
from tests.training.test_exam_file import file, read
from training.cell_words import looks_like_id_card
from training.findings import Findings
from training.numbers import known_as, number_text
from training.roll import Roll
from training.rosters import roster_row
from training.score_cells import stated

ID_CARD = "34250119900101" + "1234"
WIDE = "".join(chr(ord(digit) + 0xFEE0) for digit in ID_CARD)
SPACED = f"{ID_CARD[:6]} {ID_CARD[6:14]}\u3000{ID_CARD[14:]}"


@pytest.mark.parametrize(("written", "kept"), [("Ｑ０２", "Q02"), (" Q02\u3000", "Q02"), ("q02", "q02"), ("", "")])
def test_numbers_are_kept_half_width(written: str, kept: str) -> None:
    assert number_text(written) == kept


def test_what_is_on_record_goes_before_how_it_would_be_kept() -> None:
    assert known_as(" Ｑ０２ ", {"Ｑ０２", "Q02"}) == "Ｑ０２"
    assert known_as("Ｑ０２", {"Q02"}) == "Q02"
    old, new = person("Ｑ０２", "甲", "11"), person("Q02", "乙", "11")
    assert Roll([old], TODAY).number("Q02") == "Ｑ０２"
    assert Roll([old, new], TODAY).number("Q02") == "Q02"
    assert Roll([old, new], TODAY).number("Ｑ０２") == "Ｑ０２"


def test_a_wide_number_is_the_known_person() -> None:
    for stored, written in (("Q02", "Ｑ０２"), ("Ｑ０２", "Ｑ０２"), ("Ｑ０２", "Q02")):
        result = plan(("甲", "11", "工作人员", "", written), persons=(person(stored, "甲", "11", mark=""),))
        assert (len(result.new), result.same, result.problems) == (0, 1, ())


def test_two_widths_in_one_file_are_one_person_and_a_new_number_is_half_width() -> None:
    result = plan(("甲", "11", "工作人员", "", "Ｑ０２"), ("乙", "11", "工作人员", "", "Q02"))
    assert rejected(result) == {"row 2": ["number"], "row 3": ["number"]}
    assert [change.person for change in plan(("甲", "11", "工作人员", "", "Ｑ０２")).new] == ["Q02"]
    assert rejected(plan(("甲", "11", "工作人员", "", "Ｑ　２"))) == {"row 2": ["number"]}


def test_letter_case_tells_numbers_apart_but_gets_a_warning() -> None:
    result = plan(("甲", "11", "工作人员", "", "z1"), persons=(person("Z1", "乙", "11"),))
    assert [change.person for change in result.new] == ["z1"]
    assert [p.problem for p in result.problems if p.severity is Severity.WARNING and p.field == "number"] == [
        "人员编号 z1 与已有的 Z1 只差大小写，请核对。"
    ]
    twice = plan(("甲", "11", "工作人员", "", "z1"), ("乙", "11", "工作人员", "", "Z1"))
    assert warned(twice)["row 3"] == ["number"]


@pytest.mark.parametrize("text", [WIDE, SPACED, f"编号{WIDE}。", f"{ID_CARD[:17]}Ｘ", f"1 {ID_CARD}"])
def test_identity_numbers_are_seen_however_they_are_written(text: str) -> None:
    assert looks_like_id_card(text)


@pytest.mark.parametrize("column", ["人员编号", "职务", "账号", "人员类别", "入职日期"])
@pytest.mark.parametrize("text", [ID_CARD, WIDE, SPACED])
def test_no_cell_of_a_roster_keeps_or_repeats_an_identity_number(column: str, text: str) -> None:
    header = "姓名 单位 人员类别 账号 人员编号 职务 入职日期"
    cells = {"姓名": "甲", "单位": "11", "人员类别": "工作人员"} | {column: text}
    found = Findings("row 2")
    roster_row(roster(header, tuple(cells.get(name, "") for name in header.split())).rows[0], found)
    assert found.rejected
    assert not any(looks_like_id_card(problem.problem) for problem in found.problems)


def test_scores_are_for_whoever_the_number_means() -> None:
    roll = Roll([person("Q02", "甲", "11")], TODAY)
    cells = {"number": "Ｑ０２", "score": "80", "day": date(2026, 8, 1).isoformat()}
    said = stated(cells, Findings("row 2"), roll)
    assert said is not None
    assert said.person == "Q02"


def test_an_exam_file_names_people_by_numbers_of_any_width() -> None:
    audience = read(file('[audience]\npersons = ["Ｒ０００００１", "R000002"]\n')).audience
    assert audience.persons == ("R000001", "R000002")
