"""The sentence for every refusal: what was wrong and what to do. Polite and short."""

from typing import Final

from handlers.texts import daily, exam_refusals, exports, years
from handlers.texts.words import day
from question_bank.questions import RIGHT
from training import errors
from training.errors import Refusal
from training.exam_errors import ExamRefusal
from training.exports import ExportRefusal
from training.years import ClosedMeanwhile, YearRefusal

NOT_ON_ROLL: Final = "您还不在学法名册中，暂时不能使用。请联系本单位的学法管理员，将您的企业微信账号登记到名册。"
APOLOGY: Final = (
    "抱歉，系统刚才出了点问题，您的操作没有保存。请稍后再试；如再次出现，请把编号 {number} 告诉管理员。"
)


def said(refusal: Refusal) -> str:
    match refusal:
        case errors.NotOnRoll():
            return NOT_ON_ROLL
        case errors.QuestionClosed():
            return f"{day(refusal.day)}的题目已截止（当周周日 24:00 前可补做）。回复“今日一题”做今天的题。"
        case errors.NotYet():
            return f"{day(refusal.day)}的题目还没有开放，请当天再来。"
        case errors.NoSuchQuestion():
            return f"没有找到发给您的{day(refusal.day)}的题目。回复“今日一题”可以查看您今天的题。"
        case errors.NoSuchChoice():
            return _choice(refusal)
        case errors.NothingToAnswer():
            return "现在没有等您作答的题目。回复“今日一题”做今天的题。"
        case errors.WhichQuestion():
            return daily.which(refusal.places)
        case errors.NoQuestions():
            return "题库中还没有适合您的题目，请联系学法管理员。"
        case errors.NotAllowed():
            return "这项操作需要管理员权限。如需开通，请联系市司法局。"
        case errors.NoSuchNumber():
            return f"没有找到{refusal.what}“{refusal.number}”，请核对编号。"
        case errors.Malformed():
            return f"没有看懂，请按这个样子发送：{refusal.usage}"
    return _of_records(refusal)


def _of_records(refusal: Refusal) -> str:
    match refusal:
        case ExamRefusal():
            return exam_refusals.said(refusal)
        case ExportRefusal():
            return exports.refused(refusal)
        case YearRefusal():
            return years.refused(refusal)
        case ClosedMeanwhile():
            return years.overtaken(refusal)
        case errors.NoSuchAccount():
            return f"账号“{refusal.account}”不在名册中，请核对 --as。"
        case errors.OwnBatch():
            return "自己提出的批次须由另一名市级管理员确认。"
        case errors.BatchDecided():
            return f"批次 {refusal.number} 已经处理过，没有重复生效。回复“审核”查看待确认的批次。"
        case errors.BatchOvertaken():
            return f"批次 {refusal.number} 提出之后，{refusal.about} 的记录又有变动，请退回后按现状重新提出。"
        case errors.CannotReverse():
            why = f"已由第 {refusal.by} 条冲销" if refusal.by else "本身就是冲销记录"
            return f"第 {refusal.seq} 条{why}，不能再冲销；需要更正时请补记一条新的。"
    return "这项操作不能完成。回复“帮助”查看可用的功能。"


def _choice(refusal: errors.NoSuchChoice) -> str:
    if refusal.letters[:1] == (RIGHT,):
        return "这道题请回复“对”或“错”。"
    last = refusal.letters[-1] if refusal.letters else ""
    if refusal.several:
        return f"这道题的选项是 A 到 {last}，可以多选，请回复字母，如“{''.join(refusal.letters[:2])}”。"
    return f"这道题的选项是 A 到 {last}，只选一个，请回复一个字母，如“A”。"
