"""What is wrong with an activity file, in sentences: where, what, and what to do.

What can be wrong with any file is said as for an exam file.
"""

from collections.abc import Mapping
from typing import Final

from handlers.texts import exam_file
from handlers.texts.words import FORMS
from training import activity_file_errors as errors
from training import exam_file_errors
from training.activity_errors import Flaw
from training.activity_file_errors import BadActivityFile
from training.activity_rules import HELD, MOST_MINUTES
from training.exam_file_errors import Problem, Slip, Wanted

_SLIPS: Final[Mapping[Slip, str]] = {
    Slip.MOMENT: '时间请加上引号，如 "2026-11-25 14:00"。',
    Slip.TWICE: "同一个键或同一个表写了两次，请只保留一个；每一天请另起一个 [[sessions]]（两层方括号）。",
    Slip.ESCAPE: "文本里的反斜杠 \\ 请删去，或写成 \\\\。",
    Slip.OTHER: '每行应为“键 = 值”，文本加英文引号，如 form = "讲座"，请核对引号、方括号和逗号是否成对。',
}
_TABLES: Final = {"": "文件开头，第一个方括号之前", "sessions": "[[sessions]] 下面"}
_HEARING: Final = "旁听庭审要写 [hearing]，其中 court（法院）、case（案号）、kind（案件类型）都要填写，请补全。"
_FLAWS: Final[Mapping[Flaw, str]] = {
    Flaw.NO_SESSION: "没有填写，请补上 starts_at 和 ends_at，或 [[sessions]]。",
    Flaw.NO_UNIT: "没有填写，而组织者没有登记单位，请补上。",
    Flaw.SIGN_OUT: "不能是 true：旁听庭审按名单登记，没有签到码，请删去这一行。",
}


def refused(error: BadActivityFile) -> tuple[str, ...]:
    """A line for each problem, after one that says how many."""
    head, shown = f"活动文件有 {len(error.problems)} 处需要改正，没有新建：", error.problems[: exam_file.MOST_SHOWN]
    return (head, *exam_file.listed([said(problem) for problem in shown], len(error.problems)))


def said(problem: Problem) -> str:
    match problem:
        case exam_file_errors.NotToml():
            return _not_toml(problem)
        case exam_file_errors.EmptyAudience():
            return (
                "写了 [audience]，但没有写明邀请谁，请写 units、groups 或 persons；"
                "邀请全体的（单位活动为主办单位全体），请删去 [audience]。"
            )
        case exam_file_errors.UnknownKey():
            return f"{_table(problem)}中的键 {problem.key} 不认识。{_unknown_key(problem)}"
        case errors.Unsound(flaw=Flaw.NO_HEARING):
            return _HEARING
        case errors.Unsound(flaw=Flaw.NO_HEARING_MEANT):
            return "只有旁听庭审才写 [hearing]，请删去 [hearing]，或改正 form。"
    what = _of_key(problem) or _unsound(problem)
    return f"{_where(problem)} {what}" if what else exam_file.said(problem)


def _table(problem: Problem) -> str:
    place = problem.place
    if not place.table:
        return "文件开头部分"
    return f"第 {place.number} 个 [[{place.table}]] " if place.number else f"[{place.table}] "


def _where(problem: Problem) -> str:
    return f"{_table(problem)}的 {problem.key}" if problem.place.table else problem.key


def _not_toml(problem: exam_file_errors.NotToml) -> str:
    if problem.slip is Slip.SIGN:
        return exam_file.said(problem)
    where = f"第 {problem.line} 行第 {problem.column} 个字符处" if problem.line else "末尾处"
    return f"文件在{where}看不懂：{_SLIPS[problem.slip]}"


def _unknown_key(problem: exam_file_errors.UnknownKey) -> str:
    if problem.table is not None:
        return f"它应写在{_TABLES.get(problem.table, f'[{problem.table}] 下面')}，请移过去。"
    if problem.likely:
        return f"是否想写 {problem.likely}？请改正或删除。"
    return f"可用的键：{'、'.join(problem.known)}。请改正或删除。"


def _of_key(problem: Problem) -> str:
    match problem:
        case exam_file_errors.WrongValue(wanted=Wanted.TABLE):
            return f"应为一个表，用 [{problem.key}] 开头，请改正。"
        case exam_file_errors.WrongValue(wanted=Wanted.TABLES):
            return "应为若干个表，每个都用 [[sessions]]（两层方括号）开头，请改正。"
        case exam_file_errors.MissingKey(key="organiser"):
            return "没有填写，请写组织者的账号或人员编号；由 --as 的管理员本人组织的，可以不写。"
        case exam_file_errors.UnknownWord(key="form"):
            return f"“{problem.word}”不能作为活动形式，可选：{'、'.join(FORMS[form] for form in HELD)}。"
        case errors.NotTogether():
            return f"不能和 {problem.other} 一起用，请只保留一种写法。"
        case errors.TooManySessions():
            return f"有 {problem.found} 个，最多 {problem.most} 个，请分成几个活动。"
        case errors.UnknownPlan():
            return f"{problem.number} 不是学法计划中的编号，请核对（xuefa plan show），与计划无关的请删去这一行。"
        case errors.IdentityNumber():
            return "含有身份证号，系统不保存，请删去。"
    return ""


def _unsound(problem: Problem) -> str:
    """Of values that do not go together."""
    if not isinstance(problem, errors.Unsound):
        return ""
    match problem.flaw:
        case Flaw.ENDS_FIRST:
            return f"（{problem.what}）应晚于 starts_at，请改正。"
        case Flaw.OVER_MIDNIGHT:
            return f"（{problem.what} 开始的）跨了半夜，请用 [[sessions]] 按天分开写。"
        case Flaw.TOO_LONG:
            return f"（{problem.what}）距开始超过 {MOST_MINUTES // 60} 小时，请核对。"
        case Flaw.SAME_DAY:
            return f"中 {problem.what} 写了两次，一天请写一个，从开始到结束。"
        case Flaw.ORDER:
            return f"的日期顺序不对（{problem.what}），请从早到晚写。"
    return _FLAWS.get(problem.flaw, "没有填写，请补上。")
