"""What is wrong with an exam file, in sentences: where, what, and what to do.

A point of doubt is said in the same way, but the exam is made all the same.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.texts.exam_rules import in_words, limit, moment, points
from handlers.texts.words import GROUPS
from training import exam_file_errors as errors
from training.exam_file_errors import BadExamFile, Doubt, Problem, Slip, Wanted
from training.people import Group

MOST_SHOWN: Final = 200  # problems of a file
_SHOWN: Final = 5  # units that one name means
_WANTED: Final[Mapping[Wanted, str]] = {
    Wanted.TABLE: "一个表，用 [audience] 开头",
    Wanted.TABLES: "若干个表，每个都用 [[sections]]（两层方括号）开头",
    Wanted.TEXT: "加引号的文本",
    Wanted.TEXTS: '加引号的文本列表，如 ["甲", "乙"]',
    Wanted.SEED: '加引号的文本或整数，也可以写 ""',
    Wanted.FLAG: " true 或 false（不加引号）",
    Wanted.WHOLE: "整数（不加引号）",
    Wanted.WHOLES: "整数或整数列表，如 3 或 [2, 3]（不加引号）",
    Wanted.NUMBER: "数字，如 60 或 1.5（不加引号）",
    Wanted.MOMENT: '日期和时间，如 "2026-11-23 09:00"',
}
_SLIPS: Final[Mapping[Slip, str]] = {
    Slip.MOMENT: '时间请加上引号，如 "2026-11-23 09:00"，或写明秒，如 2026-11-23 09:00:00。',
    Slip.TWICE: "同一个键或同一个表写了两次，请只保留一个；每一部分试题请另起一个 [[sections]]（两层方括号）。",
    Slip.ESCAPE: "文本里的反斜杠 \\ 请删去，或写成 \\\\。",
    Slip.OTHER: '每行应为“键 = 值”，文本加英文引号，如 title = "年度考试"，请核对引号、方括号和逗号是否成对。',
}


def refused(error: BadExamFile) -> tuple[str, ...]:
    """A line for each problem, after one that says how many."""
    head = f"考试文件有 {len(error.problems)} 处需要改正，没有创建考试："
    return (head, *listed([said(problem) for problem in error.problems[:MOST_SHOWN]], len(error.problems)))


def listed(lines: Sequence[str], all_: int) -> tuple[str, ...]:
    """Numbered; and how many of `all_` are not among them."""
    more = (f"…… 还有 {all_ - len(lines)} 处，改正以上各处后再看。",) if all_ > len(lines) else ()
    return (*(f"{number}. {line}" for number, line in enumerate(lines, 1)), *more)


def said(problem: Problem) -> str:
    if isinstance(problem, errors.NotToml):
        return _not_toml(problem)
    if isinstance(problem, errors.EmptyAudience):
        return "写了 [audience]，但没有写明谁参加，请写 units、groups 或 persons；全体参加的，请删去 [audience]。"
    if isinstance(problem, errors.UnknownKey):
        return f"{_table(problem)}中的键 {problem.key} 不认识。{_unknown_key(problem)}"
    where = f"{_table(problem)}的 {problem.key}" if problem.place.table else problem.key
    what = _value(problem) or _word(problem) or _whole(problem)
    return where + what if what.startswith("（") else f"{where} {what}"


def _table(problem: Problem) -> str:
    if not problem.place.table:
        return "文件开头部分"
    place = problem.place
    return f"第 {place.number} 个 [[{place.table}]] " if place.number else f"[{place.table}] "


def _not_toml(problem: errors.NotToml) -> str:
    where = f"第 {problem.line} 行第 {problem.column} 个字符处" if problem.line else "末尾处"
    if problem.slip is Slip.SIGN:
        what = f"中文符号 {problem.sign} 应改为英文（半角）符号；文本用英文引号括起来。"
    else:
        what = _SLIPS[problem.slip]
    return f"文件在{where}看不懂：{what}"


def _unknown_key(problem: errors.UnknownKey) -> str:
    if problem.table is not None:
        where = {"": "文件开头，第一个 [audience] 或 [[sections]] 之前", "audience": "[audience] 下面"}
        return f"它应写在{where.get(problem.table, '[[sections]] 下面')}，请移过去。"
    if problem.likely:
        return f"是否想写 {problem.likely}？请改正或删除。"
    return f"可用的键：{'、'.join(problem.known)}。请改正或删除。"


def _value(problem: Problem) -> str:
    """Of one value by itself."""
    match problem:
        case errors.MissingKey():
            return "没有填写，请补上。"
        case errors.WrongValue():
            return f"应为{_WANTED[problem.wanted]}，请改正。"
        case errors.OutOfRange():
            return f"应在 {problem.lowest} 到 {problem.highest} 之间，请改正。"
        case errors.NotPositive():
            return "应大于 0，请改正。"
        case errors.TooFine():
            return "最多两位小数，请改正。"
        case errors.NotOneLine():
            return "只能写一行，请删去换行。"
        case errors.TooLong():
            return f"有 {problem.length} 个字符，最多 {problem.most} 个，请缩短。"
        case errors.AnswersEarly():
            return '不能是 "at_once"：答案只能在考试和补考都结束后公布，请写 "at_close" 或 "manual"。'
    return ""


def _word(problem: Problem) -> str:
    """Of a word that should name something."""
    match problem:
        case errors.UnknownWord():
            likely = f"是否想写 {problem.likely}？" if problem.likely else ""
            return f"“{problem.word}”不认识，{likely}可用：{'、'.join(problem.known)}。"
        case errors.UnknownUnit():
            return f"“{problem.word}”没有找到，请核对单位代码或名称。"
        case errors.SeveralUnits():
            more = "等" if len(problem.codes) > _SHOWN else ""
            codes = "、".join(problem.codes[:_SHOWN]) + more
            return f"“{problem.word}”有 {len(problem.codes)} 个单位同名，请改写单位代码（{codes}）。"
        case errors.UnknownPerson():
            return f"“{problem.word}”不在名册中，请核对人员编号或账号。"
        case errors.MergedPerson():
            return f"“{problem.word}”已并入 {problem.became}，请改用后者。"
    return ""


def _whole(problem: Problem) -> str:
    """Of values that do not go together."""
    match problem:
        case errors.ClosesFirst():
            opens_at, closes_at = moment(problem.opens_at), moment(problem.closes_at)
            return f"（北京时间 {closes_at}）应晚于 opens_at（{opens_at}），请改正。"
        case errors.WindowShort():
            return (
                f"到 opens_at 只有 {problem.window} 分钟，短于考试时长 {problem.duration} 分钟，"
                "请延长开放时间或改小 duration_minutes。"
            )
        case errors.YearOff():
            window = f"{moment(problem.opens_at)}至{moment(problem.closes_at)}"
            return (
                f"为 {problem.year}，但开放时间是 {window}，应在该年度内，最迟到次年 1 月 31 日，请改正其中之一。"
            )
        case errors.BandsFall():
            return (
                f"（{points(problem.score)} 分）低于 {problem.below}（{points(problem.lower)} 分），"
                "应为合格 ≤ 良好 ≤ 优秀（没有写的为 60、80、90），请改正。"
            )
        case errors.ScoreTooHigh():
            return f"（{points(problem.score)} 分）超过满分 {points(problem.total)} 分，请改正。"
        case errors.NoPaper():
            return f"中没有{in_words(problem.groups)}的试题，请补上，或在 [audience] 的 groups 中写明只考哪些组别。"
        case errors.TooManyItems():
            return f"中{_of(problem.groups)}共 {problem.items} 道，最多 {problem.most} 道，请减少 count。"
    return "有误，请对照样例文件改正。"


def doubted(doubt: Doubt) -> str:
    """Asks to look again; goes on from nothing."""
    match doubt:
        case errors.WindowOver():
            return f"开放时间已于 {moment(doubt.closes_at)} 结束，不能再在线作答；只导入线下成绩的，可以不改。"
        case errors.BandsUnfit():
            return (
                f"{_of(doubt.groups)}满分 {points(doubt.total)} 分，"
                f"合格线按百分比折算为 {limit(doubt.passed, doubt.total)}，请核对。"
            )
        case errors.EmptyTopic():
            likely = f"是否想写“{doubt.likely}”？" if doubt.likely else ""
            return f"第 {doubt.number} 个 [[sections]] 的知识点“{doubt.topic}”在题库中还没有试题，{likely}请核对。"
        case errors.UnusedSection():
            return f"第 {doubt.number} 个 [[sections]] 只给{GROUPS[doubt.group]}，但考试范围不含这一组别，请核对。"
    return "请对照样例文件再核对一遍。"


def _of(groups: Sequence[Group]) -> str:
    return f"{in_words(groups)}的试卷" if groups else "试卷"
