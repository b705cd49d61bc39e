"""The sentence for every refusal of a 人员变动申报: what was wrong and what to do."""

from typing import Final

from handlers.texts.roll_reports import EXAMPLES, STATES
from training import roll_report_errors as errors
from training.roll_report_errors import ReportRefusal
from training.roll_reports import State

_MOST: Final = 8


def said(refusal: ReportRefusal) -> str:
    return _of_words(refusal) or _of_person(refusal) or _of_unit(refusal) or _of_report(refusal)


def _of_words(refusal: ReportRefusal) -> str:
    match refusal:
        case errors.NotUnderstood():
            return f"没有看懂“{refusal.words}”，请按下面的样子申报：\n{EXAMPLES}"
        case errors.NoSuchDay():
            return f"最后请写日期，如 11-20；“{refusal.words}”不是有效的日期。"
        case errors.EndsTooEarly():
            return f"结束日期 {refusal.ends} 早于开始日期 {refusal.starts}，请核对。"
        case errors.OneDayOnly():
            return f"“{refusal.words}”写了起止两个日期，这类变动只写生效的那一天。"
        case errors.IdentityNumber():
            return "里面有身份证号，系统不保存，请去掉后再发。"
        case errors.TooFarOff():
            return f"{refusal.day} 与今天相差一年以上，请核对年份；确属无误的，请联系市司法局办理。"
    return ""


def _of_person(refusal: ReportRefusal) -> str:
    match refusal:
        case errors.NoSuchPerson():
            return f"您管辖的单位里没有找到“{refusal.word}”，请核对姓名，也可以写人员编号。"
        case errors.WhichPerson():
            found = "、".join(f"{number}（{unit}）" for number, unit in refusal.found[:_MOST])
            return f"有 {len(refusal.found)} 位“{refusal.word}”：{found}。请把姓名换成人员编号再发一次。"
        case errors.NameTaken():
            return (
                f"您管辖的单位里已有{refusal.name}（{refusal.number}），没有重复申报。"
                "如确系另一位同名人员，请联系市司法局登记。"
            )
        case errors.NothingChanges():
            return f"{refusal.name}在名册中已经如此，不用申报。"
    return ""


def _of_unit(refusal: ReportRefusal) -> str:
    match refusal:
        case errors.NoSuchUnit() if refusal.yours:
            return f"“{refusal.word}”不在您的管辖单位内，请由该单位的管理员申报。"
        case errors.NoSuchUnit():
            return (
                f"没有找到单位“{refusal.word}”，请写单位全称。调往外地的，请写“调出”，如：人员变动 张三 调出 11-20"
            )
        case errors.WhichUnit() if not refusal.word:
            found = "、".join(path for _, path in refusal.found[:_MOST])
            return (
                f"您管辖的单位有几个（{found}），请写明到哪个单位，如：人员变动 新进 李四 执法大队 工作人员 11-01"
            )
        case errors.WhichUnit():
            found = "、".join(f"{path}（{code}）" for code, path in refusal.found[:_MOST])
            return f"叫“{refusal.word}”的单位有 {len(refusal.found)} 个：{found}。请改写单位代码再发一次。"
    return ""


def _of_report(refusal: ReportRefusal) -> str:
    match refusal:
        case errors.WaitsAlready():
            there = f"查看请回复“人员变动 {refusal.number}”。"
            return f"同样的变动已在申报 {refusal.number} 中等待处理，没有重复提交。{there}"
        case errors.NoSuchReport():
            return f"没有找到人员变动申报 {refusal.number}，或您无权查看。请核对编号。"
        case errors.NotInState() if refusal.state == State.PROPOSED:
            return f"人员变动申报 {refusal.number} 已提交市级确认，要更正请联系市司法局退回。"
        case errors.NotInState():
            return f"人员变动申报 {refusal.number} 现在是“{STATES[State(refusal.state)]}”，不能这样操作。"
        case errors.NotYours():
            return f"人员变动申报 {refusal.number} 不由您处理。"
        case errors.ReasonNeeded():
            return f"请写明理由，如：不接收 {refusal.number} 本单位没有这项调动"
        case errors.ChangedSince():
            how = f"请回复“不接收 {refusal.number} 请重新申报”。"
            return f"申报 {refusal.number} 提出之后，该人员的记录又有变动。{how}"
        case errors.UnitsReport():
            return (
                "人员变动由单位管理员申报，市级管理员确认。市级自行变更名册请由系统管理员运行 xuefa staff change。"
            )
        case errors.CardTooOld():
            return f"{refusal.month.month}月的申报已经结束。如有人员变动，请回复“人员变动”查看申报方法。"
    return "这项申报现在不能这样操作，请核对后再试。"
