"""Questions for tests, by kind, with everything that a test does not care about filled in."""

from typing import Any

from hypothesis import strategies as st

from question_bank.questions import LETTERS, Citation, Kind, Question

OPTIONS = ("责令改正", "警告", "罚款", "行政拘留")


def single(stem: str = "下列属于行政处罚种类的是哪一项？", **changes: Any) -> Question:
    return _question(Kind.SINGLE, stem, {"options": OPTIONS, "answer": ("B",)} | changes)


def multiple(stem: str = "下列属于行政处罚种类的有哪些？", **changes: Any) -> Question:
    return _question(Kind.MULTIPLE, stem, {"options": OPTIONS, "answer": ("B", "C")} | changes)


def judge(stem: str = "行政处罚可以口头设定。", **changes: Any) -> Question:
    return _question(Kind.JUDGE, stem, {"answer": ("错",)} | changes)


def blank(stem: str = "听证应当在____日内提出。", **changes: Any) -> Question:
    return _question(Kind.BLANK, stem, {"answer": (("五", "5个工作日"),)} | changes)


def case(stem: str = "某局对张某作出罚款决定。", **changes: Any) -> Question:
    parts = (single(id="c-1-1"), judge(id="c-1-2"))
    return _question(Kind.CASE, stem, {"id": "c-1", "parts": parts} | changes)


def _question(kind: Kind, stem: str, changes: dict[str, Any]) -> Question:
    return Question(**({"id": "q-1", "kind": kind, "stem": stem} | changes))


# Texts that a cell keeps as they are: no blank edges, no control characters, none of the table's own separators.
TEXT = st.text(
    st.characters(categories=("L", "N", "P", "S"), exclude_characters="|｜;；★☆_＿￾￿", max_codepoint=0xFFFF),
    min_size=1,
    max_size=20,
)
CITATION = st.builds(
    Citation,
    law=st.sampled_from(("行政处罚法", "宪法", "行政复议法实施条例", "关于适用〈行政诉讼法〉的解释")),
    article=st.integers(0, 1260),
    version=st.sampled_from(("", "2021-01-22")),
)


@st.composite
def questions(draw: st.DrawFn, number: int = 0, parts: bool = True) -> Question:
    """Any question that may stand in the bank."""
    kinds = list(Kind) if parts else [kind for kind in Kind if kind is not Kind.CASE]
    kind = draw(st.sampled_from(kinds))
    own_id = f"t-{number}"
    return Question(
        id=own_id,
        kind=kind,
        stem=draw(TEXT.map(lambda text: f"{text}____为多少。" if kind is Kind.BLANK else f"{text}对吗")),
        difficulty=draw(st.integers(1, 5)),
        topics=tuple(draw(st.lists(st.sampled_from(("执法能力", "行政处罚法", "服务能力")), unique=True))),
        citations=tuple(draw(st.lists(CITATION, max_size=3, unique=True))),
        audience=tuple(draw(st.lists(st.sampled_from(("leader", "staff", "enforcement")), unique=True))),
        explanation=draw(TEXT | st.just("")),
        more=draw(TEXT | st.just("")),
        shuffle=draw(st.booleans()),
        status=draw(st.sampled_from(("active", "draft"))),
        **draw(_answered(kind, own_id)),
    )


@st.composite
def _answered(draw: st.DrawFn, kind: Kind, own_id: str) -> dict[str, Any]:
    if kind is Kind.JUDGE:
        return {"answer": (draw(st.sampled_from(("对", "错"))),)}
    if kind is Kind.BLANK:
        return {"answer": (tuple(draw(st.lists(TEXT, min_size=1, max_size=3))),)}
    if kind is Kind.CASE:
        return {"parts": (draw(_part(f"{own_id}-1")), draw(_part(f"{own_id}-2")))}
    options = tuple(f"{text}甲{place}" for place, text in enumerate(draw(st.lists(TEXT, min_size=2, max_size=7))))
    letters = LETTERS[: len(options)]
    count = (1, 1) if kind is Kind.SINGLE else (2, len(letters))
    chosen = draw(st.lists(st.sampled_from(letters), min_size=count[0], max_size=count[1], unique=True))
    return {"options": options, "answer": tuple(sorted(chosen))}


@st.composite
def _part(draw: st.DrawFn, part_id: str) -> Question:
    kind = draw(st.sampled_from([kind for kind in Kind if kind is not Kind.CASE]))
    stem = "处以____元罚款。" if kind is Kind.BLANK else "本案如何处理？"
    return Question(id=part_id, kind=kind, stem=stem, **draw(_answered(kind, part_id)))
