"""One line of 履职登记 as people type it: which duty, whose, on which day, what it was, and where the papers are.

`讲法治课 张三 2026-11-20 行政处罚法专题 佐证 档案室3号`: parts are divided by blanks, several people by `、`. What
stands before the day says whose it is. A day without a year is of this year.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from training.cell_words import day_from, folded, listed, looks_like_id_card
from training.duty_errors import FollowsElsewhere, IdentityNumber, UnknownDuty
from training.errors import Malformed

USAGE: Final = "登记 讲法治课 张三 2026-11-20 行政处罚法专题"
QUOTAS: Final[Mapping[str, tuple[str, ...]]] = {  # the first word is the one on screen
    "report": ("述法", "年度述法"),
    "meeting": (
        *("常务会议听取汇报", "常务会议听取依法行政工作汇报", "常务会议", "听取汇报", "政府常务会议听取汇报"),
        "市政府常务会议听取汇报",
    ),
    "class": ("讲法治课", "法治课", "讲课", "授课"),
    "lectures": ("法治专题讲座", "举办法治专题讲座", "专题讲座", "法治讲座", "举办讲座"),
    "hearing": ("旁听庭审", "旁听"),
    "hearing-organised": ("组织旁听", "组织旁听庭审", "组织旁听行政诉讼庭审", "组织旁听行政诉讼", "旁听行政诉讼"),
    "off-job": ("脱产培训", "任期内脱产培训", "脱产"),
    "drills": ("岗位练兵", "练兵"),
    "competition": ("技能竞赛", "业务技能竞赛", "竞赛"),
}
ELSEWHERE: Final = (
    *("公职律师", "法律职业资格", "执法证", "有效执法证", "学时", "考试", "法律知识考试"),
    "年度法律知识考试",
)
NAMES: Final = tuple(words[0] for words in QUOTAS.values())
MOST_CHARACTERS: Final = 200
_WORDS: Final = {folded(word): quota for quota, words in QUOTAS.items() for word in words}
_ELSEWHERE: Final = frozenset(map(folded, ELSEWHERE))
_SHORT_DAY: Final = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_EVIDENCE: Final = re.compile(r"(?:^|\s)佐证[:：\s]*(\S.*)$")
_NUMBER_AND_REASON: Final = re.compile(r"(\d{1,9})(?:[\s:：,，]+(\S.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """`subjects` are names, numbers or codes as typed, none when it goes without saying."""

    quota: str
    subjects: tuple[str, ...]
    day: date
    title: str = ""
    evidence: str = ""


def fact_words(text: str, today: date) -> Said:
    """Raises: Malformed, UnknownDuty, FollowsElsewhere, IdentityNumber."""
    if looks_like_id_card(text):
        raise IdentityNumber
    plain = " ".join(unicodedata.normalize("NFKC", text).replace(",", " ").split())
    head, _, rest = plain.partition(" ")
    quota = quota_of(head)
    papers = _EVIDENCE.search(rest)
    words = rest[: papers.start() if papers else None].split()
    days = [(place, day) for place, word in enumerate(words) if (day := _day(word, today))]
    if not days:
        raise Malformed(USAGE)
    place, day = days[0]
    subjects = tuple(name for word in words[:place] for name in listed(word))
    title, evidence = " ".join(words[place + 1 :]), papers[1].strip() if papers else ""
    if max(len(title), len(evidence)) > MOST_CHARACTERS:
        raise Malformed(USAGE)
    return Said(quota, subjects, day, title, evidence)


def quota_of(word: str) -> str:
    """Raises: UnknownDuty, FollowsElsewhere."""
    if folded(word) in _ELSEWHERE:
        raise FollowsElsewhere(word)
    found = _WORDS.get(folded(word))
    if found is None:
        raise UnknownDuty(word, NAMES)
    return found


def number_and_reason(text: str) -> tuple[int, str]:
    """`12 填错了人`. Raises: Malformed, IdentityNumber."""
    found = _NUMBER_AND_REASON.fullmatch(text.strip())
    if found is None:
        raise Malformed("撤销登记 12 人员填写有误")
    if looks_like_id_card(text):
        raise IdentityNumber
    return int(found[1]), (found[2] or "").strip()


def _day(word: str, today: date) -> date | None:
    short = _SHORT_DAY.fullmatch(word)
    return day_from(f"{today.year}-{short[1]}-{short[2]}" if short else word)
