"""What is said to a person about the own duties besides hours."""

from collections.abc import Sequence
from typing import Final

from handlers.texts.duties import ORIGINS, done, notes, quota
from training.duties import Owes
from training.duty_facts import Progress

NOTHING: Final = "除学时以外，名册中没有您今年要完成的其他要求。学时要求请看“我的学时”。"


def mine(owed: Sequence[tuple[Owes, Progress]], year: int) -> str:
    if not owed:
        return NOTHING
    lines = [line for owes, progress in owed for line in _lines(owes, progress)]
    return "\n".join((f"【我的要求 · {year}年度】学时以外：", *lines, "学时要求请看“我的学时”。"))


def _lines(owes: Owes, progress: Progress) -> list[str]:
    duty = owes.duty
    said = "，".join((*notes(owes), *done(owes, progress)))
    head = f"{duty.name}：{quota(duty)}{f'（{said}）' if said else ''}"
    return [head, f"　“{duty.words}”（任务 {duty.task}，{ORIGINS[duty.origin]}）"]
