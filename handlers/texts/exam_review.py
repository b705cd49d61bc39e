"""What was wrong and why, after the answers are released: the whole question as this person saw it."""

from collections.abc import Iterator

from handlers.actions.exam_looking_back import LookedBack, Reviewed
from handlers.texts.exam_rules import points
from handlers.texts.words import KINDS
from question_bank.citations import printed
from question_bank.questions import Kind, Question, shown
from training.marking import half_up


def review(back: LookedBack) -> str:
    head = f"【{back.exam.settings.title}】{points(back.score)} 分，共 {back.total} 题"
    if not back.wrong:
        return f"{head}，全部答对。"
    items = "\n\n".join("\n".join(_item(one)) for one in back.wrong)
    return f"{head}，以下 {len(back.wrong)} 题没有得满分：\n\n{items}"


def _item(one: Reviewed) -> Iterator[str]:
    question = one.question
    earned = f"{points(half_up(one.earned))}/{points(half_up(one.points))}"
    yield f"第{one.number + 1}题 {KINDS[question.kind]}（得 {earned} 分）"
    if one.whole is not None:
        yield f"【案例】{one.whole.stem}"
    yield shown(question)
    yield f"您的答案：{_joined(question, one.chosen) or '未答'}"
    yield f"正确答案：{_right(question)}"
    explained = question.explanation or (one.whole.explanation if one.whole else "")
    if explained:
        yield f"解析：{explained}"
    citations = question.citations or (one.whole.citations if one.whole else ())
    if citations:
        yield "依据：" + "、".join(printed(citation) for citation in citations)


def _joined(question: Question, chosen: tuple[str, ...]) -> str:
    return ("；" if question.kind is Kind.BLANK else "").join(chosen)


def _right(question: Question) -> str:
    """Of blanks all accepted texts."""
    if question.kind is not Kind.BLANK:
        return "".join(map(str, question.answer))
    return "；".join(one if isinstance(one, str) else "／".join(one) for one in question.answer)
