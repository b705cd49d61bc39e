"""The rules of an exam in words: shown before the start, and when an exam was made.

Points are printed without needless zeros, moments in Beijing time.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.texts.words import GROUPS, KINDS, day
from question_bank.questions import Kind
from training.calendar import CITY, DAY
from training.exam_file_checks import papers
from training.exam_results import HUNDRED, reaching
from training.exams import AnswerRelease, Bands, Grading, Keep, ScoreRelease, Section, Settings
from training.hours import decimal
from training.people import Group
from training.rule_document import plain

_GRADING: Final[Mapping[Grading, str]] = {
    Grading.EXACT: "全部选对才得分，少选、多选、错选都不得分",
    Grading.PARTIAL: "全部选对得满分，少选但没有选错得一半分，有错选不得分",
    Grading.PER_OPTION: "每选对一项得相应比例的分，有错选不得分",
}
_KEEP: Final[Mapping[Keep, str]] = {
    Keep.HIGHEST: "以最高的一次为准",
    Keep.FIRST: "以第一次为准",
    Keep.LAST: "以最后一次为准",
}
_SCORE: Final[Mapping[ScoreRelease, str]] = {
    ScoreRelease.AT_ONCE: "交卷后立即公布",
    ScoreRelease.AT_CLOSE: "考试截止后公布",
    ScoreRelease.MANUAL: "由主办单位另行公布",
}
_ANSWERS: Final[Mapping[AnswerRelease, str]] = {
    AnswerRelease.AT_CLOSE: "考试和补考都结束后公布",
    AnswerRelease.MANUAL: "考试和补考都结束后由主办单位另行公布",
}
_TYPED: Final[Mapping[Kind, str]] = {
    Kind.SINGLE: "单选如“B”",
    Kind.MULTIPLE: "多选如“ACD”",
    Kind.JUDGE: "判断“对”或“错”",
    Kind.BLANK: "填空写文字，几个空用“；”隔开",
}
_COMMANDS: Final = "下一题、上一题、第N题、标记、答题卡、交卷"


def points(hundredths: int) -> str:
    """`1`, `1.5`."""
    return plain(decimal(hundredths))


def moment(at: datetime) -> str:
    """`2026年11月23日 09:00`, in Beijing time."""
    local = at.astimezone(CITY)
    return f"{local.year}年{day(local.date())} {local:%H:%M}"


def rules(settings: Settings, group: Group, items: int = 0) -> str:
    """What somebody of this group should know before the start.

    `items`: how many items everybody's paper has, the parts of a case counted one by one; 0 where it may differ.
    """
    sections = settings.of(group)
    marking = _marking(settings, sections, [settings.full_marks(group)])
    return "\n".join((*_head(settings), _paper(sections, items), *marking))


def all_rules(settings: Settings) -> str:
    """The same for whoever makes the exam: the papers of all groups below each other."""
    found = papers(settings)
    lines = [
        f"{f'{in_words(groups)}：' if groups else ''}{_paper(sections)}"
        for sections, groups in found.items()
        if sections
    ]
    totals = list(dict.fromkeys(map(_total, filter(None, found))))
    marking = _marking(settings, [one for each in found for one in each], totals)
    return "\n".join((*_head(settings), *lines, *marking))


def in_words(groups: Sequence[Group]) -> str:
    return "、".join(GROUPS[group] for group in groups)


def _head(settings: Settings) -> Iterator[str]:
    yield f"【{settings.title}】"
    yield f"考核年度：{settings.year} 年"
    yield f"开放时间：{moment(settings.opens_at)}至{_until(settings)}（北京时间）"
    yield f"时长：{settings.duration_minutes} 分钟，从“开始”起连续计时，最迟到开放时间结束"


def _until(settings: Settings) -> str:
    """Without the year where it is the same; midnight is the end of the day before, as people say it."""
    local = settings.closes_at.astimezone(CITY)
    said = moment(settings.closes_at)
    if (local.hour, local.minute) == (0, 0):
        said = moment(settings.closes_at - DAY).replace("00:00", "24:00")
    return said.removeprefix(f"{settings.opens_at.astimezone(CITY).year}年")


def _paper(sections: Sequence[Section], items: int = 0) -> str:
    alike = dict.fromkeys((section.kind, section.points) for section in sections)
    questions = sum(section.count for section in sections)
    listed = "；".join(_alike(kind, worth, sections) for kind, worth in alike)
    return f"试题：{listed}。共 {questions} 道{_counted(sections, items)}，满分 {points(_total(sections))} 分"


def _counted(sections: Sequence[Section], items: int) -> str:
    """Screens count the parts of a case one by one."""
    if all(section.kind is not Kind.CASE for section in sections):
        return ""
    return f"（案例按小题计，共 {items} 题）" if items else "（案例题按小题分别作答）"


def _total(sections: Sequence[Section]) -> int:
    return sum(section.count * section.points for section in sections)


def _alike(kind: Kind, worth: int, sections: Sequence[Section]) -> str:
    """Sections that differ in topic or difficulty only are one line to who answers."""
    count = sum(section.count for section in sections if (section.kind, section.points) == (kind, worth))
    shared = "（各小题均分）" if kind is Kind.CASE else ""
    return f"{KINDS[kind]} {count} 道，每题 {points(worth)} 分{shared}"


def bands(wanted: Bands, total: int, *, alone: bool = True) -> str:
    """In points of a paper with so many full marks, which need not be 100; `alone`: no other paper is spoken of."""
    passed, good, excellent = (limit(one, total) for one in (wanted.passed, wanted.good, wanted.excellent))
    said = f"合格 {passed}，良好 {good}，优秀 {excellent}"
    return f"等次：{said}" if alone else f"等次（满分 {points(total)} 分）：{said}"


def limit(hundredths: int, total: int) -> str:
    """`60 分`, or `43.8 分（60%）`."""
    percent = f"（{points(hundredths)}%）" if total != HUNDRED else ""
    return f"{points(reaching(hundredths, total))} 分{percent}"


def _marking(settings: Settings, sections: Sequence[Section], totals: Sequence[int]) -> Iterator[str]:
    """`totals`: full marks of the papers spoken of, each once."""
    kinds = {section.kind for section in sections}
    yield from (bands(settings.bands, total, alone=len(totals) == 1) for total in totals)
    if kinds & {Kind.MULTIPLE, Kind.CASE}:
        yield f"多选题：{_GRADING[settings.grading]}"
    if kinds & {Kind.BLANK, Kind.CASE}:
        yield "填空题：按空给分"
    yield _attempts(settings)
    yield f"成绩：{_SCORE[settings.release_score]}；答案：{_ANSWERS[settings.release_answers]}"
    yield "到时自动交卷，已答的都算，未答的不得分。中途离开可以回来继续，计时不停。"
    yield f"作答：点按选项，或直接回复（{_typed(kinds)}）。还可回复：{_COMMANDS}。"


def _attempts(settings: Settings) -> str:
    if settings.attempts == 1:
        return "次数：只能考 1 次"
    return f"次数：最多 {settings.attempts} 次，{_KEEP[settings.keep]}"


def _typed(kinds: set[Kind]) -> str:
    """Cases may have parts of every kind."""
    return "；".join(said for kind, said in _TYPED.items() if kind in kinds or Kind.CASE in kinds)
