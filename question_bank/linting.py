"""The lint of a whole bank: what no single file shows and nothing forbids, for `bank check`.

A problem of one question has its id as `where`; a problem of the bank as a whole has `bank`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from question_bank.checks import KIND_WORDS, validate
from question_bank.duplicates import near_duplicates, near_text
from question_bank.problems import Problem, Severity
from question_bank.questions import CARD_CHARACTERS, LETTERS, RIGHT, Kind, Question, fits_one_card, shown

BANK: Final = "bank"
ENOUGH: Final = 40  # questions below which a distribution says nothing
MAX_SHARE: Final = 1.6  # of one letter, over the even share
MIN_SHARE: Final = 0.4
JUDGE_SHARES: Final = (0.3, 0.7)  # of 对

_POSITION_WORDS: Final = ("以上", "上述选项", "前述选项", "以下选项")


def lint(bank: Iterable[Question]) -> list[Problem]:
    """Every finding, question by question, then near duplicates, then the bank as a whole."""
    questions = list(bank)
    problems = [problem for question in questions for problem in _question_problems(question)]
    problems.extend(_near_problems(questions))
    problems.extend(_letter_problems(questions))
    problems.extend(_judge_problems(questions))
    return problems


def _question_problems(question: Question) -> Iterator[Problem]:
    yield from validate(question, question.id)
    for one in question.parts or (question,):
        if not (one.citations or question.citations):
            yield Problem(one.id, "citations", "没有法条依据。", Severity.WARNING)
        if not (one.explanation or question.explanation):
            yield Problem(one.id, "explanation", "没有解析。", Severity.WARNING)
    if question.shuffle and any(option.startswith(_POSITION_WORDS) for option in question.options):
        yield Problem(question.id, "options", "选项里有“以上”等字样，不宜打乱顺序。", Severity.WARNING)
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE) and not fits_one_card(question):
        length = f"题干和选项共 {len(shown(question))} 字，解析 {len(question.explanation)} 字"
        yield Problem(question.id, "stem", f"一张卡片（{CARD_CHARACTERS} 字）放不下：{length}。", Severity.INFO)


def _near_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    for copy, original in near_duplicates({question.id: near_text(question) for question in questions}).items():
        yield Problem(copy, "stem", near_sentence(original), Severity.WARNING)


def near_sentence(original: str) -> str:
    return f"与试题 {original} 几乎相同，请核对。"


def _letter_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    """Singles with the same number of options, where some letter is right far more or less often than chance."""
    by_size: dict[int, Counter[str]] = {}
    for one in _flat(questions):
        if one.kind is Kind.SINGLE:
            by_size.setdefault(len(one.options), Counter()).update(map(str, one.answer))
    for size, counts in sorted(by_size.items()):
        total, even = counts.total(), counts.total() / max(size, 1)
        uneven = [letter for letter in LETTERS[:size] if not even * MIN_SHARE <= counts[letter] <= even * MAX_SHARE]
        if total >= ENOUGH and uneven:
            shares = "，".join(f"{letter} {counts[letter]}" for letter in LETTERS[:size])
            sentence = f"{size} 个选项的单选题 {total} 道，答案分布不均：{shares}。"
            yield Problem(BANK, "answer", sentence, Severity.WARNING)


def _judge_problems(questions: Sequence[Question]) -> Iterator[Problem]:
    answers = Counter(str(one.answer[0]) for one in _flat(questions) if one.kind is Kind.JUDGE and one.answer)
    total = answers.total()
    if total >= ENOUGH and not JUDGE_SHARES[0] <= answers[RIGHT] / total <= JUDGE_SHARES[1]:
        sentence = f"{KIND_WORDS[Kind.JUDGE]} {total} 道，其中答案为“{RIGHT}”的 {answers[RIGHT]} 道，分布不均。"
        yield Problem(BANK, "answer", sentence, Severity.WARNING)


def _flat(questions: Iterable[Question]) -> Iterator[Question]:
    for question in questions:
        yield from question.parts or (question,)
