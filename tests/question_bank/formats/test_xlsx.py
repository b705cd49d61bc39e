import pytest

from question_bank.formats.drafts import Draft
from question_bank.formats.xlsx import read_sheet
from question_bank.problems import Severity
from question_bank.questions import Citation, Kind, Question
from tests.question_bank.formats.making import HEADER, ROW, csv_text, workbook


def drafts(*rows: list[str]) -> list[Draft]:
    return list(read_sheet("题库.xlsx", workbook(rows)).drafts)


def row(**changes: str) -> list[str]:
    return [changes.get(title, text) for title, text in zip(HEADER, ROW, strict=True)]


def one(**changes: str) -> Question:
    (draft,) = drafts(HEADER, row(**changes))
    assert draft.question is not None, draft.problems
    return draft.question


def problems(**changes: str) -> list[tuple[str, str, Severity]]:
    (draft,) = drafts(HEADER, row(**changes))
    return [(problem.where, problem.field, problem.severity) for problem in draft.problems]


def test_the_usual_columns() -> None:
    question = one()
    assert question.id.startswith("q-")
    assert question == Question(
        id=question.id,
        kind=Kind.SINGLE,
        stem="公民的当场罚款上限是多少？",
        options=("50元", "100元", "200元", "500元"),
        answer=("C",),
        explanation="见法条。",
        difficulty=2,
        topics=("执法能力",),
        citations=(Citation("行政处罚法", 51),),
    )


def test_other_names_in_another_order() -> None:
    header = ["序号", "正确答案", "试题内容", "类型", "A", "选项 B", "选项3", "答案解析"]
    (draft,) = drafts(["某市题库"], [], header, ["1", "B", "题干内容在此", "多选", "甲", "乙", "丙", "略"])
    assert draft.where == "row 4"
    assert draft.question is not None
    assert (draft.question.kind, draft.question.options, draft.question.answer) == (
        Kind.MULTIPLE,
        ("甲", "乙", "丙"),
        ("B",),
    )
    assert draft.question.explanation == "略"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("单选", Kind.SINGLE),
        ("单项选择题", Kind.SINGLE),
        ("多选题", Kind.MULTIPLE),
        ("不定项选择题", Kind.MULTIPLE),
        ("选择题", Kind.SINGLE),
        ("", Kind.SINGLE),
        ("single", Kind.SINGLE),
    ],
)
def test_words_for_kinds(word: str, kind: Kind) -> None:
    assert one(题型=word).kind is kind


@pytest.mark.parametrize("word", ["简答题", "论述", "名词解释"])
def test_a_kind_that_we_lack(word: str) -> None:
    (draft,) = drafts(HEADER, row(题型=word))
    assert draft.question is None
    assert draft.problems[0].problem == f"没有“{word}”这种题型，应为单选题、多选题、判断题、填空题或案例分析题。"


@pytest.mark.parametrize("answer", ["ACD", "A,C,D", "A、C、D", "a c d", "ＡＣＤ", "D;C;A"])
def test_letters(answer: str) -> None:
    assert one(题型="多选题", 答案=answer).answer == ("A", "C", "D")


def test_an_answer_by_its_text() -> None:
    assert one(答案="200元").answer == ("C",)


@pytest.mark.parametrize(
    ("answer", "options", "right"),
    [
        ("正确", {}, "对"),
        ("√", {}, "对"),
        ("×", {}, "错"),
        ("F", {}, "错"),
        ("A", {"选项A": "正确", "选项B": "错误"}, "对"),
        ("B", {"选项A": "正确", "选项B": "错误"}, "错"),
    ],
)
def test_judge(answer: str, options: dict[str, str], right: str) -> None:
    no_options = dict.fromkeys(["选项A", "选项B", "选项C", "选项D"], "")
    question = one(题型="判断题", 答案=answer, **(no_options | options))
    assert (question.kind, question.options, question.answer) == (Kind.JUDGE, (), (right,))


def test_judge_from_a_truth_value() -> None:
    (draft,) = read_sheet(
        "题库.xlsx", workbook([["题型", "题干", "答案"], ["判断题", "行政处罚公开原则。", True]])
    ).drafts
    assert draft.question is not None
    assert draft.question.answer == ("对",)


@pytest.mark.parametrize(
    ("stem", "answer", "written", "texts"),
    [
        ("听证在____日内提出", "5|五", "听证在____日内提出", (("5", "五"),)),
        ("听证在（　　）日内提出", "五", "听证在____日内提出", (("五",),)),
        ("由__决定，__执行", "甲；乙|丙", "由____决定，____执行", (("甲",), ("乙", "丙"))),
        ("由____决定，____执行", "甲、乙", "由____决定，____执行", (("甲",), ("乙",))),
    ],
)
def test_blank(stem: str, answer: str, written: str, texts: tuple[tuple[str, ...], ...]) -> None:
    (draft,) = drafts(["题型", "题干", "答案"], ["填空题", stem, answer])
    assert draft.question is not None
    assert (draft.question.stem, draft.question.answer) == (written, texts)


def test_options_in_one_cell() -> None:
    (draft,) = drafts(["题干", "选项", "答案"], ["下列正确的是？", "A. 甲\nB. 乙\nC. 丙", "AC"])
    assert draft.question is not None
    assert (draft.question.kind, draft.question.options) == (Kind.MULTIPLE, ("甲", "乙", "丙"))


def test_seven_options() -> None:
    letters = "ABCDEFG"
    header = ["题型", "题干", *(f"选项{letter}" for letter in letters), "答案"]
    (draft,) = drafts(header, ["多选题", "下列正确的是？", *(f"第{letter}项" for letter in letters), "AG"])
    assert draft.question is not None
    assert (len(draft.question.options), draft.question.answer) == (7, ("A", "G"))


def test_a_case_and_its_parts() -> None:
    header = ["题型", "题干", "选项A", "选项B", "答案", "编号"]
    found = drafts(
        header,
        ["案例分析题", "某局罚款。", "", "", "", "AL-1"],
        ["小题：单选题", "如何处理？", "甲", "乙", "A"],
        ["小题判断", "合法。", "", "", "错"],
        ["判断题", "与上案无关。", "", "", "对"],
    )
    assert [draft.where for draft in found] == ["row 2", "row 5"]
    whole = found[0].question
    assert whole is not None
    assert [(part.id, part.kind, part.answer) for part in whole.parts] == [
        ("AL-1-1", Kind.SINGLE, ("A",)),
        ("AL-1-2", Kind.JUDGE, ("错",)),
    ]


def test_a_part_that_cannot_be_read_takes_its_case_along() -> None:
    header = ["题型", "题干", "答案"]
    (draft,) = drafts(
        header, ["案例题", "某局罚款。", ""], ["小题判断题", "合法。", "也许"], ["小题判断题", "好。", "对"]
    )
    assert draft.question is None
    assert [(one.where, one.field) for one in draft.problems] == [("row 3", "answer")]


def test_a_part_without_a_case() -> None:
    (draft,) = drafts(["题型", "题干", "答案"], ["小题判断题", "合法。", "对"])
    assert draft.question is None
    assert [(one.where, one.field) for one in draft.problems] == [("row 2", "kind")]


@pytest.mark.parametrize(
    ("said", "difficulty"),
    [("", 3), ("易", 1), ("较难", 5 - 1), ("难", 5), ("4", 4), ("2.0", 2), ("★★☆", 2), ("中等难度", 3)],
)
def test_difficulty(said: str, difficulty: int) -> None:
    assert one(难度=said).difficulty == difficulty
    assert problems(难度=said) == []


def test_what_cannot_be_read_is_a_warning_or_a_rejection() -> None:
    assert problems(难度="0.65") == [("row 2", "difficulty", Severity.WARNING)]
    assert problems(法条依据="详见教材") == [("row 2", "citations", Severity.WARNING)]
    assert problems(答案="见解析") == [("row 2", "answer", Severity.REJECTED)]


def test_cells_beyond_the_header() -> None:
    extra = [*ROW, "备注"]
    (draft,) = drafts(HEADER, extra)
    assert draft.question is not None
    assert [one.severity for one in draft.problems] == [Severity.WARNING]
    (shifted,) = read_sheet("题库.csv", csv_text(HEADER, extra).encode()).drafts
    assert shifted.question is None


def test_a_gb18030_text() -> None:
    (draft,) = read_sheet("题库.csv", csv_text(HEADER, ROW).encode("gb18030")).drafts
    assert draft.question == one()
