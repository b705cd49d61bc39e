"""The line of the ledger for an answer to a question of a quiz."""

from functools import lru_cache
from typing import Final

from handlers.actions.daily_entry import content_class
from training.broadcasts import Answered
from training.calendar import day_of
from training.hours import Entry, Form, decimal
from training.people import Person
from training.quizzes import Quiz, title
from training.rule_document import hours_text
from training.rules import Rules

SOURCE: Final = "quiz"


def entry(rules: Rules, answered: Answered, quiz: Quiz, person: Person) -> Entry:
    """What was posted for it, on the day of the answer and at the person's place of that moment."""
    day, item = day_of(answered.answered_at), answered.item
    return Entry(
        person=person.number,
        unit=person.unit,
        category=person.category,
        mark=person.mark,
        year=day.year,
        starts_on=day,
        ends_on=day,
        form=Form.QUIZ,
        content_classes=(content_class(quiz.asked[item].question),),
        title=title(answered.broadcast, item, quiz.bank[item]),
        hours=decimal(answered.posted),
        rule=_rule_words(quiz.credit, rules.form(Form.QUIZ, day).yearly_cap),
        source=SOURCE,
        source_ref=f"quiz:{answered.broadcast}:{item}:{person.number}",
        recorded_at=answered.answered_at,
    )


@lru_cache(maxsize=64)
def _rule_words(credit: int, cap: int | None) -> str:
    """认定规则 of the quiz."""
    limit = "不设年度上限" if cap is None else f"每年至多 {hours_text(cap)} 学时"
    return f"群发答题 {decimal(credit)} 学时/题，{limit}"
