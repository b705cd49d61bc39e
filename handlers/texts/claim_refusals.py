"""The sentence for every refusal about a 申报: what was wrong and what to do."""

from typing import Final

from handlers.texts.claims import EXAMPLE, STATES, form_name
from handlers.texts.words import day
from training import claim_errors as errors
from training import claim_word_errors as words
from training.claim_errors import ClaimRefusal
from training.claim_word_errors import WordRefusal
from training.content import ContentClass
from training.forms import Basis

_BY: Final = {
    Basis.LENGTH: "时长（如 14:00-16:30、90分钟）",
    Basis.DAY_PARTS: "全天、半天",
    Basis.CERTIFIED: "平台证明的学时（如 3学时）",
    Basis.ACHIEVEMENT: "参加或获奖",
}
HEARINGS: Final = (
    "旁听庭审由组织者按名单登记，不用申报；依《人民法院法庭规则》不收庭审照片。请联系本次旁听的组织者。"
)


def said(refusal: ClaimRefusal) -> str:
    if isinstance(refusal, WordRefusal):
        return _of_words(refusal)
    return _of_event(refusal) or _of_time(refusal) or _of_claim(refusal) or _of_decision(refusal)


def _of_words(refusal: WordRefusal) -> str:
    match refusal:
        case words.NoSuchDay():
            return f"没有“{refusal.words}”这一天，请核对日期，如 11-20。"
        case words.NoSuchTime():
            return f"“{refusal.words}”不是有效的起止时间，请按 14:00-16:30 的样子填写。"
        case words.SaidTwice():
            return f"{refusal.what}说了两次（“{refusal.words}”），请只说一次；从一天到另一天请写 11-16至11-20。"
        case words.HalfOfSeveral():
            return "几天里哪天是半天没有说清，请写成 11-16下午至11-20上午，或写明总时长。"
        case words.DaysByDates():
            return f"“{refusal.words}”没有说是哪几天，请写起止日期，如 11-16至11-20。"
        case words.UnknownClass():
            return f"没有内容类别“{refusal.words}”，可选：{'、'.join(map(str, ContentClass))}。"
        case words.TooLongWords():
            return f"{refusal.what}最多 {refusal.most} 个字，请写短一些。"
        case words.IdentityNumber():
            return "里面有身份证号，系统不保存，请去掉后再发。"
    return f"没有看懂“{refusal.words}”。" if isinstance(refusal, words.NotUnderstood) else ""


def _of_event(refusal: ClaimRefusal) -> str:
    match refusal:
        case errors.HearingsAreListed():
            return HEARINGS
        case errors.NotClaimed():
            return f"{form_name(refusal.form)}由系统自动记录，不用申报。"
        case errors.Untitled():
            return f"还没有说学习内容，请一起说，如：{EXAMPLE}"
        case errors.WrongMeasure():
            by = "或".join(_BY[Basis(one)] for one in refusal.by if Basis(one) in _BY)
            return f"{form_name(refusal.form)}按{by}申报，请改一下。"
        case errors.OutOfBounds():
            amount = f"{refusal.hours} 学时" if refusal.hours is not None else f"{refusal.minutes} 分钟"
            return f"{amount}不合常理，请核对时长。"
        case errors.NoWorkingDays():
            return "这几天都是休息日，不能按全天、半天计算，请写明时长，或只写实际上课的那一天。"
    return ""


def _of_time(refusal: ClaimRefusal) -> str:
    match refusal:
        case errors.EndsTooEarly():
            return f"结束日期 {day(refusal.ends)} 早于开始日期 {day(refusal.starts)}，请核对。"
        case errors.TooLong():
            return f"前后共 {refusal.days} 天，最多 {refusal.most} 天，请分开申报。"
        case errors.NotHeldYet():
            return f"{day(refusal.day)}还没有到，学习结束后再申报。"
        case errors.TooLate():
            until = f"{refusal.until.year}年{day(refusal.until)}"
            return f"{refusal.year} 年度的申报已于 {until} 截止。确有遗漏，请联系单位管理员按补录办理。"
        case errors.ClosedYear():
            return f"{refusal.year} 年度已于 {refusal.day} 结账，不能再认定，请按补录办理。"
    return ""


def _of_claim(refusal: ClaimRefusal) -> str:
    match refusal:
        case errors.NoSuchClaim():
            return f"没有找到申报 {refusal.number}，或您无权查看。请核对编号。"
        case errors.NotInState():
            return f"申报 {refusal.number} 现在是“{STATES[refusal.state]}”，不能这样操作。"
        case errors.OnTheList():
            return f"活动 {refusal.activity}（{refusal.title}）的名单上已有您，学时由活动办结时入账，不用申报。"
        case errors.ClaimedAlready():
            return f"同样的内容已在申报 {refusal.number} 中，没有重复提交。查看请回复“申报 {refusal.number}”。"
        case errors.TooMany():
            return f"已有 {refusal.most} 件申报在等待审核，请等审核后再报。"
        case errors.TooMuchEvidence():
            return f"佐证最多 {refusal.most} 张，这张没有保存。"
        case errors.NoLooseEvidence():
            return "没有等待归入申报的图片。请先发图片，再回复“佐证 编号”。"
    return ""


def _of_decision(refusal: ClaimRefusal) -> str:
    match refusal:
        case errors.OwnClaim():
            return f"申报 {refusal.number} 是您本人的，由他人审核。"
        case errors.DecidedBefore():
            return f"申报 {refusal.number} 因异议成立重新审核，由原审核人以外的管理员决定。"
        case errors.NotYours():
            whose = "上一级管理员" if refusal.level else "市级管理员"
            return f"申报 {refusal.number} 由{whose}审核。"
        case errors.ReasonNeeded() if refusal.doubles:
            like = "；".join(refusal.doubles)
            return (
                f"申报 {refusal.number} 疑似重复：{like}。"
                f"核对后确属不同，请单独回复“通过 {refusal.number} 理由”，否则回复“不通过 {refusal.number} 理由”。"
            )
        case errors.ReasonNeeded():
            return f"请写明理由，如：退回申报 {refusal.number} 请补充主办单位。"
    return "这件申报现在不能这样操作，请核对后再试。"
