import pytest

from question_bank.checks import looks_cut, validate
from question_bank.problems import Severity
from question_bank.questions import Citation, Question
from tests.question_bank.building import OPTIONS, blank, case, judge, multiple, single

SOUND = [
    single(),
    multiple(),
    judge(),
    blank(),
    case(),
    single(stem="下列说法正确的是（　）"),
    single(stem="下列说法正确的是："),
    single(options=tuple(str(number) for number in range(26)), answer=("Z",)),
    single(options=("《》", "“”"), answer=("A",)),
    single(audience=("leader", "staff", "enforcement"), difficulty=1, status="draft"),
    single(citations=(Citation("宪法", 0), Citation("刑法", 120, 1, version="2020-12-26"))),
]


@pytest.mark.parametrize("question", SOUND)
def test_sound(question: Question) -> None:
    assert validate(question, "row 2") == []


REJECTED = [
    (single(stem=" "), "stem"),
    (single(options=("甲", "", "丙")), "options"),
    (single(options=("甲",), answer=("A",)), "options"),
    (single(options=("甲", "乙", " 甲。")), "options"),
    (single(options=()), "options"),
    (single(answer=()), "answer"),
    (single(answer=("E",)), "answer"),
    (single(answer=("b",)), "answer"),
    (single(answer=("A", "B")), "answer"),
    (multiple(answer=("A",)), "answer"),
    (multiple(answer=("A", "A")), "answer"),
    (multiple(answer=("A", "E")), "answer"),
    (judge(answer=("A",)), "answer"),
    (judge(answer=("对", "错")), "answer"),
    (judge(options=("对", "错")), "options"),
    (blank(answer=(("五",), ("六",))), "answer"),
    (blank(answer=((),)), "answer"),
    (blank(answer=((" ",),)), "answer"),
    (blank(answer=("五",)), "answer"),
    (blank(stem="没有空的填空题"), "stem"),
    (case(parts=()), "parts"),
    (case(answer=("A",)), "answer"),
    (case(parts=(case(),)), "parts"),
    (single(parts=(judge(),)), "parts"),
    (case(parts=(single(), multiple(answer=("A",)))), "parts[1].answer"),
    (single(difficulty=0), "difficulty"),
    (single(difficulty=6), "difficulty"),
    (single(audience=("leaders",)), "audience"),
    (single(status="gone"), "status"),
    (single(citations=(Citation(" ", 3),)), "citations"),
    (single(stem="甲" * 20_001), "stem"),
]


@pytest.mark.parametrize(("question", "field"), REJECTED)
def test_rejected(question: Question, field: str) -> None:
    problems = validate(question, "row 19")
    assert (field, Severity.REJECTED) in [(one.field, one.severity) for one in problems]
    assert {one.where for one in problems} == {"row 19"}


WARNED = [
    (multiple(answer=("A", "B", "C", "D")), "answer"),
    (single(stem="根据《行政处罚法"), "stem"),
    (single(citations=(Citation("刑法", 3, version="最新"),)), "citations"),
]


@pytest.mark.parametrize(("question", "field"), WARNED)
def test_warned(question: Question, field: str) -> None:
    assert [(one.field, one.severity) for one in validate(question, "line 1")] == [(field, Severity.WARNING)]


def test_a_sentence_names_what_is_there() -> None:
    sentences = [one.problem for one in validate(multiple(options=OPTIONS[:3], answer=("A", "D", "E")), "row 2")]
    assert sentences == ["答案 D、E 不在选项 A–C 之中。"]


@pytest.mark.parametrize(
    ("stem", "cut"),
    [
        ("行政处罚的种类有，", True),
        ("下列关于听证与", True),
        ("当事人（包括法人", True),
        ("乱码\ufffd的题干", True),
        ("违法行为……", True),
        ("题", True),
        ("下列属于行政处罚的（ )", False),
        ("1）下列正确的是", False),
        ("下列行为属于行政强制措施的", False),
    ],
)
def test_looks_cut(stem: str, cut: bool) -> None:
    assert looks_cut(stem) is cut
