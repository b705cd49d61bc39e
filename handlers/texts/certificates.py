"""What is said about 合格证书: the certificate in words, or why there is none."""

from typing import Final

from handlers.texts.exam_rules import points
from handlers.texts.exams import when_told
from training.certificates import Certificate, NoCertificate, Why
from training.exam_words import BANDS
from training.rules import Compliance

ISSUER: Final = "市司法局"
PICTURE_NAME: Final = "合格证书.png"
FOLLOWS: Final = "证书图片随后发给您。"
NONE: Final = "还没有您参加的考试，没有证书。回复“考试”查看可以参加的考试。"
TRIAL: Final = "试运行·自愿使用"


def score(one: Certificate) -> str:
    return f"{points(one.score)} 分（满分 {points(one.full)} 分）"


def band(one: Certificate) -> str:
    return BANDS[one.band]


def in_words(one: Certificate, name: str, unit: str, compliance: Compliance) -> str:
    """The whole certificate, also for who wants no pictures."""
    trial = f"（{TRIAL}）" if compliance.on_trial else ""
    return (
        f"【合格证书】{trial}\n{name}（{unit}）参加“{one.title}”，"
        f"成绩 {score(one)}，{band(one)}。\n"
        f"考试日期：{one.day.year}年{one.day.month}月{one.day.day}日\n"
        f"证书编号：{one.number}\n发证单位：{ISSUER}"
    )


def none(lacking: NoCertificate) -> str:
    exam = lacking.exam
    if exam is None:
        return NONE
    title = f"“{exam.settings.title}”"
    match lacking.why:
        case Why.NOT_TOLD:
            return f"{title}的成绩还没有公布，暂时没有证书。{when_told(exam)}"
        case Why.FAILED:
            return f"{title}成绩不合格，没有证书。有补考的，请参加补考，届时会通知您。"
        case Why.NOT_SAT:
            return f"没有您参加{title}的成绩，没有证书。回复“考试”查看考试安排。"
