"""How a sitting is shown: one living card that a tap changes, words only, or a new card for every question.

A new card is a call and counts among the thirty messages a minute that reach a person: only where few sit, and not
faster than `CARDS_A_MINUTE`; beyond that the card in hand is changed. Typed words are always answered in words.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_turn import Screen
from handlers.message import Grey, Kind, Push, Reply, Text
from handlers.routing import Item
from handlers.texts import exam_screens
from training.exams import Mode

MOST_SITTERS: Final = 500  # from here on a card a question would be too many calls
CARDS_A_MINUTE: Final = 20
_MINUTE: Final = timedelta(minutes=1)


class Showing:
    """What was sent lately is kept in memory: it only saves messages."""

    def __init__(self, mode: Mode, shelf: Shelf) -> None:
        self._mode = mode
        self._shelf = shelf
        self._lately: dict[str, deque[datetime]] = {}

    def by_cards(self, item: Item) -> bool:
        return self._mode is not Mode.TEXT and not item.asker.wishes.text_only

    def begin(self, item: Item, shown: Screen) -> Reply:
        """A passive reply cannot be a card: it comes as messages of its own."""
        if not self.by_cards(item):
            return Reply(Text(exam_screens.text(shown)))
        contents = exam_screens.messages(shown)
        return Reply(None, tuple(Push((item.incoming.account,), content) for content in contents))

    def go_on(self, item: Item, shown: Screen) -> Reply:
        if item.incoming.kind is not Kind.TAP:
            return Reply(Text(exam_screens.text(shown)))
        if self._with_a_new_card(shown):
            return Reply(Grey(exam_screens.saved(shown)), self.begin(item, shown).then)
        follows = exam_screens.follows(shown)
        more = (Push((item.incoming.account,), Text(follows)),) if follows else ()
        return Reply(exam_screens.card(shown), more)

    def _with_a_new_card(self, shown: Screen) -> bool:
        """Not for letters of a multiple choice that are taken in or out: their card stays."""
        if self._mode is not Mode.CARDS or not 0 < self._shelf.sitters(shown.exam.number) < MOST_SITTERS:
            return False
        if shown.receipt is None or shown.receipt.item == shown.sitting.at:
            return False
        sent = self._lately.setdefault(shown.sitting.person, deque(maxlen=CARDS_A_MINUTE))
        if len(sent) == CARDS_A_MINUTE and shown.now - sent[0] < _MINUTE:
            return False
        sent.append(shown.now)
        return True
