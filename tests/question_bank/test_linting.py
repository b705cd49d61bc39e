from msgspec.structs import replace

from question_bank.linting import lint
from question_bank.problems import Severity
from question_bank.questions import Citation, Question
from tests.question_bank.building import case, judge, single

CITED = (Citation("行政处罚法", 9),)
NUMERALS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃星宿列张寒来暑往秋收冬藏闰余"


def sound(number: int, letter: str = "B") -> Question:
    name = NUMERALS[number % 50] * 6
    return single(
        stem=f"{name}说的是哪一项", id=f"s-{number}", answer=(letter,), citations=CITED, explanation="见法条。"
    )


def found(questions: list[Question]) -> list[tuple[str, str, Severity]]:
    return [(one.where, one.field, one.severity) for one in lint(questions)]


def test_nothing_to_say() -> None:
    assert lint([sound(number, "ABCD"[number % 4]) for number in range(48)]) == []


def test_what_is_missing() -> None:
    bare = replace(sound(1), citations=(), explanation="")
    assert found([bare]) == [("s-1", "citations", Severity.WARNING), ("s-1", "explanation", Severity.WARNING)]


def test_a_case_may_carry_the_citation_for_its_parts() -> None:
    assert found([case(citations=CITED, explanation="见法条。")]) == []
    assert {one[0] for one in found([case()])} == {"c-1-1", "c-1-2"}


def test_too_long_for_a_card_is_only_mentioned() -> None:
    assert found([replace(sound(1), explanation="长" * 151)]) == [("s-1", "stem", Severity.INFO)]


def test_options_that_speak_of_their_place() -> None:
    shuffled = replace(sound(1), options=("甲案", "乙案", "丙案", "以上都对"))
    assert found([shuffled]) == [("s-1", "options", Severity.WARNING)]
    assert found([replace(shuffled, shuffle=False)]) == []


def test_near_duplicates() -> None:
    stem = "行政机关在作出行政处罚决定之前应当告知当事人拟作出的行政处罚内容及事实理由依据"
    pair = [replace(sound(1), stem=stem), replace(sound(2), stem=stem.replace("应当", "必须"))]
    assert found(pair) == [("s-2", "stem", Severity.WARNING)]


def test_letters_that_are_right_too_often() -> None:
    assert found([sound(number, "C") for number in range(48)]) == [("bank", "answer", Severity.WARNING)]
    assert found([sound(number, "C") for number in range(39)]) == []


def test_a_bank_of_right_statements() -> None:
    statements = [
        judge(
            stem=f"{NUMERALS[number] * 6}是对的",
            id=f"j-{number}",
            answer=("对",),
            citations=CITED,
            explanation="是",
        )
        for number in range(40)
    ]
    assert found(statements) == [("bank", "answer", Severity.WARNING)]


def test_what_rejects_is_found_in_a_bank_too() -> None:
    assert found([replace(sound(1), answer=("F",))]) == [("s-1", "answer", Severity.REJECTED)]
