"""Answers to a quiz that was sent to many, tapped or typed, `下一题`, and showing it again (`群发答题`).

The word itself is routed by `broadcasts`: for who sends broadcasts it has a second meaning.
"""

from datetime import datetime

from handlers.actions import quiz_asking
from handlers.actions.quiz import Answering, Finished, Over, Receipt, Twice
from handlers.actions.quiz_beside import FOCUS
from handlers.message import Kind, Push, Reply, Text
from handlers.routing import Hot, Item, Route
from handlers.texts import quiz as texts
from question_bank.judging import looks_like_choice
from storage.database import Tx
from training.broadcasts import Asked
from training.rules import Rules


def routes(rules: Rules) -> tuple[Route, ...]:
    answering, showing = Answering(rules), Showing(rules)
    hot = Hot(answering.load, answering.decide, answering.write, showing.said)
    return (
        Route(hot, tap=texts.TAP, focus=FOCUS, understands=looks_like_choice),
        Route(hot, focus=FOCUS, steps=("下一题", "下题", "跳过"), waits=True),
    )


class Showing:
    """A tap changes its card; words are answered in words."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def said(self, item: Item, told: Receipt | Asked | Over | Finished | Twice) -> Reply:
        tapped = item.incoming.kind is Kind.TAP
        match told:
            case Receipt():
                return self._result(told, tapped=tapped)
            case Asked() if tapped:
                return texts.next_on_card(told, item.incoming.account, trial=self._trial)
            case Asked():
                return texts.next_in_words(told, trial=self._trial)
            case Over():
                return texts.over(told.broadcast, told.standing, tapped=tapped)
            case Twice():
                return texts.twice(told.chosen, told.answered, told.open)
        return texts.finished(told.broadcast, told.of, told.right, tapped=tapped)

    @property
    def _trial(self) -> bool:
        return self._rules.compliance.on_trial

    def _result(self, receipt: Receipt, *, tapped: bool) -> Reply:
        following, answered = receipt.following, receipt.answered
        outcome = texts.Outcome(
            answered.chosen,
            answered.correct,
            receipt.first,
            receipt.worth,
            answered.earned,
            answered.posted,
            receipt.counted,
            receipt.owed,
            receipt.given,
            receipt.right,
            None if following is None else following.item,
            receipt.exam,
        )
        if tapped:
            return texts.result_on_card(receipt.asked, outcome)
        behind = None if receipt.exam else following
        return texts.result_in_words(receipt.asked, outcome, behind, trial=self._trial)

    async def again(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """As messages of their own: a passive reply cannot be a card."""
        asked, text_only = await quiz_asking.show_open(tx, item.asker, now), item.asker.wishes.text_only
        messages = texts.messages(asked, trial=self._trial, text_only=text_only)
        if isinstance(messages[0], Text) and text_only:
            return Reply(messages[0])
        return Reply(None, tuple(Push((item.incoming.account,), content) for content in messages))
