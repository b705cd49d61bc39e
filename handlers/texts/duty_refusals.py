"""The sentence for every refusal about 履职登记: what was wrong and what to do."""

from training import duty_errors as errors
from training.duty_errors import DutyRefusal
from training.duty_fact_words import USAGE


def said(refusal: DutyRefusal) -> str:
    return _of_words(refusal) or _of_subject(refusal) or _of_fact(refusal)


def _of_words(refusal: DutyRefusal) -> str:
    match refusal:
        case errors.UnknownDuty():
            return f"没有“{refusal.said}”这项履职事项，可登记：{'、'.join(refusal.known)}。"
        case errors.FollowsElsewhere():
            return f"“{refusal.said}”不用登记：以名册、考试或学时台账为准；有误请更正名册，或联系市级管理员。"
        case errors.DayToCome():
            return f"{refusal.day} 还没有到，不能登记；往年的日期请写全年份。"
        case errors.IdentityNumber():
            return "里面有身份证号，系统不保存，请去掉后再发。"
        case errors.HasAppeared():
            return "出庭应诉不算旁听庭审，不能登记为旁听。"
    return ""


def _of_subject(refusal: DutyRefusal) -> str:
    match refusal:
        case errors.SubjectNeeded(persons=True):
            return f"请写明是谁，如“{USAGE}”。"
        case errors.SubjectNeeded():
            which = f"（{'、'.join(refusal.units[:10])}）" if refusal.units else ""
            return f"“{refusal.name}”请在日期前写明是哪个单位{which}。"
        case errors.NobodyCalled():
            what = "人员" if refusal.persons else "单位"
            return f"您管辖的范围内没有{what}“{refusal.said}”，请核对。"
        case errors.SeveralCalled():
            found = "、".join(f"{number}（{where}）" for number, where in refusal.found)
            return f"“{refusal.said}”有几个：{found}。请改写编号或代码。"
        case errors.NotOwed():
            return f"按名册和单位表，{refusal.whose}在 {refusal.day} 没有“{refusal.name}”这项要求，请核对。"
        case errors.OwnDuty():
            return "本人的履职事项请由其他管理员登记或撤销。"
    return ""


def _of_fact(refusal: DutyRefusal) -> str:
    match refusal:
        case errors.Registered():
            return f"{refusal.whose} {refusal.day} 的这一项已登记（编号 {refusal.number}），没有重复登记。"
        case errors.NoSuchFact():
            return f"您管辖的范围内没有登记 {refusal.number}，或已撤销，请核对编号。"
        case errors.ReasonNeeded():
            return f"请写明理由，如“撤销登记 {refusal.number} 人员填写有误”。"
        case errors.TakenBackByCity():
            return f"登记 {refusal.number} 来自培训活动或批次导入，请联系市级管理员撤销。"
    return "这项登记不能完成。回复“登记”查看说明。"
