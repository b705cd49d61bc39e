"""What is said while an activity is put together: the form, what lacks, the preview."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.texts.activities import spans
from handlers.texts.broadcasts import whom
from handlers.texts.words import FORMS
from training.activities import Activity, HeldBy, Settings
from training.activity_form import NO_SESSION, Key
from training.activity_rules import HELD, audience_of
from training.content import ContentClass
from training.forms import Form

HINTS: Final = {
    Key.TITLE: "请说标题，如：行政处罚法培训。",
    Key.FORM: f"请说形式：{'、'.join(FORMS[form] for form in HELD)}。",
    Key.WHEN: "请说时间，如：11-25 14:00-16:30；几天用分号隔开。",
    Key.CLASSES: f"请说内容类别：{'、'.join(map(str, ContentClass))}。",
    Key.COURT: "请说法院，如：宁国市人民法院。",
    Key.CASE: "请说案号，如：（2026）皖1881行初3号。",
    Key.KIND: "请说案件类型，如：行政诉讼。",
}
GONE: Final = "这个活动草稿已不在了。重新开始请回复“新建活动”。"
CANCELLED: Final = "活动 {number} 已放弃，没有发布。"
_FORM: Final = """【新建活动】请照样填好发回，可以整段发，也可以一行一行发；不需要的行删去：
标题：行政处罚法培训
形式：讲座
时间：11-25 14:00-16:30
地点：三楼会议室
主讲：
内容类别：专业法律
法律：行政处罚法
联合单位：
范围：本单位
签退：否
也可以一句话：新建活动 讲座 11-25 14:00-16:30 三楼会议室 行政处罚法培训
放弃请回复“取消”。"""


def begun(draft: Activity, lacks: Sequence[Key]) -> str:
    """Also of one that was begun before."""
    if draft.settings.title or draft.settings.form or draft.settings.sessions != (NO_SESSION,):
        return f"接着上次没填完的活动：\n{asking(draft, lacks)}\n重新来请先回复“取消”。"
    return _FORM


def asking(draft: Activity, lacks: Sequence[Key]) -> str:
    known = [line for line in _lines(draft, {}) if line]
    said = f"已记下：{'；'.join(known)}。\n" if known else ""
    return f"{said}还缺{'、'.join(lacks)}。{HINTS[lacks[0]]}"


def preview(draft: Activity, names: Mapping[str, str], invited: int, now: datetime) -> str:
    """`invited`: how many it would invite by today's roll."""
    settings, number = draft.settings, draft.number
    lines = (
        f"【活动 {number} 预览】",
        *_lines(draft, names),
        f"组织者：{names.get(settings.organiser, settings.organiser)}",
        f"范围：{_whom(settings, names)}，现有 {invited} 人",
    )
    over = settings.sessions[-1].ends <= now
    past = "\n活动时间已过：发布后不再通知，请登记到场名单后办结。" if over else ""
    return "\n".join(lines) + f"{past}\n发布请回复“确认”，要改请发“标签：内容”，放弃请回复“取消”。"


def _lines(draft: Activity, names: Mapping[str, str]) -> Iterator[str]:
    """What was said; without names only what needs none."""
    settings = draft.settings
    if settings.title:
        yield f"标题：{settings.title}"
    if settings.form:
        yield f"形式：{FORMS.get(settings.form, settings.form)}"
    if settings.sessions != (NO_SESSION,):
        yield f"时间：{'；'.join(spans(draft))}"
    if settings.place:
        yield f"地点：{settings.place}"
    if settings.classes:
        yield f"内容类别：{'、'.join(settings.classes)}"
    if settings.laws:
        yield f"法律：{'、'.join(settings.laws)}"
    yield from _of_hearing(settings)
    if names:
        yield from _named(settings, names)


def _of_hearing(settings: Settings) -> Iterator[str]:
    if settings.form == Form.COURT_HEARING and settings.hearing is not None:
        hearing = settings.hearing
        said = " ".join(filter(None, (hearing.court, hearing.case, hearing.kind)))
        if said:
            yield f"庭审：{said}{'（线上）' if hearing.online else ''}"


def _named(settings: Settings, names: Mapping[str, str]) -> Iterator[str]:
    if settings.speaker:
        on_roll = "、".join(f"{names.get(number, '')}（{number}）" for number in settings.speakers)
        yield f"主讲：{settings.speaker}" + (f"，其中计讲法治课：{on_roll}" if on_roll else "（不在名册）")
    held = "市级" if settings.held_by is HeldBy.CITY else "单位"
    yield f"主办：{'、'.join(names.get(code, code) for code in settings.units)}（{held}活动）"
    if settings.sign_out:
        yield "签退：是"
    if settings.plan:
        yield f"学法计划：{settings.plan}"


def _whom(settings: Settings, names: Mapping[str, str]) -> str:
    return whom(audience_of(settings), names, None)


def published(one: Activity, invited: int, now: datetime) -> str:
    number, last = one.number, one.settings.sessions[-1]
    if last.ends <= now:
        return f"活动 {number} 已发布。请回复“活动 {number} 到场 姓名”登记到场，再回复“办结 {number}”。"
    if one.settings.form == Form.COURT_HEARING:
        signing = f"到场后请回复“活动 {number} 到场 姓名”登记"
    else:
        signing = f"开始前 30 分钟开放签到，到时回复“活动 {number} 码”取签到码"
    return f"活动 {number} 已发布，将在工作时间通知受邀的 {invited} 人。{signing}；结束后回复“办结 {number}”。"
