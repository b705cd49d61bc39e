"""What an exam is before and after sitting it: the rules, when it opens, that it was handed in, the score."""

from datetime import datetime
from typing import Final

from handlers.actions.exam_ending import Handed
from handlers.actions.exam_starting import Offer
from handlers.message import Button, Card
from handlers.texts.exam_rules import moment, points, rules
from handlers.texts.exam_screens import END_TAP, START_TAP
from question_bank.questions import CARD_CHARACTERS
from storage.exam_marks import Result
from storage.sittings import BY_CLOCK, BY_PERSON
from training.exam_results import band, kept
from training.exam_words import BANDS
from training.exams import Exam, Excuse, ScoreRelease, State
from training.sitting import minutes_left

EXCUSES: Final = {
    Excuse.DEFERRED: "您已办理缓考，请等补考通知。",
    Excuse.EXCUSED: "您已办理免考，不用参加。",
}


def offered(offer: Offer, now_state: State, items: int = 0) -> str:
    """The rules before the start, when it opens, or what became of it; `items` as for `rules`."""
    exam = offer.exam
    if offer.now_open:
        which = f"开始 {exam.number}" if offer.others else "开始"
        again = f"\n\n您已考 {len(offer.results)} 次。{result(exam, offer.results)}" if offer.results else ""
        begin = f"\n\n回复“{which}”开始作答，计时即开始。{_others(offer)}"
        return f"{rules(exam.settings, offer.sitter.group, items)}{again}{begin}"
    if offer.sitter.excuse is not Excuse.NONE and not (offer.results and exam.scores_told):
        return f"“{exam.settings.title}”：{EXCUSES[offer.sitter.excuse]}"
    if now_state is State.PUBLISHED:
        window = f"将于 {moment(exam.opens_at)} 开始，{moment(exam.closes_at)} 结束"
        return f"“{exam.settings.title}”{window}。到时回复“考试”作答。"
    if not offer.results:
        over = f"已于 {moment(exam.closes_at)} 结束，没有您的答卷"
        return f"“{exam.settings.title}”{over}。如有疑问，请联系本单位管理员。"
    return result(exam, offer.results)


def _others(offer: Offer) -> str:
    """That there are more exams that can be begun, with the numbers of all."""
    if not offer.others:
        return ""
    listed = "；".join(
        f"{exam.number}“{exam.settings.title}”（{moment(exam.closes_at)} 截止）"
        for exam in sorted((offer.exam, *offer.others), key=lambda one: one.number)
    )
    return f"\n\n您现在可以参加 {len(offer.others) + 1} 场考试：{listed}。看另一场请回复“考试 编号”。"


def start_card(exam: Exam, now: datetime) -> Card:
    """The rules stand in the text before it."""
    minutes = minutes_left(now, exam.deadline(now))
    return Card(
        title=exam.settings.title[:36],
        body=f"点“开始考试”立即计时，限时 {minutes} 分钟。中途离开可以回来继续，计时不停。",
        buttons=(Button("开始考试", f"{START_TAP}:{exam.number}"),),
    )


def result(exam: Exam, results: tuple[Result, ...]) -> str:
    """The score that counts, when scores are released; until then how it ended."""
    if not exam.scores_told:
        how = "已到时自动交卷" if results[-1].ended_by == BY_CLOCK else "已交卷"
        return f"“{exam.settings.title}”{how}。{when_told(exam)}"
    counts = results[kept([one.score for one in results], exam.settings.keep)]
    several = f"（{len(results)} 次中的第 {counts.number} 次）" if len(results) > 1 else ""
    return f"“{exam.settings.title}”成绩：{_score(exam, counts.score, counts.full_marks)}{several}"


def when_told(exam: Exam) -> str:
    if exam.settings.release_score is ScoreRelease.AT_CLOSE:
        return f"成绩在 {moment(exam.closes_at)} 考试结束后公布，届时回复“成绩”查看。"
    return "成绩由市司法局公布，届时回复“成绩”查看。"


def _score(exam: Exam, score: int, full: int) -> str:
    return f"{points(score)} 分（满分 {points(full)}），{BANDS[band(score, full, exam.settings.bands)]}"


def handed(end: Handed) -> str:
    how = "已交卷" if end.by == BY_PERSON else "考试时间到，已自动交卷，已答的题都计入"
    total, left = len(end.sitting.answered), end.sitting.answered.count("0")
    said = f"“{end.exam.settings.title}”{how}：共 {total} 题，已答 {total - left} 题。"
    if end.told:
        hours = "\n学时已入账，回复“我的学时”查看。" if end.credited else ""
        return f"{said}\n成绩：{_score(end.exam, end.marks.score, end.full_marks)}{hours}"
    return f"{said}\n{when_told(end.exam)}"


def handed_card(end: Handed) -> Card:
    return Card(
        title=end.exam.settings.title[:36],
        body=handed(end)[:CARD_CHARACTERS],
        buttons=(Button("已交卷", f"{END_TAP}:{end.sitting.attempt}"),),
        closed="已交卷",
    )
