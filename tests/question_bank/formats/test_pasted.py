"""A question as somebody pastes it into a chat: what is read, and what is refused at which line."""

import pytest

from question_bank.formats.pasted import checked_pasted, read_pasted
from question_bank.problems import Severity
from question_bank.questions import Citation, Kind, Question

STEM = "对行政处罚决定不服的，可以在多少日内申请行政复议？"
OPTIONS = ("三十日", "六十日", "九十日")
LISTED = "A. 三十日\nB. 六十日\nC. 九十日\n"


def read(text: str) -> Question:
    draft = checked_pasted(text)
    assert draft.question is not None, draft.problems
    return draft.question


def refused(text: str) -> list[tuple[str, str, str]]:
    draft = checked_pasted(text)
    assert draft.question is None
    return [
        (where, field, said) for where, field, said, severity in draft.problems if severity is Severity.REJECTED
    ]


def test_a_question_with_all_it_can_have() -> None:
    found = read(f"{STEM}\n{LISTED}答案：B\n解析：六十日内。\n法律另有规定的除外。\n依据：行政复议法 第20条\n")
    assert (found.kind, found.stem, found.options, found.answer) == (Kind.SINGLE, STEM, OPTIONS, ("B",))
    assert found.explanation == "六十日内。\n法律另有规定的除外。"
    assert found.citations == (Citation("行政复议法", 20),)
    assert found.id.startswith("q-")


@pytest.mark.parametrize(
    "options",
    [
        "A. 三十日\nB. 六十日\nC. 九十日",
        "A、三十日\nB、六十日\nC、九十日",
        "（A）三十日\n（B）六十日\n(C) 九十日",
        "A．三十日　Ｂ．六十日　C：九十日",
        "A.三十日 B.六十日\nC.九十日",
        "A.三十日B.六十日C.九十日",
        "（A）三十日（B）六十日（C）九十日",
        "选项：\na) 三十日；\nb) 六十日；\nc) 九十日",
    ],
)
def test_options_however_they_are_marked(options: str) -> None:
    found = read(f"{STEM}\n{options}\n答案：B")
    assert (found.stem, found.options) == (STEM, OPTIONS)


def test_options_in_the_line_of_the_stem() -> None:
    assert read(f"{STEM} A.三十日 B.六十日 C.九十日\n答案：B").options == OPTIONS


def test_letters_within_a_text_cut_nothing() -> None:
    found = read("甲局与乙局共同查处，应由谁立案？\nA. 甲局、B、C均可\nB. 乙局（A）\n答案：A")
    assert found.options == ("甲局、B、C均可", "乙局（A）")


@pytest.mark.parametrize(
    "key", ["答案：B", "【答案】B", "【答案】：B", "正确答案是 B", "参考答案: b", "答案：选B。"]
)
def test_keys_however_they_are_marked(key: str) -> None:
    assert read(f"{STEM}\n{LISTED}{key}").answer == ("B",)


def test_several_letters_make_it_multiple() -> None:
    found = read(f"{STEM}\n{LISTED}答案：c、a")
    assert (found.kind, found.answer) == (Kind.MULTIPLE, ("A", "C"))


def test_a_kind_that_is_said_counts() -> None:
    assert refused(f"（多选题）{STEM}\n{LISTED}答案：A") == [
        ("line 5", "answer", "多选题至少应有 2 个答案，这里有 1 个。")
    ]
    assert refused(f"1. {STEM}【单选】\n{LISTED}答案：AB") == [
        ("line 5", "answer", "单选题应有 1 个答案，这里有 2 个。")
    ]


@pytest.mark.parametrize("number", ["1. ", "12、", "（3）", "第4题：", "5．", "1、【单选题】", "【单选题】1. "])
def test_numbers_and_kinds_are_no_part_of_the_stem(number: str) -> None:
    assert read(f"{number}{STEM}\n{LISTED}答案：B").stem == STEM


def test_a_figure_at_the_beginning_is_part_of_the_stem() -> None:
    assert read(f"1.5倍罚款，{STEM}\n{LISTED}答案：B").stem == f"1.5倍罚款，{STEM}"


def test_a_key_in_the_stem_is_blanked_out() -> None:
    found = read(f"可以在（ B ）内申请行政复议。\n{LISTED}")
    assert (found.stem, found.answer) == ("可以在（  ）内申请行政复议。", ("B",))
    assert read(f"可以在（B）内申请行政复议。\n{LISTED}答案：B").stem == "可以在（  ）内申请行政复议。"
    assert read(f"可以在（A、C）内申请行政复议。\n{LISTED}").answer == ("A", "C")


def test_a_key_in_the_stem_that_says_something_else_is_refused() -> None:
    assert refused(f"可以在（B）内申请行政复议。\n{LISTED}答案：C") == [
        ("line 5", "answer", "题干括号里的“B”与答案“C”不一致，请核对。")
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("行政机关可以不告知理由。（×）", "错"),
        ("行政机关可以不告知理由（ 错 ）。", "错"),
        ("行政机关应当告知理由。\n答案：√", "对"),
        ("行政机关应当告知理由。（√）\n答案：正确", "对"),
        ("行政机关应当告知理由。\nA. 正确\nB. 错误\n答案：A", "对"),
        ("行政机关应当告知理由。\n答案：对 解析：第四十四条。", "对"),
    ],
)
def test_words_of_truth_make_it_a_judge_question(text: str, answer: str) -> None:
    found = read(text)
    assert (found.kind, found.options, found.answer) == (Kind.JUDGE, (), (answer,))
    assert found.stem.rstrip("。") in ("行政机关可以不告知理由", "行政机关应当告知理由")


def test_labels_in_one_line() -> None:
    found = read(f"{STEM}\n{LISTED}【答案】B【解析】六十日内。依据：《行政复议法》第二十条")
    assert (found.answer, found.explanation) == (("B",), "六十日内。")
    assert found.citations == (Citation("行政复议法", 20),)


def test_a_blank_is_read_as_one() -> None:
    found = read("没有法定依据的，行政处罚____。\n答案：无效")
    assert (found.kind, found.answer) == (Kind.BLANK, (("无效",),))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", ("line 1", "stem", "题干是空的。")),
        ("答案：B", ("line 1", "stem", "题干是空的。")),
        (f"{STEM}\n{LISTED}", ("line 1", "answer", "没有答案，请另起一行写“答案：B”。")),
        (f"{STEM}\n{LISTED}答案：E", ("line 5", "answer", "答案 E 不在选项 A–C 之中。")),
        (
            f"{STEM}\n{LISTED}答案：不知道",
            ("line 5", "answer", "答案“不知道”看不懂，请写选项的字母，例如 A 或 ACD。"),
        ),
        (
            f"{STEM}\n答案：B",
            (
                "line 2",
                "answer",
                "没有看到选项，答案“B”也不是“对”或“错”。选项请每行一个，如“A. 三日”。",
            ),
        ),
        (
            f"{STEM}\n{LISTED}答案：B\n{STEM}\n{LISTED}答案：C",
            ("line 10", "answer", "好像不止一道题，请一次只写一道。"),
        ),
        (f"{STEM}\nA. 三日\nB. 三日\n答案：A", ("line 1", "options", "选项 A 和 B 相同。")),
        (
            f"题型：问答题\n题干：{STEM}\n{LISTED}答案：B",
            ("line 6", "answer", "没有“问答题”这种题型，应为单选题、多选题或判断题。"),
        ),
    ],
)
def test_what_is_refused(text: str, problem: tuple[str, str, str]) -> None:
    assert refused(text) == [problem]


def test_lines_are_counted_from_where_the_text_begins() -> None:
    assert [one.where for one in checked_pasted(f"\n{STEM}\n{LISTED}答案：E", 11).problems] == ["line 16"]
    assert read_pasted(f"\n{STEM}\n{LISTED}答案：B", 11).where == "line 12"


def test_what_the_law_is_that_cannot_be_read_is_only_a_warning() -> None:
    draft = checked_pasted(f"{STEM}\n{LISTED}答案：B\n依据：有关规定")
    assert draft.question is not None
    assert [(one.where, one.severity) for one in draft.problems] == [("line 6", Severity.WARNING)]
