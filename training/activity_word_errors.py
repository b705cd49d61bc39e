"""Why words about a 培训活动 are not taken, as facts; the sentences: `handlers.texts.activity_refusals`.

What was planned before stays as it is, so that one more message is enough.
"""

from dataclasses import dataclass

from training.activity_errors import ActivityRefusal


@dataclass(eq=False)
class NotTaken(ActivityRefusal):
    """Words of the conversation that say nothing about the activity."""

    words: str


@dataclass(eq=False)
class BadWhen(ActivityRefusal):
    """No days with the times from and to."""

    words: str


@dataclass(eq=False)
class UnknownForm(ActivityRefusal):
    words: str


@dataclass(eq=False)
class UnknownClassWord(ActivityRefusal):
    words: str


@dataclass(eq=False)
class BadValue(ActivityRefusal):
    """What was said behind this label is none of what may be said there; empty: anything short."""

    label: str
    words: str
    choices: tuple[str, ...]


@dataclass(eq=False)
class TooLongValue(ActivityRefusal):
    label: str
    most: int


@dataclass(eq=False)
class IdentityNumberSaid(ActivityRefusal):
    """Such a number is never kept."""


@dataclass(eq=False)
class NobodyNamed(ActivityRefusal):
    """`persons`: a person was meant, else a unit."""

    word: str
    persons: bool


@dataclass(eq=False)
class SeveralNamed(ActivityRefusal):
    """Number or code of each, and where it is."""

    word: str
    found: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class NoneToShow(ActivityRefusal):
    """Whoever asks for a code runs nothing today that has one."""


@dataclass(eq=False)
class WhichOfYours(ActivityRefusal):
    """Whoever asks for a code runs several today; number and title of each."""

    found: tuple[tuple[int, str], ...]
