"""The sentence for every refusal of an answer to a 答题活动."""

from handlers.texts.quiz import AGAIN, named
from handlers.texts.words import day
from training import quiz_errors as errors
from training.quiz_errors import QuizRefusal


def said(refusal: QuizRefusal) -> str:
    match refusal:
        case errors.NotAsked():
            return f"群发答题 {refusal.broadcast} 没有发给您，或者没有这道题。回复“今日一题”可以查看您今天的题。"
        case errors.NoneOpen():
            return "现在没有等您作答的群发答题。回复“今日一题”做今天的题。"
        case errors.QuizOrExam():
            again = f"要答题，请再回复一次“{AGAIN}”"
            return f"刚才同时有考试和群发答题，这条没有计入。继续考试请回复“考试”；{again}。"
        case errors.WhichOfBoth():
            return _which(refusal)
    return ""


def _which(refusal: errors.WhichOfBoth) -> str:
    names = [f"{day(refusal.daily)}的每日一题"] if refusal.daily else []
    names += [named(*one) for one in refusal.quizzes]
    listed = "、".join(names)
    again = f"“今日一题”或“{AGAIN}”" if refusal.daily else f"“{AGAIN}”"
    how = f"请在对应的卡片上点选；没有卡片的，请过一分钟再回复{again}作答"
    return f"您刚才打开了两道题（{listed}），不知道您答的是哪一道，这条没有计入。{how}。"
