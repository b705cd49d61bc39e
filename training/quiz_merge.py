"""并档: what becomes of the answers to quizzes of a number that turns out to be somebody else's.

Nobody is credited twice for one question: a line for what is on the other's record already is taken back and not
posted again (`training.merge_moves`).
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from training.broadcasts import Answered
from training.calendar import day_of
from training.forms import Form
from training.merge_moves import Move
from training.quizzes import title

Given = tuple[Answered, str]  # an answer with the id of its question in the bank, or nothing


def titles_twice(goes: Iterable[Given], stays: Sequence[Given]) -> frozenset[str]:
    """Titles of lines for questions that the one who stays answered, or was credited for in another quiz."""
    there = {(one.broadcast, one.item) for one, _ in stays}
    credited = {_in_year(given) for given in stays if given[0].earned and given[1]}
    return frozenset(
        title(one.broadcast, one.item, question)
        for one, question in goes
        if (one.broadcast, one.item) in there or _in_year((one, question)) in credited
    )


def _in_year(given: Given) -> tuple[int, str]:
    return day_of(given[0].answered_at).year, given[1]


def answers_moved(
    goes: Iterable[Given], stays: Sequence[Given], into: str, moved: Iterable[Move]
) -> tuple[Answered, ...]:
    """The answers that become the other's, with what that one got; whose own answer to a question stays."""
    there = {(one.broadcast, one.item) for one, _ in stays}
    lines = {move.entry.title: move for move in moved if move.entry.form == Form.QUIZ}
    return tuple(
        _moved(one, into, lines.get(title(one.broadcast, one.item, question)))
        for one, question in goes
        if (one.broadcast, one.item) not in there
    )


def _moved(answered: Answered, into: str, move: Move | None) -> Answered:
    """Without a live line there is nothing to post; what was not posted again counts for nothing."""
    earned = 0 if move is not None and move.days is None else answered.earned
    return replace(answered, person=into, earned=earned, posted=move.posted if move else 0)
