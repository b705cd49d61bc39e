"""What the audit log says of 培训活动 and 申报, in words: states, and what was planned."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from training import activities, claims
from training.activities import Settings
from training.calendar import CITY
from training.names import FORMS

# As the log has them: plain texts, which may be anything.
_ACTIVITY: Final[Mapping[str, str]] = {
    activities.State.PLANNED: "计划",
    activities.State.PUBLISHED: "已发布",
    activities.State.SIGNING: "签到中",
    activities.State.CONCLUDED: "已办结，待确认",
    activities.State.POSTED: "已入账",
    activities.State.CANCELLED: "已取消",
}
_CLAIM: Final[Mapping[str, str]] = {
    claims.State.DRAFT: "草稿",
    claims.State.SUBMITTED: "待审核",
    claims.State.RETURNED: "退回补充",
    claims.State.APPROVED: "已认定",
    claims.State.REJECTED: "未通过",
    claims.State.WITHDRAWN: "已撤回",
}

_FORMS: Final[Mapping[str, str]] = {str(form): words for form, words in FORMS.items()}


def activity(text: str) -> str:
    """A state, or what was planned; anything else as it stands."""
    if not text.startswith("{"):
        return _ACTIVITY.get(text, text)
    try:
        return "；".join(_parts(msgspec.json.decode(text, type=Settings)))
    except msgspec.MsgspecError:
        return text


def claim(text: str) -> str:
    """A state; anything else, such as the 单位代码 of a level, as it stands."""
    return _CLAIM.get(text, text)


def _parts(settings: Settings) -> Iterator[str]:
    yield f"《{settings.title}》"
    yield _FORMS.get(settings.form, settings.form)
    for one in settings.sessions:
        starts, ends = one.starts.astimezone(CITY), one.ends.astimezone(CITY)
        yield f"{starts:%Y-%m-%d %H:%M}—{ends:%H:%M}"
    if settings.place:
        yield settings.place
    yield f"单位 {'、'.join(settings.units)}"
