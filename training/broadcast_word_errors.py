"""Why words of a `群发` conversation are not taken, as facts; the sentences: `handlers.texts.broadcast_words`.

The draft and the step stay as they are, so that one more message is enough.
"""

from dataclasses import dataclass
from datetime import datetime

from training.broadcasts import Kind
from training.errors import Refusal


@dataclass(eq=False)
class WordRefusal(Refusal):
    """The common kind."""


@dataclass(eq=False)
class NotUnderstood(WordRefusal):
    """Nothing that this step takes."""

    words: str


@dataclass(eq=False)
class ByFile(WordRefusal):
    """A picture or a file is sent with a file of settings, not in chat."""

    kind: Kind


@dataclass(eq=False)
class NoText(WordRefusal):
    """A title stands alone, or nothing at all."""


@dataclass(eq=False)
class LongTitle(WordRefusal):
    found: int
    most: int


@dataclass(eq=False)
class LongText(WordRefusal):
    """In characters."""

    found: int
    most: int


@dataclass(eq=False)
class NoSuchQuestions(WordRefusal):
    """No ids of the bank."""

    ids: tuple[str, ...]


@dataclass(eq=False)
class BadQuestion(WordRefusal):
    """A question that was written on the spot cannot be asked; what the reader of questions says of it."""

    problems: tuple[str, ...]


@dataclass(eq=False)
class WrongKind(WordRefusal):
    """Only single, multiple and judge questions can be sent."""


@dataclass(eq=False)
class NoSuchTopics(WordRefusal):
    topics: tuple[str, ...]


@dataclass(eq=False)
class MoreThan(WordRefusal):
    """One broadcast has `most` questions at most; it would have `found`."""

    found: int
    most: int


@dataclass(eq=False)
class NoQuestionYet(WordRefusal):
    """`好了` before the first question."""


@dataclass(eq=False)
class NoSuchPlace(WordRefusal):
    """There are only `of` questions to take one out of."""

    place: int
    of: int


@dataclass(eq=False)
class UnknownNames(WordRefusal):
    """Neither units nor groups nor people. `near`: 单位代码 and path of units with a name like one of these."""

    names: tuple[str, ...]
    near: tuple[tuple[str, str], ...] = ()


@dataclass(eq=False)
class SeveralUnits(WordRefusal):
    """`found`: 单位代码 and path of each."""

    name: str
    found: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class UnitOrPerson(WordRefusal):
    """A word that is the code of a unit and the number or the account of a person."""

    word: str


@dataclass(eq=False)
class AllAndUnits(WordRefusal):
    """`全市` stands beside units or people."""


@dataclass(eq=False)
class SomeWithoutBelow(WordRefusal):
    """`不含下级` holds for all units of a broadcast or for none."""

    names: tuple[str, ...]


@dataclass(eq=False)
class PersonsAndGroups(WordRefusal):
    """People are added to an audience; of those who stand alone no group can be picked."""


@dataclass(eq=False)
class Beyond(WordRefusal):
    """Names of units that a unit admin does not reach; `managed`: the names of the 管辖单位."""

    names: tuple[str, ...]
    managed: tuple[str, ...]


@dataclass(eq=False)
class NoMoment(WordRefusal):
    """`words` say no time at which something could be sent; `until`: at which it could close."""

    words: str
    until: bool = False


@dataclass(eq=False)
class NoHour(WordRefusal):
    """A day without a time of day."""

    words: str


@dataclass(eq=False)
class Past(WordRefusal):
    at: datetime


@dataclass(eq=False)
class OnlyForQuizzes(WordRefusal):
    """`截止`, `计学时` or `提醒` of something that nobody answers."""

    word: str


@dataclass(eq=False)
class BadCredit(WordRefusal):
    words: str


@dataclass(eq=False)
class FixedEnd(WordRefusal):
    """What repeats closes a number of days after each sending."""


@dataclass(eq=False)
class NoUrgency(WordRefusal):
    """Only notices are urgent, and only a city admin says so."""

    city: bool
