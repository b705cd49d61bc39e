"""The preview of a broadcast: its very messages, to the sender alone, and then in one text what a `确认` would do.

The buttons of a preview have keys of their own, so that no tap on it counts.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions.broadcast_content import known_questions
from handlers.actions.broadcast_dialogue import Dialogue, Preview
from handlers.actions.broadcast_questions import asked
from handlers.message import Button, Card, Content, Push, Reply, Text
from handlers.routing import Item
from handlers.texts import broadcast_previews as texts
from handlers.texts import broadcast_sending as sending_texts
from handlers.texts.broadcasts import PREVIEW_TAP
from storage.database import Tx
from training.broadcasts import Broadcast, Kind
from training.rules import Rules

TAP: Final = "preview"


class Previews:
    def __init__(self, dialogue: Dialogue, rules: Rules) -> None:
        self._dialogue = dialogue
        self._rules = rules

    async def show(self, tx: Tx, item: Item, draft: Broadcast, now: datetime) -> Reply:
        """Raises: what keeps it from being sent as it stands."""
        preview = await self._dialogue.preview(tx, item.asker.person, draft, now)
        messages = await self._messages(tx, item, preview)
        account = (item.incoming.account,)
        pushes = (*(Push(account, one) for one in messages), Push(account, Text(texts.summary(preview))))
        return Reply(Text(texts.BEFORE_PREVIEW), pushes)

    async def _messages(self, tx: Tx, item: Item, preview: Preview) -> list[Content]:
        draft, settings = preview.draft, preview.draft.settings
        if settings.kind is Kind.STATISTICS:
            return [Text(texts.statistics(draft.number))]
        known = list(await known_questions(tx, settings))
        # Of those behind the first one only their number is shown.
        frozen = [("", 0, one) for one in (*known, *known[:1] * settings.draw)]
        first: list[Content] = []
        if settings.kind is Kind.NOTICE or settings.questions or not settings.draw:
            sent = replace(draft, closes_at=preview.timed.closes_at)
            trial, text_only = self._rules.compliance.on_trial, item.asker.wishes.text_only
            first = harmless(sending_texts.messages(sent, frozen, None, trial=trial, text_only=text_only))
        more = settings.kind is Kind.QUIZ and asked(settings) > len(first[:1])
        return [*first, Text(texts.rest_of_quiz(settings, known))] if more else first


def harmless(messages: Iterable[Content]) -> list[Content]:
    """With keys that answer only that this is a preview."""
    return [_keyed(one) if isinstance(one, Card) else one for one in messages]


def _keyed(card: Card) -> Card:
    submit = None if card.submit is None else _button(card.submit)
    return replace(card, buttons=tuple(map(_button, card.buttons)), submit=submit)


def _button(button: Button) -> Button:
    return replace(button, key=f"{TAP}:{button.key}")


async def tapped(tx: Tx, item: Item, now: datetime) -> Reply:
    return Reply(Text(PREVIEW_TAP))
