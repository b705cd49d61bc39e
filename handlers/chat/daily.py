"""`今日一题`, `补做`, and answers to the question of a day, tapped or typed."""

from datetime import datetime
from typing import Final

from handlers.actions import asking
from handlers.actions.daily import FOCUS, Answering, Receipt
from handlers.message import Kind, Push, Reply, Text
from handlers.routing import Hot, Item, Route
from handlers.texts import daily as texts
from question_bank.judging import looks_like_choice
from storage.database import Tx
from training.rules import Rules


def routes(rules: Rules) -> tuple[Route, ...]:
    answering = Answering(rules)
    hot = Hot(answering.load, answering.decide, answering.write, _said)
    asks = Asking(rules)
    return (
        Route(hot, tap=texts.TAP, focus=FOCUS, understands=looks_like_choice),
        Route(asks.today, words=("今日一题", "每日一题", "今天的题", "答题")),
        Route(asks.make_up, words=("补做", "补答")),
    )


def _said(item: Item, receipt: Receipt) -> Reply:
    return texts.result(receipt, tapped=item.incoming.kind is Kind.TAP)


class Asking:
    """Showing a question again, as messages of their own: a passive reply cannot be a card."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def today(self, tx: Tx, item: Item, now: datetime) -> Reply:
        shown = await asking.show_today(tx, self._rules, item.asker, now)
        return self._reply(item, shown)

    async def make_up(self, tx: Tx, item: Item, now: datetime) -> Reply:
        open_days = await asking.open_days(tx, item.asker, now)
        if not open_days:
            return Reply(Text(_NOTHING_OPEN))
        shown = await asking.show(tx, self._rules, item.asker, open_days[0], now)
        return self._reply(item, shown)

    def _reply(self, item: Item, shown: asking.Shown) -> Reply:
        if shown.receipt is not None:
            return texts.result(shown.receipt, tapped=False)
        trial, text_only = self._rules.compliance.on_trial, item.asker.wishes.text_only
        messages = texts.question_messages(shown.asked, trial=trial, text_only=text_only)
        if isinstance(messages[0], Text) and text_only:
            return Reply(messages[0])
        return Reply(None, tuple(Push((item.incoming.account,), content) for content in messages))


_NOTHING_OPEN: Final = "本周没有要补做的题目。回复“今日一题”查看今天的题。"
