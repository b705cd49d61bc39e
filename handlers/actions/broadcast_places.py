"""Where a `群发` conversation stands, as the focus keeps it (`12:whom`), and where each answer leads.

The steps are answered one after the other. From a step, `改 范围` leads to one before it and back; a step that was
never answered is not passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training.broadcast_errors import (
    BroadcastRefusal,
    ClosesTooEarly,
    CreditForWritten,
    InThePast,
    NeverComes,
    NobodyReached,
    NoSuchPersons,
    NoSuchUnits,
    NothingToSend,
    OneEndForMany,
    OutsideScope,
    TooFewToDraw,
    TooManyQuestions,
    UnfitQuestions,
)
from training.broadcasts import Audience, Broadcast, Kind, Settings

FOCUS: Final = "broadcast"
BACK: Final = "back"  # behind a step: from there to the preview again
_EMPTY: Final = Settings(Kind.NOTICE)


class Step(StrEnum):
    """What the next words answer."""

    OPEN = "open"  # go on with the draft, or begin another
    WHAT = "what"
    CONTENT = "content"
    WHOM = "whom"
    WHEN = "when"
    PREVIEW = "preview"


_ORDER: Final = (Step.WHAT, Step.CONTENT, Step.WHOM, Step.WHEN, Step.PREVIEW)


@dataclass(frozen=True, slots=True)
class Place:
    """`more`: `BACK`, the persons counted for the preview, or the first step that was never answered."""

    number: int
    step: Step
    more: str = ""

    @property
    def ref(self) -> str:
        return f"{self.number}:{self.step}" + (f":{self.more}" if self.more else "")

    @property
    def due(self) -> Step:
        """The first step that was never answered; the preview when there is none."""
        if self.more == BACK or self.step is Step.PREVIEW:
            return Step.PREVIEW
        return Step(self.more) if self.more else self.step

    def going_to(self, step: Step) -> "Place":
        """`改 范围`: an answered step, then back to where this one was; never over one that was not answered."""
        if _ORDER.index(step) >= _ORDER.index(self.due):
            return Place(self.number, self.due)
        return Place(self.number, step, BACK if self.due is Step.PREVIEW else self.due)

    def after(self, settings: Settings) -> "Place":
        """Where an answer that was taken leads; another kind asks for its content wherever one comes from."""
        if self.step is Step.WHAT and lacks_content(settings):
            return Place(self.number, Step.CONTENT, self.more)
        due = self.due
        return Place(self.number, _step_after(due, settings) if due is self.step else due)


_MENDED_AT: Final[Mapping[Step, tuple[type[BroadcastRefusal], ...]]] = {
    Step.CONTENT: (NothingToSend, TooFewToDraw, TooManyQuestions, UnfitQuestions),
    Step.WHOM: (NoSuchUnits, NoSuchPersons, OutsideScope, NobodyReached),
    Step.WHEN: (InThePast, ClosesTooEarly, NeverComes, OneEndForMany, CreditForWritten),
}


def place_in(ref: str) -> Place:
    number, step, *more = ref.split(":")
    return Place(int(number), Step(step), "".join(more))


def lacks_content(settings: Settings) -> bool:
    said = settings.text or settings.questions or settings.written or settings.draw
    return not said and settings.kind is not Kind.STATISTICS


def _step_after(step: Step, settings: Settings) -> Step:
    if step is Step.WHAT:
        return Step.CONTENT if lacks_content(settings) else Step.WHOM
    return {Step.CONTENT: Step.WHOM, Step.WHOM: Step.WHEN}.get(step, Step.PREVIEW)


def left_open(draft: Broadcast, pointed: str) -> Step:
    """Where to go on: what the place that was shown (`pointed`, a ref or empty) lacks, else what the draft does."""
    place = place_in(pointed) if pointed else None
    if place is not None and place.number == draft.number:
        return place.due
    settings = draft.settings
    if is_empty(draft):
        return Step.WHAT
    if lacks_content(settings):
        return Step.CONTENT
    return Step.WHOM if settings.audience == Audience() else Step.WHEN


def step_of(refusal: BroadcastRefusal) -> Step | None:
    """Where it can be mended; None: nowhere in the conversation."""
    return next((step for step, kinds in _MENDED_AT.items() if isinstance(refusal, kinds)), None)


def is_empty(draft: Broadcast) -> bool:
    """Nothing is said in it yet."""
    return draft.settings == _EMPTY
