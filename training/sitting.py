"""Going through a paper: which item comes next, what is still open, what an act of the person means.

Items are counted from 0 inside and from 1 on screen. `answered` and `flagged` are texts with a letter an item, `1`
for yes. `SUBMITTING` in the place of an item: the question whether to hand in was shown last.
"""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

from question_bank.numerals import NUMERAL_CHARACTERS, arabic

SUBMITTING: Final = -1
MINUTE: Final = timedelta(minutes=1)
_GO: Final = re.compile(rf"第?(\d{{1,4}})题|第(\d{{1,4}})(?:道题?)?|第([{NUMERAL_CHARACTERS}]{{1,7}})道?题")
_CLOSING: Final = "。.!?~,"


def next_open(answered: str, after: int) -> int | None:
    """The next item without an answer, going round from behind `after`; None when there is none."""
    found = answered.find("0", after + 1)
    if found < 0:
        found = answered.find("0", 0, after + 1)
    return found if found >= 0 else None


def marked(letters: str, item: int, *, yes: bool) -> str:
    """The text with one item's letter set."""
    return f"{letters[:item]}{int(yes)}{letters[item + 1 :]}"


def numbers(letters: str, letter: str) -> tuple[int, ...]:
    """The items that have this letter, as on screen."""
    return tuple(place for place, found in enumerate(letters, start=1) if found == letter)


def item_named(words: str) -> int | None:
    """`第17题`, `17题`, `第 17`, `第3道题`, `第十二题`: the item, from 0, which may be beyond the paper."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", words)).rstrip(_CLOSING)
    named = _GO.fullmatch(plain)
    if named is None:
        return None
    number = arabic(named[3]) if named[3] else int(named[1] or named[2])
    return None if number is None else number - 1


def toggled(chosen: str, letter: str, letters: tuple[str, ...]) -> str:
    """With the letter taken in or out, in the order of the options."""
    now = set(chosen) ^ {letter}
    return "".join(one for one in letters if one in now)


def minutes_left(now: datetime, until: datetime) -> int:
    """Begun ones count; 0 when time is up."""
    return max(0, -((now - until) // MINUTE))


FEWEST_ANSWERS: Final = 10
READING_TIME: Final = timedelta(seconds=3)  # for a question and its options, on the average of a sitting


def too_fast(answers: int, first: datetime, last: datetime) -> bool:
    """Faster than a person can read: shown to admins, never held against anybody by the machine."""
    return answers >= FEWEST_ANSWERS and last - first < READING_TIME * (answers - 1)
