import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.formats.drafts import canonical
from question_bank.formats.jsonl import read_jsonl, written_jsonl
from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.problems import Severity
from question_bank.questions import Citation, Kind, Question
from tests.question_bank.building import questions

LINE = {
    "id": "xzcf-0012",
    "kind": "single",
    "stem": "当场处罚公民的上限？",
    "options": ["50元", "200元"],
    "answer": ["B"],
    "difficulty": 2,
    "topics": ["执法能力", "行政处罚法"],
    "citations": [
        {"law": "行政处罚法", "article": 51, "version": "2021-01-22", "quote": "二百元以下", "numbers": ["200元"]}
    ],
    "audience": ["leader", "staff", "enforcement"],
}


def one(content: str | bytes) -> Question:
    (draft,) = read_jsonl(content.encode() if isinstance(content, str) else content)
    assert draft.question is not None, draft.problems
    return draft.question


def refusal(line: str) -> tuple[str, str]:
    (draft,) = read_jsonl(line.encode())
    assert draft.question is None
    (problem,) = [problem for problem in draft.problems if problem.severity is Severity.REJECTED]
    return problem.field, problem.problem


def test_the_canonical_line() -> None:
    cited = Citation("行政处罚法", 51, version="2021-01-22", quote="二百元以下", numbers=("200元",))
    assert one(json.dumps(LINE)) == Question(
        id="xzcf-0012",
        kind=Kind.SINGLE,
        stem="当场处罚公民的上限？",
        options=("50元", "200元"),
        answer=("B",),
        difficulty=2,
        topics=("执法能力", "行政处罚法"),
        citations=(cited,),
        audience=("leader", "staff", "enforcement"),
    )


@given(st.lists(questions(), max_size=5))
def test_round_trip(bank: list[Question]) -> None:
    whole = [canonical(question) for question in bank]
    content = written_jsonl(whole)
    read = list(read_jsonl(content)) if content else []
    assert [draft.question for draft in read] == whole
    assert [draft.problems for draft in read] == [()] * len(whole)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str) -> None:
    assert one(json.dumps(LINE, ensure_ascii=False).encode(encoding)).stem == "当场处罚公民的上限？"


def test_blank_lines_are_skipped_and_counted() -> None:
    lines = "\r\n\n" + json.dumps(LINE) + "\r\n  \n" + json.dumps(LINE | {"id": "b"}) + "\n\n"
    assert [draft.where for draft in read_jsonl(lines.encode())] == ["line 3", "line 5"]


def test_a_line_separator_inside_a_text_ends_no_line() -> None:
    assert one(json.dumps(LINE | {"stem": "前\u2028后"}, ensure_ascii=False)).stem == "前\u2028后"


def test_parts_of_a_case_are_numbered() -> None:
    part = {"kind": "judge", "stem": "可以。", "answer": ["对"]}
    (draft,) = read_jsonl(
        json.dumps({"id": "C", "kind": "case", "stem": "某案", "parts": [part, part | {"id": "x"}]}).encode()
    )
    assert draft.question is not None
    assert [one.id for one in draft.question.parts] == ["C-1", "C-2"]
    assert [(one.field, one.severity) for one in draft.problems] == [("parts", Severity.WARNING)]


def test_an_absent_id_is_made_from_the_content() -> None:
    bare = {name: value for name, value in LINE.items() if name != "id"}
    made = one(json.dumps(bare)).id
    assert made.startswith("q-")
    assert one(json.dumps(bare | {"difficulty": 5})).id == made
    assert one(json.dumps(bare | {"answer": ["A"]})).id != made


def test_letters_are_put_in_order() -> None:
    line = LINE | {"kind": "multiple", "options": ["甲", "乙", "丙"], "answer": ["C", "A", "C"]}
    assert one(json.dumps(line)).answer == ("A", "C")


def test_unknown_keys_are_told_and_ignored() -> None:
    line = LINE | {"weight": 3, "citations": [{"law": "刑法", "article": 1, "page": 9}]}
    (draft,) = read_jsonl(json.dumps(line).encode())
    assert draft.question is not None
    assert [(one.field, one.severity) for one in draft.problems] == [
        ("weight", Severity.WARNING),
        ("citations[0].page", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"kind": "essay"}, "kind", "没有“essay”这种题型，应为 single、multiple、judge、blank、case。"),
        ({"stem": 3}, "stem", "stem 应为文字，这里是整数。"),
        ({"answer": "B"}, "answer", "answer 应为列表，这里是文字。"),
        ({"options": ["a", None]}, "options[1]", "options[1] 应为文字，这里是空值。"),
        ({"difficulty": "2"}, "difficulty", "difficulty 应为整数，这里是文字。"),
        ({"shuffle": "no"}, "shuffle", "shuffle 应为 true 或 false，这里是文字。"),
        ({"citations": [{"law": "刑法"}]}, "citations[0].article", "citations[0] 缺少 article。"),
        ({"id": 7}, "id", "id 应为文字，这里是整数。"),
    ],
)
def test_sentences_for_wrong_types(change: dict[str, object], field: str, sentence: str) -> None:
    assert refusal(json.dumps(LINE | change)) == (field, sentence)


@pytest.mark.parametrize("name", ["kind", "stem"])
def test_what_must_be_there(name: str) -> None:
    line = {key: value for key, value in LINE.items() if key != name}
    assert refusal(json.dumps(line)) == (name, f"缺少 {name}。")


@pytest.mark.parametrize(
    "line", ["{", "题目", "[1]", "3", '{"stem": "\\ud800"}', '{"parts":' + "[" * 9999 + "]" * 9999 + "}"]
)
def test_what_is_no_json_object(line: str) -> None:
    assert refusal(line)[0] == ""


@pytest.mark.parametrize(
    ("content", "fact"),
    [(b"", Fact.EMPTY), (b"\n \n", Fact.EMPTY), (b"\xff\xfe\x00", Fact.ENCODING), (b"\0\0", Fact.ENCODING)],
)
def test_what_is_no_text(content: bytes, fact: Fact) -> None:
    with pytest.raises(Unreadable) as caught:
        list(read_jsonl(content))
    assert caught.value.fact is fact
