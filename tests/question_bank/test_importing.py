import json

import pytest

from question_bank.content import shipped
from question_bank.duplicates import fold_key, near_text
from question_bank.formats.jsonl import written_jsonl
from question_bank.formats.unreadable import Fact, Unreadable
from question_bank.formats.writing import written_csv, written_xlsx
from question_bank.importing import ImportReport, read_bank
from question_bank.questions import Question
from tests.question_bank.building import blank, case, judge, multiple, single
from tests.question_bank.formats.making import HEADER, ROW, workbook

ALL = [single(id="a"), multiple(id="b"), judge(id="c"), blank(id="d"), case(id="e")]


def lines(*questions: Question) -> bytes:
    return written_jsonl(questions)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    assert report.read == report.imported + report.duplicates + report.rejected
    assert sum(report.by_kind.values()) == report.imported + report.duplicates
    assert len(report.accepted) == report.imported
    return report.read, report.imported, report.duplicates, report.rejected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("题.jsonl", written_jsonl(ALL)),
        ("题.xlsx", written_xlsx(ALL)),
        ("题.csv", written_csv(ALL)),
        ("题", written_jsonl(ALL)),
        ("题", written_xlsx(ALL)),
        ("题.dat", written_csv(ALL)),
    ],
)
def test_every_kind_in_every_format(name: str, content: bytes) -> None:
    report = read_bank(name, content)
    assert counts(report) == (5, 5, 0, 0)
    assert report.by_kind == {"single": 1, "multiple": 1, "judge": 1, "blank": 1, "case": 1}
    assert [one.fold for one in report.accepted] == [fold_key(question) for question in ALL]


def test_duplicates_in_the_file_and_in_the_bank() -> None:
    report = read_bank(
        "题.jsonl", lines(single(), single(id="other"), judge(id="j")), known_folds={fold_key(judge())}
    )
    assert counts(report) == (3, 1, 2, 0)
    assert report.by_kind == {"single": 2, "judge": 1}


def test_rejected_rows_are_named() -> None:
    broken = [*ROW[:6], "E", *ROW[7:]]
    report = read_bank("题.xlsx", workbook([HEADER, *[ROW] * 17, broken]))
    assert counts(report) == (18, 1, 16, 1)
    assert report.counters()["problems"] == [
        {"where": "row 19", "field": "answer", "problem": "答案 E 不在选项 A–D 之中。", "severity": "rejected"}
    ]


def test_the_counters_are_json() -> None:
    report = read_bank("题.jsonl", lines(single(), multiple(id="m", answer=("A",))) + b"{\n")
    assert json.loads(json.dumps(report.counters())) == {
        "read": 3,
        "imported": 1,
        "duplicates": 0,
        "rejected": 2,
        "by_kind": {"single": 1},
        "problems": [
            {
                "where": "line 2",
                "field": "answer",
                "problem": "多选题至少应有 2 个答案，这里有 1 个。",
                "severity": "rejected",
            },
            {
                "where": "line 3",
                "field": "",
                "problem": "这一行不是完整的 JSON（写法有误）。",
                "severity": "rejected",
            },
        ],
    }


def test_two_questions_under_one_id() -> None:
    report = read_bank("题.jsonl", lines(single(id="x"), judge(id="x")))
    assert counts(report) == (2, 1, 0, 1)
    assert [(one.where, one.field) for one in report.problems] == [("line 2", "id")]


NEAR = "行政机关在作出行政处罚决定之前应当告知当事人拟作出的处罚内容。"


def test_near_duplicates_are_imported_with_a_warning() -> None:
    twin = judge(id="n2", stem=NEAR.replace("应当", "必须"))
    inside = read_bank("题.jsonl", lines(judge(id="n1", stem=NEAR), twin))
    known = read_bank("题.jsonl", lines(twin), known_stems={"n1": near_text(judge(stem=NEAR))})
    assert counts(inside) == (2, 2, 0, 0)
    assert [(one.where, one.problem, one.severity.value) for one in inside.problems] == [
        ("line 2", "与试题 n1 几乎相同，请核对。", "warning")
    ]
    assert [one.where for one in known.problems] == ["line 1"]


def test_a_new_version_of_a_known_question_is_no_near_duplicate_of_itself() -> None:
    report = read_bank(
        "题.jsonl", lines(judge(id="n1", stem=NEAR)), known_stems={"n1": near_text(judge(stem=NEAR + "吗"))}
    )
    assert report.problems == ()


@pytest.mark.parametrize(
    ("name", "fmt", "given"),
    [
        ("题.gift", "auto", "gift"),
        ("题.xml", "auto", "moodle-xml"),
        ("题.txt", "auto", "text"),
        ("题.jsonl", "qti", "qti"),
        ("题.jsonl", "word", "word"),
    ],
)
def test_formats_that_cannot_be_read(name: str, fmt: str, given: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_bank(name, b"::t:: q {=a ~b}", fmt)
    refusal = refused.value
    assert (refusal.fact, refusal.name, refusal.given) == (Fact.UNSUPPORTED, name, given)
    assert refusal.supported == ("xlsx", "csv", "jsonl")


def test_an_unreadable_file_is_named() -> None:
    with pytest.raises(Unreadable) as refused:
        read_bank("题.jsonl", b"")
    assert (refused.value.fact, refused.value.name) == (Fact.EMPTY, "题.jsonl")


def test_the_shipped_bank_imports_whole() -> None:
    bank = shipped()
    report = read_bank("shipped.jsonl", written_jsonl(bank))
    assert counts(report) == (len(bank), len(bank), 0, 0)
    assert [one.question for one in report.accepted] == bank
