"""What people are told of an activity by the clock: the same text for everybody, without a name."""

from typing import Final

from handlers.texts.words import FORMS
from training.activities import Activity, Session
from training.calendar import CITY
from training.forms import Form

_WEEKDAYS: Final = "一二三四五六日"


def invited(activity: Activity) -> str:
    settings = activity.settings
    where = [settings.place and f"地点：{settings.place}", settings.speaker and f"主讲：{settings.speaker}"]
    hearing = settings.form == Form.COURT_HEARING
    signing = "到场由组织者登记。" if hearing else "到场后请扫码或输入签到码签到。"
    lines = (
        f"【活动 {activity.number}】{settings.title}",
        f"{FORMS.get(settings.form, settings.form)}，{when(activity)}",
        *filter(None, where),
        f"{signing}详情请回复“活动 {activity.number}”。",
    )
    return "\n".join(lines)


def when(activity: Activity) -> str:
    """`11月25日（周三）14:00–16:30`, the first and how many more."""
    sessions = activity.settings.sessions
    more = f"起，共 {len(sessions)} 次" if len(sessions) > 1 else ""
    return f"{_span(sessions[0])}{more}"


def _span(session: Session) -> str:
    starts, ends = session.starts.astimezone(CITY), session.ends.astimezone(CITY)
    day = f"{starts.month}月{starts.day}日（周{_WEEKDAYS[starts.weekday()]}）"
    return f"{day}{starts:%H:%M}–{ends:%H:%M}"


def unconcluded(activity: Activity) -> str:
    """To the organiser."""
    number = activity.number
    return (
        f"【活动 {number}】“{activity.settings.title}”已结束，尚未办结，学时还没有入账。"
        f"请回复“活动 {number} 名单”核对名单，再回复“办结 {number}”。"
    )
