"""纸质考试的卷: papers, answer sheets and the sealed key as pages to print; only the key knows an answer.

Points are printed without needless zeros, those of a part that are no whole hundredth as a fraction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Final

from handlers.actions.exam_print import Asked, Print, Sheet
from handlers.papers.rendering import page_from
from handlers.pictures.typesetting import width
from handlers.texts.exam_rules import moment, points
from handlers.texts.words import GROUPS, KINDS
from question_bank.questions import Kind, Question, letters, option_lines
from training.exams import Exam, Grading, Section
from training.hours import decimal
from training.people import Group
from training.rule_document import plain

_NUMERALS: Final = "一二三四五六七八九十"
_MULTIPLE: Final[Mapping[Grading, str]] = {
    Grading.EXACT: "多选题全部选对才得分，少选、多选、错选均不得分。",
    Grading.PARTIAL: "多选题全部选对得满分，少选但没有选错得该题一半的分，有错选不得分。",
    Grading.PER_OPTION: "多选题有错选不得分；没有错选的，每选对一项得该题分数除以正确项数的分。",
}
_FOUR_IN_A_ROW, _TWO_IN_A_ROW = 9.0, 20.0  # em of the longest option


def paper(made: Print, sheet: Sheet) -> str:
    return page_from("exam_paper.html", head=_head(made, sheet), parts=_parts(made.exam, sheet))


def answer_sheet(made: Print, sheet: Sheet) -> str:
    return page_from("exam_answers.html", head=_head(made, sheet), parts=_parts(made.exam, sheet))


def key(made: Print) -> str:
    """All papers of the exam."""
    return page_from(
        "exam_key.html",
        title=made.exam.settings.title,
        fingerprint=made.fingerprint,
        sealed=made.sealed,
        until=moment(made.sealed_until),
        printed_at=moment(made.printed_at),
        papers=[(_head(made, sheet), _parts(made.exam, sheet)) for sheet in made.sheets],
        rules=tuple(_rules(made)),
    )


@dataclass(frozen=True, slots=True)
class Head:
    """What a paper, its answer sheet and its key have in common."""

    title: str
    group: str
    letter: str
    number: str
    fingerprint: str
    full: str
    minutes: int
    questions: int


def _head(made: Print, sheet: Sheet) -> Head:
    settings = made.exam.settings
    full = points(settings.full_marks(sheet.group))
    shown = (settings.title, GROUPS[sheet.group], sheet.letter, sheet.number, made.fingerprint)
    return Head(*shown, full, settings.duration_minutes, len(sheet.asked))


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to answer; `columns` is how many options stand in a row, `boxes` what can be ticked."""

    number: int
    kind: str
    stem: str
    options: tuple[str, ...]
    columns: int
    boxes: tuple[str, ...]
    blanks: int
    key: str
    worth: str
    note: str


@dataclass(frozen=True, slots=True)
class Block:
    """A question, or a case with its parts."""

    case: str
    worth: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Part:
    heading: str
    blocks: tuple[Block, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for block in self.blocks for line in block.lines)


def _parts(exam: Exam, sheet: Sheet) -> tuple[Part, ...]:
    """The sections of the paper in order, numbered anew."""
    found = []
    for n, (section, asked) in enumerate(groupby(sheet.asked, lambda one: one.item.section)):
        found.append(_part(n, exam.settings.sections[section], list(asked)))
    return tuple(found)


def _part(n: int, section: Section, asked: Sequence[Asked]) -> Part:
    numeral = _NUMERALS[n] if n < len(_NUMERALS) else str(n + 1)
    whole = points(section.count * section.points)
    counted = f"共 {section.count} 题，每题 {points(section.points)} 分，共 {whole} 分"
    blocks = [list(of_one) for _, of_one in groupby(asked, lambda one: one.item.place)]
    return Part(f"{numeral}、{KINDS[section.kind]}（{counted}）", tuple(_block(one, section) for one in blocks))


def _block(asked: Sequence[Asked], section: Section) -> Block:
    case = asked[0].case
    lines = tuple(_line(one) for one in asked)
    worth = f"本题 {points(section.points)} 分，{len(asked)} 小题分值相同" if case else ""
    return Block(case.stem if case else "", worth, lines)


def _line(asked: Asked) -> Line:
    question = asked.question
    options = option_lines(question)
    blank = question.kind is Kind.BLANK
    return Line(
        number=asked.number,
        kind=KINDS[question.kind] if asked.case else "",
        stem=question.stem,
        options=options,
        columns=_columns(options),
        boxes=() if blank else letters(question),
        blanks=len(question.answer) if blank else 0,
        key=_key(question),
        worth=worth_words(asked.points),
        note=_note(asked),
    )


def _columns(options: Sequence[str]) -> int:
    longest = max(map(width, options), default=0.0)
    if longest <= _FOUR_IN_A_ROW:
        return 4
    return 2 if longest <= _TWO_IN_A_ROW else 1


def worth_words(hundredths: Fraction) -> str:
    """`2`, `1.5`; `10/3`."""
    exact = hundredths / 100
    return plain(decimal(int(hundredths))) if hundredths.denominator == 1 else str(exact)


def _key(question: Question) -> str:
    if question.kind is Kind.BLANK:
        return "；".join(" / ".join(texts) for texts in question.answer)
    return "".join(letter for letter in question.answer if isinstance(letter, str))


def _note(asked: Asked) -> str:
    if asked.change is None:
        return ""
    return "已作废，均得满分" if asked.change.voided else "答案已更正"


def _rules(made: Print) -> Iterator[str]:
    """For who marks by hand."""
    groups = dict.fromkeys(sheet.group for sheet in made.sheets)
    kinds = {section.kind for group in groups for section in made.exam.settings.of(group)}
    yield "先核对试卷编号，再按该卷的答案评分；两卷的题目和选项顺序不同。"
    yield "单选题、判断题答对得分，答错、不答不得分，也不倒扣分。"
    if kinds & {Kind.MULTIPLE, Kind.CASE}:
        yield _MULTIPLE[made.exam.settings.grading]
    if kinds & {Kind.BLANK, Kind.CASE}:
        yield "填空题按空平均给分；“/”隔开的几种写法都算对，不计全角半角和空格的差别。"
    if Kind.CASE in kinds:
        yield "案例分析题各小题分值相同，按小题的题型评分。"
    yield "全卷得分相加后，四舍五入到 0.01 分。"
    yield _bands(made.exam)
    yield f"评分后把成绩填入表格（人员编号、姓名、成绩、考试方式、日期、佐证编号），用 {_import(made.exam)} 导入。"


def _bands(exam: Exam) -> str:
    bands = exam.settings.bands
    named = (("合格", bands.passed), ("良好", bands.good), ("优秀", bands.excellent))
    return f"等次（按百分制）：{'，'.join(f'{name} {points(least)} 分' for name, least in named)}。"


def _import(exam: Exam) -> str:
    return f"xuefa exam import-scores {exam.number} 文件"


def name_of(group: Group) -> str:
    """As files are named."""
    return GROUPS[group]
