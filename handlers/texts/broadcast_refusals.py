"""The sentence for every refusal about a 群发, in chat and on the command line."""

from collections.abc import Iterable, Mapping
from typing import Final

from handlers.texts.exam_rules import moment
from training import broadcast_errors as errors
from training.broadcast_errors import BroadcastRefusal, Lacking, Unfit
from training.broadcast_names import KINDS, LEFT, STATES
from training.broadcasts import Left

_SHOWN: Final = 20  # names in a sentence
_LACKS: Final[Mapping[Lacking, str]] = {
    Lacking.TEXT: "通知还没有正文，请先写上正文。",
    Lacking.FILE: "还没有要发的文件，或系统中已没有这个文件，请重新提供。",
    Lacking.QUESTIONS: "还没有题目，请先从题库选题、抽题或现写题目。",
}
_UNFIT: Final[Mapping[Unfit, str]] = {
    Unfit.UNKNOWN: "题库中没有",
    Unfit.RETIRED: "已停用",
    Unfit.SECRET: "在答案未公布的考试题池中",
    Unfit.KIND: "不是单选、多选或判断题",
    Unfit.TWICE: "重复列出",
}


def said(refusal: BroadcastRefusal) -> str:
    return _of_whom(refusal) or _of_what(refusal) or _of_when(refusal) or _of_state(refusal)


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    return "、".join(every[:_SHOWN]) + (f"等 {len(every)} 个" if len(every) > _SHOWN else "")


def _of_whom(refusal: BroadcastRefusal) -> str:
    match refusal:
        case errors.NoSuchUnits():
            return f"没有找到单位：{_listed(refusal.units)}。请核对单位代码。"
        case errors.NoSuchPersons():
            return f"没有找到人员：{_listed(refusal.persons)}。请核对人员编号。"
        case errors.OutsideScope():
            return f"您只能发给本人管辖的单位，以下不在管辖范围内：{_listed((*refusal.units, *refusal.persons))}。"
        case errors.NoUnitsManaged():
            return "您的名册记录中没有管辖单位，不能群发。请联系市级管理员登记。"
        case errors.UrgentOnlyByCity():
            return "只有市级管理员可以标为紧急。请去掉紧急后再发。"
        case errors.NobodyReached():
            return _nobody(refusal.left)
    return ""


def _nobody(left: Mapping[Left, int]) -> str:
    if not left:
        return "这个范围内没有在册人员，没有可以发送的对象。请核对单位和人员类别。"
    why = "，".join(f"{LEFT[reason]} {count} 人" for reason, count in left.items())
    return f"这个范围内现在没有可以送达的人：{why}。请调整范围，或改在以后发送。"


def _of_what(refusal: BroadcastRefusal) -> str:
    match refusal:
        case errors.NeverUrgent():
            return f"{KINDS[refusal.kind]}不能标为紧急，只有通知、图片和文件可以。"
        case errors.NothingToSend():
            return _LACKS[refusal.lacks]
        case errors.BadFile():
            return _bad_file(refusal)
        case errors.TooManyQuestions():
            return f"一次最多 {refusal.most} 题，现在有 {refusal.found} 题，请减少后再发。"
        case errors.UnfitQuestions():
            return f"这些题目不能用：{_listed(_unfit(refusal.questions))}。请换题后再发。"
        case errors.TooFewToDraw():
            return _too_few(refusal)
        case errors.CreditForWritten():
            return "现写的题目不能计学时，请改用题库中的题目，或不计学时。"
    return ""


def _too_few(refusal: errors.TooFewToDraw) -> str:
    secret = f"（另有 {refusal.secret} 题在考试题池中，公布答案前不能用）" if refusal.secret else ""
    said = f"要抽 {refusal.wanted} 题，题库中合适的只有 {refusal.found} 题{secret}"
    return f"{said}，请减少题数、放宽知识点，或直接写题。"


def _unfit(questions: Mapping[str, Unfit]) -> Iterable[str]:
    for name, why in questions.items():
        yield f"{f'现写的第 {name} 题' if name.isdecimal() and len(name) <= 2 else name}（{_UNFIT[why]}）"


def _bad_file(refusal: errors.BadFile) -> str:
    match refusal.why:
        case "large":
            return f"文件太大，最多 {refusal.most // 1024 // 1024} MB，请压缩后再发。"
        case "small":
            return "文件是空的，请核对后再发。"
    return "图片须为 PNG 或 JPG 格式，请转换后再发。"


def _of_when(refusal: BroadcastRefusal) -> str:
    match refusal:
        case errors.InThePast():
            return f"发送时间 {moment(refusal.at)} 已过，请重新填写。"
        case errors.ClosesTooEarly():
            sent, closes = moment(refusal.send_at), moment(refusal.closes_at)
            return f"截止时间 {closes} 不晚于发送时间 {sent}，请把截止时间改晚。"
        case errors.NeverComes():
            return "按这个规则已经没有可以发送的日子，请核对最后日期。"
        case errors.OneEndForMany():
            return "定期发送的，发送和截止都不能写固定的日期，截止请写几天以后。"
    return ""


def _of_state(refusal: BroadcastRefusal) -> str:
    match refusal:
        case errors.NoSuchBroadcast():
            return f"没有找到群发 {refusal.number}，或您无权查看。请核对编号。"
        case errors.NotInState():
            return f"群发 {refusal.number} 现在是“{STATES[refusal.state]}”，不能这样操作。"
    return "这项群发现在不能完成，请核对后再试。"
