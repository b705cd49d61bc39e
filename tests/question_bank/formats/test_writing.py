import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from question_bank.formats.drafts import canonical
from question_bank.formats.writing import TooLongForCell, written_csv, written_xlsx
from question_bank.formats.xlsx import read_sheet
from question_bank.questions import Question
from tests.question_bank.building import case, judge, questions, single


def read(name: str, content: bytes) -> list[Question | None]:
    problems, drafts = read_sheet(name, content)
    assert problems == ()
    return [draft.question for draft in drafts]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(questions(), max_size=4))
def test_what_was_exported_comes_back(bank: list[Question]) -> None:
    whole = [canonical(replace(question, id=f"t-{number}")) for number, question in enumerate(bank)]
    assert read("题库.xlsx", written_xlsx(whole)) == whole
    assert read("题库.csv", written_csv(whole)) == whole


FORMULA = single(stem='=HYPERLINK("http://x.example","点这里")', options=("+1", "-1", "@x", "'=1"), answer=("A",))


def test_no_text_becomes_a_formula() -> None:
    sheet = CalamineWorkbook.from_filelike(BytesIO(written_xlsx([FORMULA]))).get_sheet_by_index(0)
    assert sheet.to_python()[1][1:6] == [FORMULA.stem, *FORMULA.options]
    cells = list(csv.reader(StringIO(written_csv([FORMULA]).decode("utf-8-sig"))))[1]
    assert [text for text in cells if text[:1] in ("=", "+", "-", "@")] == []
    assert read("题库.csv", written_csv([FORMULA])) == [FORMULA]


def test_the_header_and_the_rows_of_a_case() -> None:
    rows = list(csv.reader(StringIO(written_csv([judge(), case()]).decode("utf-8-sig"))))
    assert rows[0][:9] == ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "答案"]
    assert [row[0] for row in rows[1:]] == ["判断题", "案例分析题", "小题：单选题", "小题：判断题"]


def test_a_text_too_long_for_a_cell_is_not_cut() -> None:
    with pytest.raises(TooLongForCell) as refused:
        written_csv([single(more="长" * 32_768)])
    assert (refused.value.question, refused.value.column) == ("q-1", "补充说明")


def test_an_empty_bank_is_a_header() -> None:
    assert read("题库.xlsx", written_xlsx([])) == []
