"""What people on the roll are told by the clock: the same text for everybody, without a name or a score."""

from handlers.texts.exam_rules import moment
from handlers.texts.exams import when_told
from training.exams import Exam


def opened(exam: Exam) -> str:
    what = "补考已开始" if exam.makeup_of else "已开始"
    settings = exam.settings
    return (
        f"“{settings.title}”{what}，请在 {moment(exam.closes_at)} 前完成，时长 {settings.duration_minutes} 分钟。"
        "回复“考试”查看说明，准备好再回复“开始”。"
    )


def time_is_up(exam: Exam) -> str:
    then = "回复“成绩”查看。" if exam.scores_told else when_told(exam)
    return f"“{exam.settings.title}”考试时间到，已自动交卷，已保存的作答都计入。{then}"


def scores_out(exam: Exam) -> str:
    return f"“{exam.settings.title}”成绩已公布，回复“成绩”查看。"
