"""The sentence for every refusal about a 培训活动: what was wrong and what to do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from handlers.texts import broadcast_words
from handlers.texts.words import FORMS, day
from training import activity_errors as errors
from training import activity_word_errors as words
from training import broadcast_word_errors as audience
from training.activities import State
from training.activity_errors import ActivityRefusal, Flaw
from training.activity_rules import HELD, MOST_MINUTES
from training.calendar import CITY
from training.content import ContentClass

STATES: Final = {
    State.PLANNED: "计划",
    State.PUBLISHED: "已发布",
    State.SIGNING: "签到中",
    State.CONCLUDED: "已办结，待确认",
    State.POSTED: "已入账",
    State.CANCELLED: "已取消",
}
_SHOWN: Final = 8
_FLAWS: Final = {
    Flaw.NO_TITLE: "还没有标题。请补一行“标题：……”。",
    Flaw.NO_CLASS: "还没有内容类别。请补一行“内容类别：专业法律”。",
    Flaw.NO_SESSION: "还没有时间。请补一行“时间：11-25 14:00-16:30”。",
    Flaw.NO_UNIT: "还没有主办单位。请补一行“主办单位：……”。",
    Flaw.NO_HEARING: "旁听庭审要写明法院、案号、案件类型，请补全。",
    Flaw.NO_HEARING_MEANT: "只有旁听庭审才写法院和案号，请核对形式。",
    Flaw.SIGN_OUT: "旁听庭审按名单登记，没有签到码，不能设签退。请改为“签退：否”。",
}


def said(refusal: ActivityRefusal) -> str:
    return (
        _of_words(refusal)
        or _of_names(refusal)
        or _of_plan(refusal)
        or _of_signing(refusal)
        or _of_list(refusal)
        or _of_state(refusal)
    )


def clock(at: datetime) -> str:
    """`14:05`, in Beijing time."""
    return f"{at.astimezone(CITY):%H:%M}"


def _of_words(refusal: ActivityRefusal) -> str:
    match refusal:
        case words.NotTaken():
            return f"没有看懂“{refusal.words}”。请按“标签：内容”的样子发，如“地点：三楼会议室”。"
        case words.BadWhen():
            return f"时间“{refusal.words}”没有看懂。请写日期和起止时间，如 11-25 14:00-16:30；几天用分号隔开。"
        case words.UnknownForm():
            return f"“{refusal.words}”不能作为活动形式。可选：{'、'.join(FORMS[form] for form in HELD)}。"
        case words.UnknownClassWord():
            return f"没有内容类别“{refusal.words}”，可选：{'、'.join(map(str, ContentClass))}。"
        case words.BadValue():
            return f"{refusal.label}“{refusal.words}”没有看懂，请写{'或'.join(refusal.choices)}。"
        case words.TooLongValue():
            return f"{refusal.label}最多 {refusal.most} 个字，请写短一些。"
        case words.IdentityNumberSaid():
            return "里面有身份证号，系统不保存，请去掉后再发。"
    return ""


def _of_names(refusal: ActivityRefusal) -> str:
    match refusal:
        case words.NobodyNamed():
            if refusal.persons:
                return f"没有找到“{refusal.word}”。请核对姓名，或改写人员编号；外单位人员须在受邀范围内。"
            return f"没有找到单位“{refusal.word}”。请核对名称，或改写单位代码。"
        case words.SeveralNamed():
            found = "、".join(f"{number}（{where}）" for number, where in refusal.found)
            return f"“{refusal.word}”有几个：{found}。请改写括号前的编号。"
        case words.NoneToShow():
            return "今天没有由您组织、需要签到的活动。查看活动请回复“活动”。"
        case words.WhichOfYours():
            return f"今天有几个活动：{_activities(refusal.found)}。请回复“活动 编号 码”。"
        case errors.UnknownUnits():
            return f"没有这些单位：{_listed(refusal.units)}。请核对单位代码。"
        case errors.UnknownPersons():
            return f"没有这些人员：{_listed(refusal.persons)}。请核对人员编号。"
        case errors.BeyondScope():
            beyond = _listed((*refusal.units, *refusal.persons))
            return f"{beyond} 不在本次活动的主办单位和受邀范围内，请核对；确需参加，请由市级管理员办理。"
    return ""


def _listed(found: Iterable[str]) -> str:
    every = list(found)
    return "、".join(every[:_SHOWN]) + (f"等 {len(every)} 个" if len(every) > _SHOWN else "")


def _activities(found: Iterable[tuple[int, str]]) -> str:
    return "、".join(f"{number}（{title}）" for number, title in found)


def _of_plan(refusal: ActivityRefusal) -> str:
    match refusal:
        case errors.Flawed():
            return _FLAWS.get(refusal.flaw) or _flaw(refusal)
        case errors.OnlyByCity():
            return "市级活动由市级管理员新建。请改为“级别：单位”。"
        case errors.NoSuchSession():
            return f"活动 {refusal.number} 在{day(refusal.day)}没有安排，请核对日期。"
        case errors.SessionToCome():
            starts = refusal.starts.astimezone(CITY)
            return f"活动 {refusal.number} 要到{day(starts.date())} {starts:%H:%M} 开始，现在还不能登记到场。"
        case errors.BadTimes():
            return f"{refusal.person} 的签到、签退时间对不上，请核对。"
    return ""


def _flaw(refusal: errors.Flawed) -> str:
    match refusal.flaw:
        case Flaw.FORM:
            return f"“{FORMS.get(refusal.what, refusal.what)}”不能作为活动形式，请核对。"
        case Flaw.CLASS:
            return f"没有内容类别“{refusal.what}”，可选：{'、'.join(map(str, ContentClass))}。"
        case Flaw.ENDS_FIRST:
            return f"{refusal.what} 的结束时间不晚于开始时间，请核对。"
        case Flaw.OVER_MIDNIGHT:
            return f"{refusal.what} 的时间跨了半夜，请按天分开写。"
        case Flaw.SAME_DAY:
            return f"{refusal.what} 写了两个时段，一天请写一个，从开始到结束。"
        case Flaw.ORDER:
            return f"日期顺序不对（{refusal.what}），请从早到晚写。"
    return f"{refusal.what} 的时间超过 {MOST_MINUTES // 60} 小时，请核对。"


def _of_signing(refusal: ActivityRefusal) -> str:
    match refusal:
        case errors.HearingByList():
            number = refusal.number
            return (
                f"活动 {number} 是旁听庭审，没有签到码，由组织者按名单登记。组织者请回复“活动 {number} 到场 姓名”。"
            )
        case errors.WrongCode() if refusal.left:
            return f"签到码不对或已过期（60 秒有效），请看最新的码再试，还可试 {refusal.left} 次。"
        case errors.WrongCode() | errors.TooManyCodes():
            return f"签到码错了太多次，请在 {clock(refusal.until)} 以后再试，或请组织者登记到场。"
        case errors.WhichActivity():
            first = refusal.found[0][0]
            return (
                f"这个码对应几个活动：{_activities(refusal.found)}。请在码前写上活动编号，如“签到 {first} 六位码”。"
            )
        case errors.SignInOver():
            return f"活动 {refusal.number} 已于 {clock(refusal.ended)} 结束，签到已停止。确实到场的，请组织者登记。"
        case errors.StruckOff():
            return f"组织者已将您登记为活动 {refusal.number} 缺席。如有出入，请联系组织者。"
        case errors.NoSignOut():
            return f"活动 {refusal.number} 不用签退。"
        case errors.NotSignedIn():
            return f"您今天还没有在活动 {refusal.number} 签到，不能签退。请先签到，或请组织者登记到场。"
        case errors.NoSessionToday():
            later = f"下一次是{day(refusal.following)}" if refusal.following else "也没有以后的安排"
            return f"活动 {refusal.number} 今天没有安排，{later}。"
    return ""


def _of_list(refusal: ActivityRefusal) -> str:
    match refusal:
        case errors.NotOver():
            ends = refusal.ends.astimezone(CITY)
            return f"活动 {refusal.number} 要到{day(ends.date())} {ends:%H:%M} 结束，结束后才能办结。"
        case errors.BadMinutes():
            many = f"共 {refusal.sessions} 次，请依次写出每次的分钟数，" if refusal.sessions > 1 else ""
            return (
                f"实际时长应为 1 到 {refusal.most} 分钟的整数，{many}"
                f"如“办结 {refusal.number} 实到 {' '.join(['150'] * min(refusal.sessions, 3))}”。"
            )
        case errors.NobodyPresent():
            number = refusal.number
            return (
                f"活动 {number} 的名单上没有到场的人。"
                f"请回复“活动 {number} 到场 姓名”登记，或“取消活动 {number} 理由”。"
            )
    return ""


def _of_state(refusal: ActivityRefusal) -> str:
    match refusal:
        case errors.NoSuchActivity():
            return f"没有找到活动 {refusal.number}，请核对编号。"
        case errors.WrongState():
            return f"活动 {refusal.number} 现在是“{STATES[refusal.state]}”，不能这样操作。"
        case errors.NotOrganiser():
            return f"活动 {refusal.number} 只能由它的组织者或主办单位的管理员操作。"
    return "这个活动现在不能这样操作，请核对后再试。"


def of_audience(refusal: audience.WordRefusal) -> str:
    """Of the words behind `范围`."""
    match refusal:
        case audience.NotUnderstood():
            return "范围没有看懂。请写单位、类别或人员编号，如“范围：本单位 的 执法人员”，全部人员写“全部”。"
        case audience.Beyond():
            return f"范围中的{_listed(refusal.names)}不在您的管辖单位和联合单位内，请核对。"
        case audience.SomeWithoutBelow():
            return f"{_listed(refusal.names)}写了“不含下级”，别的单位没有写。请在最后写一个“不含下级”。"
    return broadcast_words.refused(refusal)
