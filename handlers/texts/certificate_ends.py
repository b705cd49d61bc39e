"""What is said before an enforcement certificate ends: to its holder, and to the admins of the unit."""

from collections.abc import Sequence
from datetime import date
from typing import Final

_SHOWN: Final = 30


def to_holder(until: date, left: int) -> str:
    when = f"还有 {left} 天" if left else "就在今天"
    return (
        f"【执法证到期提醒】您的行政执法证有效期至 {until}，{when}。请联系本单位法制机构办理换证；"
        "换证后请本单位管理员更新名册中的有效期。不想再收此类通知，请回复“免打扰”。"
    )


def to_admins(until: date, left: int, names: Sequence[str]) -> str:
    when = f"还有 {left} 天" if left else "就在今天"
    listed = "、".join(names[:_SHOWN]) + (f"等 {len(names)} 人" if len(names) > _SHOWN else "")
    head = f"【执法证到期提醒】您管辖的单位有 {len(names)} 人的执法证有效期至 {until}（{when}）"
    return f"{head}：{listed}。请及时办理换证。"
