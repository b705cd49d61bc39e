"""What is said about the hours of an activity that wait for a second person."""

from collections.abc import Iterator
from typing import Final

from training.activity_hours import ActivityHours

_SHOWN: Final = 60  # people; the rest are on the activity's list


def title(changes: ActivityHours) -> str:
    late = "（补录）" if changes.late else ""
    return f"活动 {changes.number} 认定学时{late} {changes.persons} 人"


def details(changes: ActivityHours) -> Iterator[str]:
    yield f"{changes.title}：{changes.sessions}"
    yield f"共 {changes.persons} 人，合计 {changes.hours} 学时。"
    for one in changes.people[:_SHOWN]:
        yield f"{one.name}（{one.person}）{one.year} 年度 {one.hours}"
    if len(changes.people) > _SHOWN:
        yield f"……其余请回复“活动 {changes.number} 名单”查看。"
