"""The line of the ledger for an answer to a daily question."""

from functools import lru_cache
from typing import Final

from question_bank.questions import Question
from training.daily import Answered, DailyQuestion
from training.forms import FormRule
from training.hours import Entry, Form, decimal
from training.people import Person
from training.rule_document import hours_text
from training.rules import Rules

SOURCE: Final = "daily"


def entry(rules: Rules, answered: Answered, asked: DailyQuestion, person: Person) -> Entry:
    """What was posted for it, at the person's place of that moment."""
    day_text = asked.day.isoformat()
    return Entry(
        person=person.number,
        unit=person.unit,
        category=person.category,
        mark=person.mark,
        year=asked.day.year,
        starts_on=asked.day,
        ends_on=asked.day,
        form=Form.DAILY,
        content_classes=(content_class(asked.question),),
        title=f"每日一题 {day_text} {asked.question.id}",
        hours=decimal(answered.posted),
        rule=_rule_words(rules.form(Form.DAILY, asked.day)),
        source=SOURCE,
        source_ref=f"{day_text}:{person.number}",
        recorded_at=answered.answered_at,
    )


def _rule_words(worth: FormRule) -> str:
    """认定规则 of the daily question."""
    return _in_words(worth.amount, worth.yearly_cap)


@lru_cache(maxsize=16)
def _in_words(amount: int, cap: int | None) -> str:
    limit = "不设年度上限" if cap is None else f"每年至多 {hours_text(cap)} 学时"
    return f"每日一题 {decimal(amount)} 学时/题，{limit}"


def content_class(question: Question) -> str:
    """内容类别 of a question, by the law it cites first."""
    law = question.citations[0].law if question.citations else ""
    return "宪法" if law.removeprefix("中华人民共和国") == "宪法" else "公共法律"
