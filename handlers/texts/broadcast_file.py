"""What is wrong with a broadcast file, in sentences: where, what, and what to do.

What can be wrong with any file is said as for an exam file. A point of doubt is said in the same way, but it is
sent all the same.
"""

from collections.abc import Mapping
from typing import Final

from handlers.texts import exam_file
from handlers.texts.exam_rules import moment
from handlers.texts.words import KINDS as QUESTION_KINDS
from training import broadcast_file_errors as errors
from training import exam_file_errors
from training.broadcast_file_errors import BadBroadcastFile
from training.broadcast_names import KINDS
from training.exam_file_errors import Doubt, Problem, Slip

_MEGA: Final = 1024 * 1024
_RULES: Final = (
    '"每周一 9:07"、"每月1日 9:10"、"每月最后一天"、"每月第一个工作日"、'
    '"每月最后一个工作日 9:07"或"每个工作日 9:07"'
)
_SLIPS: Final[Mapping[Slip, str]] = {
    Slip.MOMENT: '时间请加上引号，如 "2026-11-23 09:07"。',
    Slip.TWICE: (
        "同一个键或同一个表写了两次，请只保留一个。每道题另起一个 [[questions]]（两层方括号）；"
        "写了 questions = […] 就不能再写 [[questions]]，题库的题可在 [[questions]] 下面只写 id。"
    ),
    Slip.ESCAPE: '文件的路径请用 / 分隔，如 "海报/一.png"；文本里的反斜杠请写成 \\\\。',
    Slip.OTHER: '每行应为“键 = 值”，文本加英文引号，如 kind = "notice"，请核对引号、方括号和逗号是否成对。',
}


def refused(error: BadBroadcastFile) -> tuple[str, ...]:
    """A line for each problem, after one that says how many."""
    head, shown = f"群发文件有 {len(error.problems)} 处需要改正，没有发送：", error.problems[: exam_file.MOST_SHOWN]
    return (head, *exam_file.listed([said(problem) for problem in shown], len(error.problems)))


def said(problem: Problem) -> str:
    match problem:
        case exam_file_errors.NotToml():
            return _not_toml(problem)
        case exam_file_errors.EmptyAudience():
            return (
                "写了 [audience]，但没有写明发给谁，请写 units、groups 或 persons；"
                "要发给全市（单位管理员为管辖单位），请删去 [audience]。"
            )
        case exam_file_errors.UnknownKey():
            return f"{_table(problem)}中的键 {problem.key} 不认识。{_unknown_key(problem)}"
        case errors.BadQuestion():
            return f"{_table(problem)}：{problem.said.replace('这一行', '这道题')}请改正。"
    what = _of_key(problem) or _of_questions(problem) or _of_file(problem) or _of_time(problem)
    if not what:
        return exam_file.said(problem)
    return _where(problem) + what if what.startswith("（") else f"{_where(problem)} {what}"


def _table(problem: Problem) -> str:
    if not problem.place.table:
        return "文件开头部分"
    place = problem.place
    return f"第 {place.number} 道题（[[questions]]）" if place.number else f"[{place.table}] "


def _where(problem: Problem) -> str:
    return f"{_table(problem)}的 {problem.key}" if problem.place.table else problem.key


def _not_toml(problem: exam_file_errors.NotToml) -> str:
    if problem.slip is Slip.SIGN:
        return exam_file.said(problem)
    where = f"第 {problem.line} 行第 {problem.column} 个字符处" if problem.line else "末尾处"
    return f"文件在{where}看不懂：{_SLIPS[problem.slip]}"


def _unknown_key(problem: exam_file_errors.UnknownKey) -> str:
    if problem.table is not None:
        where = {"": "文件开头，[audience] 和 [[questions]] 之前", "audience": "[audience] 下面"}
        return f"它应写在{where.get(problem.table, '[[questions]] 下面')}，请移过去。"
    if problem.likely:
        return f"是否想写 {problem.likely}？请改正或删除。"
    return f"可用的键：{'、'.join(problem.known)}。请改正或删除。"


def _of_key(problem: Problem) -> str:
    """Of keys that do not go together, and of values by themselves."""
    match problem:
        case errors.NotWithKind():
            kinds = "、".join(KINDS[kind] for kind in problem.kinds)
            return f"只用于{kinds}，不能用于{KINDS[problem.kind]}，请删去这一行，或改正 kind。"
        case errors.NotWithout():
            return f"要和 {problem.other} 一起用，请补上 {problem.other}，或删去这一行。"
        case errors.NotTogether():
            return f"不能和 {problem.other} 一起用，请只保留一个。"
        case errors.BadCredit():
            return '应为每题的学时，如 "0.10"（0.01 至 1.00），或 true（每题 0.10）、false（不计），请改正。'
        case exam_file_errors.OutOfRange(key="credit"):
            return "每题应在 0.01 到 1.00 学时之间，请改正。"
        case errors.ControlSign():
            return "含有看不见的控制字符，请删去。"
        case errors.TooManyBytes():
            return f"有 {problem.size} 字节，最多 {problem.most} 字节，请缩短。"
    return ""


def _of_questions(problem: Problem) -> str:
    match problem:
        case errors.NothingAsked():
            return "没有填写：答题请写 questions（题库编号或 [[questions]]），或 draw（发送时抽几道）。"
        case errors.TooManyQuestions():
            return f"共 {problem.found} 道（含 draw），一次最多 {problem.most} 道，请减少。"
        case errors.BadList():
            entry = f"的第 {problem.entry} 项" if problem.entry else ""
            return f'{entry}应为加引号的题库编号，如 ["xzcf-0012", "xzcf-0013"]，或 [[questions]] 写的题，请改正。'
        case errors.UnknownQuestion():
            return f"中的“{problem.id}”不在题库中，请核对编号。"
        case errors.TwiceAsked():
            return f"“{problem.said}”写了两次，请只保留一次。"
        case errors.NotAskable():
            about = f"中的“{problem.id}”" if problem.id else ""
            return f"{about}是{QUESTION_KINDS[problem.kind]}，群发只能用单选题、多选题和判断题，请换一道。"
        case errors.UnknownTopic():
            likely = f"是否想写“{problem.likely}”？" if problem.likely else ""
            return f"“{problem.topic}”：题库中没有这个知识点的试题，{likely}请改正。"
    return ""


def _of_file(problem: Problem) -> str:
    match problem:
        case errors.NoFile():
            return f"“{problem.name}”找不到，路径从本文件所在的目录算起，请核对。"
        case errors.BigFile():
            return f"“{problem.name}”超过 {problem.most // _MEGA} MB，请压缩后再发。"
        case errors.SmallFile():
            return f"“{problem.name}”是空的或几乎是空的（不足 {problem.least} 字节），请核对。"
        case errors.NoPicture():
            return f'“{problem.name}”不是 PNG 或 JPG 图片，请另存为 PNG 或 JPG；不是图片的，请写 kind = "file"。'
        case errors.BrokenPicture():
            return f"“{problem.name}”已损坏或不完整，不是可以打开的图片，请重新另存后再发。"
        case errors.Program():
            return f"“{problem.name}”是可执行程序，不能群发，请改发文档、表格或压缩包。"
    return ""


def _of_time(problem: Problem) -> str:
    match problem:
        case errors.NoTime():
            return "是空的（变量可能没有赋值），请写明时间；要立即发送，请删去这一行。"
        case errors.BadRepeat():
            never = "不支持每天发送，请用每个工作日；" if "天" in problem.word or "每日" in problem.word else ""
            return f"“{problem.word}”看不懂，{never}请写{_RULES}。"
        case errors.RuleOver():
            return f"到 {problem.last.isoformat()} 为止已没有要发送的日子，请改正。"
        case errors.BadUntil():
            return f'“{problem.word}”看不懂，请写"当天 18:00"、"3天"、"2天后 17:30"或"2026-11-27 18:00"。'
        case errors.FixedEnd():
            return '应为每次发送后的天数，如"当天 18:00"或"3天"：定期发送的不能有固定的截止时间。'
        case errors.Past():
            return f"（北京时间 {moment(problem.at)}）已经过去，请改为以后的时间；要立即发送，请删去这一行。"
        case errors.ClosesFirst():
            closes_at, sent_at = moment(problem.closes_at), moment(problem.sent_at)
            return f"（北京时间 {closes_at}）应晚于发送时间（{sent_at}），请改正。"
    return ""


def doubted(doubt: Doubt) -> str:
    """Asks to look again; goes on from nothing."""
    match doubt:
        case errors.QuestionDoubt():
            return f"文件中写的第 {doubt.number} 道题：{doubt.said}"
        case errors.SameEachTime():
            return "定期发送的答题每次都是同样的题；要每次不同，请改用 draw。"
        case errors.CreditEnds():
            return f"截止时间跨年，{doubt.year} 年 12 月 31 日以后的作答不计学时，请核对 until。"
    return "请对照样例文件再核对一遍。"
