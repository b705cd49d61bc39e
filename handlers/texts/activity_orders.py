"""What the command line says about 培训活动."""

from collections.abc import Sequence
from typing import Final

from handlers.actions.activity_signing import Shown
from handlers.texts.activity_notices import when
from handlers.texts.activity_refusals import STATES
from handlers.texts.words import FORMS
from training import activity_errors as errors
from training.activities import Activity, State
from training.activity_errors import ActivityRefusal
from training.activity_form import NO_SESSION, lacking
from training.calendar import CITY
from training.sign_lists import SignPlan

NONE: Final = "还没有培训活动。新建：xuefa activity create 文件.toml，样例：xuefa activity example。"
DRAFT: Final = "草稿"


def title(one: Activity) -> str:
    """`活动 12 专题讲座《行政处罚法培训》（11月25日…）`"""
    number = f"活动 {one.number} " if one.number else ""
    return f"{number}{FORMS.get(one.settings.form, one.settings.form)}《{one.settings.title}》（{when(one)}）"


def state(one: Activity) -> str:
    """A planned one that still lacks something is a draft."""
    return DRAFT if one.state is State.PLANNED and lacking(one.settings) else STATES[one.state]


def tried(one: Activity, invited: int) -> str:
    return f"仅核对，没有新建：{title(one)}，受邀 {invited} 人。去掉 --dry-run 后新建。"


def made(one: Activity, invited: int) -> str:
    if one.state is State.PLANNED:
        return f"已新建{title(one)}，受邀 {invited} 人。发布请运行 xuefa activity publish {one.number}。"
    return f"已新建并发布{title(one)}。{_inviting(invited)}"


def already(one: Activity) -> str:
    return f"这份文件已新建为{title(one)}，现在是“{state(one)}”，没有重复新建；确要再建请加 --again。"


def published(one: Activity, invited: int) -> str:
    return f"已发布{title(one)}。{_inviting(invited)}"


def _inviting(invited: int) -> str:
    return f"受邀 {invited} 人，邀请在免打扰时段以外陆续发出。"


def listed(found: Sequence[Activity]) -> Sequence[str]:
    return [_line(one) for one in found] or [NONE]


def _line(one: Activity) -> str:
    settings = one.settings
    times = "" if settings.sessions == (NO_SESSION,) else f" {when(one)}"
    place = f"（{settings.place}）" if settings.place else ""
    waits = f"，批次 {one.batch}" if one.state is State.CONCLUDED else ""
    return f"{one.number} [{state(one)}{waits}]{times} {settings.title or '未写标题'}{place}"


def cancelled(one: Activity, told: int, *, queued: bool) -> str:
    if not told:
        return f"活动 {one.number} 已取消。"
    said = "已排队通知" if queued else "还没有配置企业微信，没有通知"
    return f"活动 {one.number} 已取消，{said}受邀和已签到的 {told} 人。已有的签到记录保留，不计学时。"


def code(shown: Shown) -> str:
    until = shown.until.astimezone(CITY)
    return f"活动 {shown.activity.number} 签到码：{shown.code}，{until:%H:%M:%S} 前有效。"


def attended(number: int, plan: SignPlan, dry_run: bool) -> Sequence[str]:
    said = f"读到 {plan.read} 行，登记到场 {len(plan.seen)}，待核对 {plan.doubtful}，拒收 {plan.rejected}。"
    if dry_run:
        return (f"仅核对，没有登记：{said}",)
    return (
        (said, f"核对无误后请办结：xuefa activity close {number} --minutes 实际分钟数。") if plan.seen else (said,)
    )


def exported(path: str, rows: int) -> str:
    return f"签到表已导出到 {path}，共 {rows} 行。"


def refused(refusal: ActivityRefusal) -> str:
    """Where the command line does something else about it than the chat; else empty."""
    match refusal:
        case errors.NobodyPresent():
            number = refusal.number
            return f"活动 {number} 的名单上没有到场的人，请先登记：xuefa activity attend {number} 文件。"
        case errors.BadMinutes():
            days = f"共 {refusal.sessions} 天，用逗号隔开，" if refusal.sessions > 1 else ""
            return f"--minutes 应为每天的实际时长，{days}1 到 {refusal.most} 分钟，请核对；不写为按计划。"
        case errors.OnlyByCity():
            return '市级活动由市级管理员新建，请写 held_by = "unit"，或不写 --as。'
    return ""
