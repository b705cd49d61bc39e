"""The sentence for every refusal: what was wrong and what to do. Polite and short."""

from typing import Final

from handlers.texts import (
    activity_refusals,
    broadcast_refusals,
    claim_refusals,
    daily,
    duty_refusals,
    exam_refusals,
    exports,
    objections,
    quiz_refusals,
    roll_report_refusals,
    spot_checks,
    years,
)
from handlers.texts.words import day
from question_bank.questions import RIGHT
from training import errors
from training.activity_errors import ActivityRefusal
from training.broadcast_errors import BroadcastRefusal
from training.claim_errors import ClaimRefusal
from training.duty_errors import DutyRefusal
from training.errors import Refusal
from training.exam_errors import ExamRefusal
from training.exports import ExportRefusal
from training.objection_errors import ObjectionRefusal
from training.quiz_errors import QuizRefusal
from training.roll_report_errors import ReportRefusal
from training.spot_checks import SpotRefusal
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
        case DutyRefusal():
            return duty_refusals.said(refusal)
        case ExamRefusal():
            return exam_refusals.said(refusal)
        case BroadcastRefusal():
            return broadcast_refusals.said(refusal)
        case ClaimRefusal():
            return claim_refusals.said(refusal)
        case ActivityRefusal():
            return activity_refusals.said(refusal)
        case QuizRefusal():
            return quiz_refusals.said(refusal)
        case ExportRefusal():
            return exports.refused(refusal)
        case YearRefusal():
            return years.refused(refusal)
        case ClosedMeanwhile():
            return years.overtaken(refusal)
        case errors.NoSuchAccount():
            return f"账号“{refusal.account}”不在名册中，请核对 --as。"
    return _of_requests(refusal)


def _of_requests(refusal: Refusal) -> str:
    """What was reported about the roll, or objected to."""
    match refusal:
        case ReportRefusal():
            return roll_report_refusals.said(refusal)
        case ObjectionRefusal():
            return objections.refused(refusal)
    return _of_batches(refusal)


def _of_batches(refusal: Refusal) -> str:
    match refusal:
        case SpotRefusal():
            return spot_checks.refused(refusal)
        case errors.OwnBatch():
            return "自己提出的批次须由另一名市级管理员确认。"
        case errors.BatchDecided():
            return f"批次 {refusal.number} 已经处理过，没有重复生效。回复“审核”查看待确认的批次。"
        case errors.PostedMeanwhile():
            stands = f"已登记为台账第 {refusal.seq} 条{'，又已冲销' if refusal.taken_back else ''}"
            return f"批次 {refusal.number} 提出之后，{refusal.about}{stands}，请退回后按现状重新提出。"
        case errors.BatchOvertaken():
            about = f"{refusal.about}{' ' if refusal.about[-1:].isascii() else ''}"
            return f"批次 {refusal.number} 提出之后，{about}的记录又有变动，请退回后按现状重新提出。"
        case errors.ReversalWaits():
            return f"第 {refusal.seq} 条的冲销已在批次 {refusal.number} 中等待确认，没有重复提出。"
        case errors.EarnedOff() | errors.CannotReverse():
            return _of_line(refusal)
    return "这项操作不能完成。回复“帮助”查看可用的功能。"


def _of_line(refusal: errors.EarnedOff | errors.CannotReverse) -> str:
    """Why a line cannot be taken back."""
    if isinstance(refusal, errors.EarnedOff):
        off = f"第 {refusal.seq} 条另存的未入账部分与台账对不上，数据库被改动过"
        return f"{off}，没有冲销。请系统管理员运行 xuefa ledger verify，并查明原因。"
    why = f"已由第 {refusal.by} 条冲销" if refusal.by else "本身就是冲销记录"
    return f"第 {refusal.seq} 条{why}，不能再冲销；需要更正时请补记一条新的。"


def _choice(refusal: errors.NoSuchChoice) -> str:
    if refusal.letters[:1] == (RIGHT,):
        return "这道题请回复“对”或“错”。"
    last = refusal.letters[-1] if refusal.letters else ""
    if refusal.several:
        return f"这道题的选项是 A 到 {last}，可以多选，请回复字母，如“{''.join(refusal.letters[:2])}”。"
    return f"这道题的选项是 A 到 {last}，只选一个，请回复一个字母，如“A”。"
