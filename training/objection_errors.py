"""Why an 异议, or an answer to one, is refused, as facts; `handlers.texts.objections` has the sentences."""

from dataclasses import dataclass

from training.errors import Refusal


@dataclass(eq=False)
class ObjectionRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NoSuchObjection(ObjectionRefusal):
    """There is none with this number that the asking person may see."""

    number: int


@dataclass(eq=False)
class NothingToObject(ObjectionRefusal):
    """Nothing of one's own has this number; `what` is a `training.objections.About`."""

    what: str
    number: int


@dataclass(eq=False)
class NotTurnedDown(ObjectionRefusal):
    """The claim was not turned down; approved hours stand in the ledger, and the objection is to their line."""

    number: int
    approved: bool


@dataclass(eq=False)
class NotOver(ObjectionRefusal):
    """Nothing was decided yet: the activity is not concluded, or the mark of the exam is not released."""

    what: str
    number: int


@dataclass(eq=False)
class ObjectedAlready(ObjectionRefusal):
    """The same person's objection to the same thing waits, or was `answered` with no."""

    number: int
    answered: bool


@dataclass(eq=False)
class Answered(ObjectionRefusal):
    """It does not wait any more: answered before, or withdrawn."""

    number: int


@dataclass(eq=False)
class NotYoursToAnswer(ObjectionRefusal):
    """It is about oneself, or one's own decision, or for a level above; `city`: the city's."""

    number: int
    city: bool


@dataclass(eq=False)
class TooLongText(ObjectionRefusal):
    """In characters."""

    most: int


@dataclass(eq=False)
class IdentityNumberSaid(ObjectionRefusal):
    """Identity numbers are not kept."""
