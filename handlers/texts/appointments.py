"""What is said when a roster brings new people who may see or change the records of others."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from training.people import Role
from training.roster_columns import ROLE_NAMES

TRUSTED: Final = (Role.CITY_ADMIN, Role.AUDITOR, Role.SYSTEM_ADMIN)


class Appointed(NamedTuple):
    number: str
    name: str
    role: Role


def named(appointed: Sequence[Appointed]) -> str:
    return "、".join(f"{ROLE_NAMES[one.role]} {one.name}（{one.number}）" for one in appointed)


def to_admins(appointed: Sequence[Appointed], operator: str) -> str:
    """To the other city admins; `operator` is who ran the command line."""
    said = f"操作人 {operator} 通过命令行导入名册，新增：{named(appointed)}，已经生效。"
    return f"【新增管理人员】{said}\n如有疑问，请尽快向操作人核实。"


def to_operator(appointed: Sequence[Appointed], told: int) -> str:
    said = f"新增有管理或监督权限的人员：{named(appointed)}"
    return f"{said}；已通知其他市级管理员 {told} 人。" if told else f"{said}。"
