"""The sentence for every refusal about an exam, in chat and on the command line."""

from collections.abc import Mapping, Sequence
from typing import Final

from handlers.texts.exam_rules import moment
from handlers.texts.words import GROUPS
from training import exam_errors as errors
from training.exam_errors import ExamRefusal
from training.exams import Excuse, Move, State
from training.paper_pool import Shortfall

_SHOWN: Final = 20  # ids in a sentence
STATES: Final[Mapping[State, str]] = {
    State.DRAFT: "草稿",
    State.PUBLISHED: "已发布",
    State.OPEN: "开放中",
    State.CLOSED: "已截止",
    State.RELEASED: "已公布",
}
_MOVES: Final[Mapping[Move, str]] = {
    Move.PUBLISH: "发布",
    Move.OPEN: "开放",
    Move.CLOSE: "截止",
    Move.RELEASE: "公布",
}
# What to do instead, by the state in which the exam is.
_INSTEAD: Final[Mapping[State, str]] = {
    State.DRAFT: "请先用 xuefa exam publish {number} 发布。",
    State.PUBLISHED: "到时自动开放，也可以用 xuefa exam open {number} 提前开放。",
    State.OPEN: "到时自动截止，也可以用 xuefa exam close {number} 提前截止。",
    State.CLOSED: "成绩和答案用 xuefa exam release {number} 公布。",
    State.RELEASED: "需要再考的，请用 xuefa exam makeup {number} 安排补考。",
}
_EXCUSED: Final[Mapping[Excuse, str]] = {
    Excuse.NONE: "您不在《{title}》的应考名单中，如有疑问请联系本单位的学法管理员。",
    Excuse.DEFERRED: "您已获准缓考《{title}》，请参加之后的补考，届时会通知您。",
    Excuse.EXCUSED: "您已获准免考《{title}》，不需要参加。",
}


def said(refusal: ExamRefusal) -> str:
    in_chat = _sitting(refusal) or _in_chat(refusal)
    return in_chat or _of_publishing(refusal) or _of_roll(refusal) or _of_moves(refusal)


def _sitting(refusal: ExamRefusal) -> str:
    match refusal:
        case errors.Ended():
            return f"《{refusal.title}》您已交卷或已到时，不能再作答。回复“成绩”查看情况。"
        case errors.TimeUp():
            return _time_up(refusal)
        case errors.DailyOrExam():
            return _which(today=refusal.today)
        case errors.GoesOn():
            return f"《{refusal.title}》正在进行，答案要等公布以后才能查看。回复“考试”继续作答。"
        case errors.NoSuchItem():
            return f"这份试卷共 {refusal.total} 题，请回复“第1题”到“第{refusal.total}题”。"
        case errors.BlankRefused():
            return _blanks(refusal)
        case errors.NotAsked():
            return "没有等您确认的交卷。如要交卷，请先回复“交卷”，再回复“确认”。"
    return ""


def _in_chat(refusal: ExamRefusal) -> str:
    match refusal:
        case errors.NoOpenSitting():
            return "您现在没有正在进行的考试。回复“考试”查看可以参加的考试。"
        case errors.NothingToSit():
            return "目前没有安排您参加的考试。"
        case errors.NotOpen():
            window = f"{moment(refusal.opens_at)}至{moment(refusal.closes_at)}"
            return f"《{refusal.title}》的开放时间是{window}，请在这段时间内参加。"
        case errors.NotForYou():
            return _EXCUSED[refusal.excuse].format(title=refusal.title)
        case errors.AnswersKept():
            return f"《{refusal.title}》的答案还没有公布：考试和补考都结束以后才会公布。"
        case errors.NoAttemptLeft():
            return f"《{refusal.title}》最多可以考 {refusal.attempts} 次，您已经考满。回复“成绩”查看情况。"
        case errors.NothingToConfirm():
            return "没有等您确认的事项。考试已交卷的，回复“考试”查看。"
    return ""


def _time_up(refusal: errors.TimeUp) -> str:
    if refusal.answering:
        return f"《{refusal.title}》的时间已到，这次作答没有计入；到时前保存的答案都会自动提交。"
    return f"《{refusal.title}》的时间已到，到时前保存的答案自动交卷。回复“成绩”查看情况。"


def _which(*, today: bool) -> str:
    again = f"答每日一题请再发一次“{'今日一题' if today else '补做'}”后作答"
    return f"刚才同时有考试和每日一题，这条没有计入。继续考试请回复“考试”；{again}。"


def _blanks(refusal: errors.BlankRefused) -> str:
    """Nothing that could be read at all is 0 texts."""
    if refusal.blanks == 1:
        return "这道填空题有 1 个空，请直接回复要填的内容，不能为空。"
    found = f"您填了 {refusal.found} 个。" if refusal.found else ""
    return f"这道填空题有 {refusal.blanks} 个空，{found}请一次填完，用“；”隔开。"


def _of_publishing(refusal: ExamRefusal) -> str:
    match refusal:
        case errors.Unfillable():
            short, wrong = _short(refusal.shortfalls), left_out(refusal.left_out)
            return f"题库的试题不够：{short}。{wrong}请补充题库，或减少道数、放宽知识点和难度后重新创建。"
        case errors.EmptyRoll():
            if refusal.first:
                return f"考试 {refusal.first} 没有需要补考的人，补考 {refusal.number} 不用发布。"
            return (
                f"考试 {refusal.number} 的应考名单为空：没有符合范围的在册人员。请核对名册和考试文件的 [audience]。"
            )
        case errors.NoPaper():
            group = GROUPS[refusal.group]
            return (
                f"考试 {refusal.number} 没有给{group}的试题，请在考试文件中加上，或在 [audience] 中不含这一组别。"
            )
        case errors.LongPaper():
            return (
                f"{GROUPS[refusal.group]}的试卷连同案例的小题可能有 {refusal.items} 题，"
                f"最多 {refusal.most} 题，请减少道数后重新创建。"
            )
        case errors.SetAtOnce():
            return (
                f"考试 {refusal.number} 正由别人发布，这次没有发布。请用 xuefa exam list 查看，需要时再发布一次。"
            )
        case errors.MakeupOfMakeup():
            return f"考试 {refusal.number} 本身是补考。请对首次考试再安排：xuefa exam makeup {refusal.first}。"
        case errors.MakeupOfDraft():
            return (
                f"考试 {refusal.number} 还没有发布，不能安排补考。请先用 xuefa exam publish {refusal.number} 发布。"
            )
        case errors.MakeupTooEarly():
            return _makeup_early(refusal)
    return ""


def left_out(questions: Sequence[str]) -> str:
    """Empty without any."""
    if not questions:
        return ""
    listed = "、".join(questions[:_SHOWN]) + ("等" if len(questions) > _SHOWN else "")
    return (
        f"{len(questions)} 道题在此前的考试中作废或改过答案、题库还没有改，没有列入：{listed}。"
        "请改正题库（改后重新导入即为新版本）。"
    )


def _short(shortfalls: Sequence[Shortfall]) -> str:
    """By section, with the groups whose paper it is."""
    said = []
    for section in dict.fromkeys(one.section for one in shortfalls):
        found = [one for one in shortfalls if one.section == section]
        groups = "、".join(
            f"{GROUPS[one.group]}只有 {one.found} 道，缺 {one.wanted - one.found} 道" for one in found
        )
        said.append(f"第 {section + 1} 部分要 {found[0].wanted} 道（{groups}）")
    return "；".join(said)


def _makeup_early(refusal: errors.MakeupTooEarly) -> str:
    if refusal.still_open:
        waiting = f"考试 {refusal.earlier} 还有 {refusal.still_open} 份答卷没有交"
        return f"{waiting}，补考名单还不能确定，请等自动交卷后再发布。"
    until = moment(refusal.until)
    return f"考试 {refusal.earlier} 还没有结束（{until}截止），补考名单还不能确定，请截止后再发布。"


def _of_roll(refusal: ExamRefusal) -> str:
    match refusal:
        case errors.NoRollYet():
            return (
                f"考试 {refusal.number} 还没有发布，没有应考名单。请先用 xuefa exam publish {refusal.number} 发布。"
            )
        case errors.RollSettled():
            return f"考试 {refusal.number} 的结果已经公布，不能再登记、取消缓考和免考。"
        case errors.NotOnExamRoll():
            return f"人员 {refusal.person} 不在考试 {refusal.number} 的应考名单中，请核对人员编号。"
        case errors.AlreadySat():
            return f"人员 {refusal.person} 已经参加考试 {refusal.number}，不能再登记、取消缓考和免考。"
        case errors.NothingExcused():
            return f"人员 {refusal.person} 在考试 {refusal.number} 中没有登记缓考或免考，不用取消。"
        case errors.NoDocument():
            return "请用 --document 写明单位书面说明的文号。"
    return ""


def _illegal(refusal: errors.IllegalMove) -> str:
    states, moves = list(State), list(Move)
    again = "再" if states.index(refusal.state) > moves.index(refusal.move) else ""
    what = f"考试 {refusal.number} 现在是“{STATES[refusal.state]}”，不能{again}{_MOVES[refusal.move]}。"
    return what + _INSTEAD[refusal.state].format(number=refusal.number)


def _of_moves(refusal: ExamRefusal) -> str:
    match refusal:
        case errors.IllegalMove():
            return _illegal(refusal)
        case errors.NotADraft():
            return f"考试 {refusal.number} 现在是“{STATES[refusal.state]}”，只有草稿可以撤销。"
        case errors.TooEarly():
            until = moment(refusal.until)
            return f"考试 {refusal.number} 现在还不能公布，请在 {until} 以后再试（答案要等考试和补考都结束）。"
        case errors.MakeupOwed():
            return (
                f"考试 {refusal.number} 的答案现在不能公布：还有 {refusal.waiting} 人缓考，没有安排补考。"
                f"请用 xuefa exam makeup {refusal.first} 安排补考，等补考结束；"
                "确实不再补考的，用 xuefa exam excuse 改登记为免考。"
            )
    return "这项操作现在不能完成，请用 xuefa exam list 查看考试的状态。"
