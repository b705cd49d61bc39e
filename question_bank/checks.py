"""What a question must be to stand in the bank, the same for every format.

`validate` gives what rejects a question and what is imported with a warning. The answer beyond the options, an
empty stem or option, the wrong number of answers and a part that is none are rejected; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final

from question_bank.duplicates import folded_option
from question_bank.judging import blank_count
from question_bank.problems import Problem, Severity
from question_bank.questions import LETTERS, RIGHT, WRONG, Kind, Question, letters

AUDIENCE: Final = ("leader", "staff", "enforcement")
STATUSES: Final = ("active", "draft")
DIFFICULTIES: Final = range(1, 6)
MAX_TEXT_CHARACTERS: Final = 20_000  # of one text; a spreadsheet cell holds 32,767
KIND_WORDS: Final = {
    Kind.SINGLE: "单选题",
    Kind.MULTIPLE: "多选题",
    Kind.JUDGE: "判断题",
    Kind.BLANK: "填空题",
    Kind.CASE: "案例分析题",
}

_CUT_END = re.compile(r"(?:[,，、;；(（《“「【]|\.\.\.|…|和|与|或|及|以及|或者|并且|因为|根据|按照|依照)$")
_PAIRS: Final = ("《》", "“”", "()", "【】", "「」")
_SHORT: Final = 4  # characters below which nobody can have meant the whole stem

Finding = tuple[str, str, Severity]  # field, sentence, severity
_REJECTED: Final = Severity.REJECTED
_WARNING: Final = Severity.WARNING


def validate(question: Question, where: str) -> list[Problem]:
    """Every problem of one question; a case's parts are named as `parts[0]` …."""
    problems = [Problem(where, *finding) for finding in _findings(question)]
    for number, part in enumerate(question.parts):
        found = validate(part, where) if part.kind is not Kind.CASE else []
        problems.extend(problem._replace(field=f"parts[{number}].{problem.field}") for problem in found)
    return problems


def _findings(question: Question) -> Iterator[Finding]:
    yield from _stem_findings(question)
    yield from _option_findings(question)
    yield from _answer_findings(question)
    yield from _part_findings(question)
    yield from _label_findings(question)


def _stem_findings(question: Question) -> Iterator[Finding]:
    stem = question.stem.strip()
    if not stem:
        yield "stem", "题干是空的。", _REJECTED
    elif looks_cut(stem):
        yield "stem", f"题干好像不完整：“…{stem[-12:]}”，请核对。", _WARNING
    for field in ("stem", "explanation", "more"):
        if len(getattr(question, field)) > MAX_TEXT_CHARACTERS:
            yield field, f"文字超过 {MAX_TEXT_CHARACTERS} 字。", _REJECTED


def looks_cut(stem: str) -> bool:
    """A stem that ends in the middle: on a comma or joining word, inside a bracket, or with a broken character."""
    plain = unicodedata.normalize("NFKC", stem)
    opened = any(plain.count(left) > plain.count(right) for left, right in _PAIRS)
    return len(stem) < _SHORT or opened or "\ufffd" in stem or _CUT_END.search(stem) is not None


def _option_findings(question: Question) -> Iterator[Finding]:
    if question.kind not in (Kind.SINGLE, Kind.MULTIPLE):
        if question.options:
            yield "options", f"{KIND_WORDS[question.kind]}不带选项。", _REJECTED
        return
    if not 2 <= len(question.options) <= len(LETTERS):
        yield "options", f"选项有 {len(question.options)} 个，应为 2 至 {len(LETTERS)} 个。", _REJECTED
    blank = [letter for letter, text in zip(LETTERS, question.options, strict=False) if not text.strip()]
    if blank:
        yield "options", f"选项 {'、'.join(blank)} 是空的。", _REJECTED
    if any(len(text) > MAX_TEXT_CHARACTERS for text in question.options):
        yield "options", f"选项超过 {MAX_TEXT_CHARACTERS} 字。", _REJECTED
    yield from _repeated_options(question)


def _repeated_options(question: Question) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for letter, text in zip(LETTERS, question.options, strict=False):
        earlier = first.setdefault(folded_option(text), letter)
        if earlier != letter and text.strip():
            yield "options", f"选项 {earlier} 和 {letter} 相同。", _REJECTED


def _answer_findings(question: Question) -> Iterator[Finding]:
    match question.kind:
        case Kind.CASE:
            if question.answer:
                yield "answer", "案例分析题的答案写在各小题里。", _REJECTED
        case Kind.BLANK:
            yield from _blank_findings(question)
        case _:
            yield from _letter_findings(question)


def _letter_findings(question: Question) -> Iterator[Finding]:
    exist, answer = letters(question), question.answer
    beyond = [str(letter) for letter in answer if letter not in exist]
    if not answer:
        yield "answer", "没有答案。", _REJECTED
    elif question.kind is Kind.JUDGE and (beyond or len(answer) != 1):
        yield "answer", f"判断题的答案应为“{RIGHT}”或“{WRONG}”。", _REJECTED
    elif beyond:
        span = f"{exist[0]}–{exist[-1]}" if exist else "（无）"
        yield "answer", f"答案 {'、'.join(beyond)} 不在选项 {span} 之中。", _REJECTED
    elif question.kind is Kind.SINGLE and len(answer) != 1:
        yield "answer", f"单选题应有 1 个答案，这里有 {len(answer)} 个。", _REJECTED
    elif question.kind is Kind.MULTIPLE and len(set(answer)) < 2:
        yield "answer", "多选题至少应有 2 个答案，这里有 1 个。", _REJECTED
    elif question.kind is Kind.MULTIPLE and set(answer) == set(exist):
        yield "answer", "所有选项都是答案，全部勾选即得满分，请核对。", _WARNING


def _blank_findings(question: Question) -> Iterator[Finding]:
    blanks, answers = blank_count(question.stem), len(question.answer)
    if blanks == 0:
        yield "stem", "填空题的题干里没有空（用 ____ 表示）。", _REJECTED
    elif blanks != answers:
        yield "answer", f"题干有 {blanks} 个空，答案有 {answers} 个。", _REJECTED
    for number, texts in enumerate(question.answer, start=1):
        if isinstance(texts, str) or not texts or not all(text.strip() for text in texts):
            yield "answer", f"第 {number} 个空没有答案，或者不是一组可接受的写法。", _REJECTED


def _part_findings(question: Question) -> Iterator[Finding]:
    if question.kind is Kind.CASE and not question.parts:
        yield "parts", "案例分析题没有小题。", _REJECTED
    if question.kind is not Kind.CASE and question.parts:
        yield "parts", f"{KIND_WORDS[question.kind]}不带小题。", _REJECTED
    if any(part.kind is Kind.CASE for part in question.parts):
        yield "parts", "案例分析题的小题不能再是案例分析题。", _REJECTED


def _label_findings(question: Question) -> Iterator[Finding]:
    if question.difficulty not in DIFFICULTIES:
        yield "difficulty", f"难度应为 1 至 5 的整数，这里是 {question.difficulty}。", _REJECTED
    if unknown := [word for word in question.audience if word not in AUDIENCE]:
        yield "audience", f"不认识的对象“{'、'.join(unknown)}”，应为 {'、'.join(AUDIENCE)}。", _REJECTED
    if question.status not in STATUSES:
        yield "status", f"不认识的状态“{question.status}”，应为 {'、'.join(STATUSES)}。", _REJECTED
    for cited in question.citations:
        if not cited.law.strip() or cited.article < 0 or cited.sub < 0:
            yield "citations", "法条依据要有法律名称和条号。", _REJECTED
        if cited.version and not _is_date(cited.version):
            yield "citations", f"法律版本“{cited.version}”不是日期，例如 2021-01-22。", _WARNING


def _is_date(text: str) -> bool:
    if re.fullmatch(r"\d{4}(?:-\d{2})?", text):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
