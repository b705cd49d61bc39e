"""Going through an exam, act by act: read for the batch, decide in memory, write for the batch.

A card's key names the attempt and the item that it shows, so that a stale card answers its own question; what is
typed goes to the item shown last. An answer is on disk before it is acknowledged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import Ending
from handlers.actions.exam_turn import FOCUS, TOGGLE, Aim, Screen, State, Step, Turn
from handlers.message import Kind as ActKind
from handlers.routing import Item, worded
from question_bank.judging import looks_like_choice
from storage import exams, focus, sittings
from storage.database import Tx
from storage.scope import EVERYTHING
from storage.sittings import Sitting
from training.errors import NoSuchNumber, NothingToAnswer, Refusal
from training.exam_errors import Ended, NoOpenSitting, TimeUp
from training.exams import GRACE, in_time
from training.papers import decoded
from training.sitting import item_named

_STEPS: Final = frozenset(map(str, Step))
NOBODYS: Final = -1  # no attempt has this number
WORDS: Final[Mapping[str, Step]] = {
    **{"下一题": Step.NEXT, "下题": Step.NEXT, "跳过": Step.NEXT, "上一题": Step.BACK, "上题": Step.BACK},
    **{"标记": Step.FLAG, "取消标记": Step.UNFLAG, "答题卡": Step.SHEET, "交卷": Step.SUBMIT},
}


def aim_of(item: Item) -> Aim:
    """Of a tap what its key says, of typed words what they name; a key that names no attempt means nothing."""
    if item.incoming.kind is ActKind.TAP:
        attempt, _, rest = item.rest.partition(":")
        place, _, what = rest.partition(":")
        return Aim(number_in(attempt) or NOBODYS, number_in(place), "".join(item.incoming.choices) or what)
    step = WORDS.get(worded(item.incoming.text))
    if step is not None:
        return Aim(0, None, step)
    named = item_named(item.rest)
    return Aim(0, named, Step.GO) if named is not None else Aim(0, None, item.rest)


def is_for_a_sitting(words: str) -> bool:
    """What an open exam is meant by, whatever was shown last: `第N题`, and what may be an answer to a choice."""
    return item_named(words) is not None or looks_like_choice(words)


def number_in(text: str) -> int | None:
    """What a key or a focus may name; nothing that a database could not hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@dataclass(frozen=True, slots=True)
class Going:
    """The three steps of the desk."""

    shelf: Shelf
    ending: Ending

    async def load(self, tx: Tx, items: Sequence[Item], now: datetime) -> State:
        aims = [aim_of(item) for item in items]
        open_of = await _open_of(tx, [item for item, aim in zip(items, aims, strict=True) if not aim.attempt])
        wanted = {aim.attempt for aim in aims if aim.attempt} | set(open_of.values())
        found = dict(await sittings.by_number(tx, wanted, lock=True))
        known = {n: exam for n in {s.exam for s in found.values()} if (exam := await exams.one(tx, n)) is not None}
        books = {number: await self.shelf.book(tx, number) for number in known}
        meant = [
            found.get(aim.attempt or open_of.get(_person(item), 0)) for item, aim in zip(items, aims, strict=True)
        ]
        stands = await sittings.standing(tx, _looking_back(aims, meant))
        return State(found, open_of, known, books, stands)

    def decide(self, state: State, item: Item, now: datetime) -> Screen | Refusal:
        aim, person = aim_of(item), _person(item)
        sitting = state.sittings.get(aim.attempt or state.open_of.get(person, 0))
        if sitting is None:
            return NothingToAnswer() if not aim.attempt and aim.what not in _STEPS else NoOpenSitting()
        if sitting.person != person:
            return NoSuchNumber("答卷", str(sitting.attempt))
        exam = state.exams[sitting.exam]
        if sitting.ended_at is not None:
            return Ended(exam.settings.title)
        sent_at = min(item.incoming.sent_at, now)  # the server's clock goes before WeCom's
        if not in_time(sent_at, now, sitting.deadline_at):
            if now > sitting.deadline_at + GRACE:
                state.over.add(sitting.attempt)
            return TimeUp(exam.settings.title, answering=aim.what not in _STEPS)
        turn = Turn(state, exam, sitting, decoded(sitting.items), sent_at, now)
        shown = turn.taken(aim)
        if not isinstance(shown, Refusal):
            _mind_focus(state, item, sitting.attempt)
        return shown

    async def write(self, tx: Tx, state: State, decisions: Sequence[Screen | Refusal], now: datetime) -> None:
        await sittings.keep_answers(tx, [state.stands[key] for key in state.kept])
        await sittings.keep_progress(tx, [state.sittings[attempt] for attempt in state.changed])
        for person, attempt in sorted(state.lost_focus.items()):
            await focus.show(tx, [person], FOCUS, str(attempt), now)
        for attempt in sorted(state.over):
            await self.ending.expire(tx, attempt, now)


async def _open_of(tx: Tx, items: Sequence[Item]) -> dict[str, int]:
    """Person → attempt, of those who typed: the one in focus, or the one that is open."""
    found, others = {}, []
    for item in items:
        pointed = item.asker.focus
        if pointed is not None and pointed.kind == FOCUS and (attempt := number_in(pointed.ref)):
            found[_person(item)] = attempt
        else:
            others.append(_person(item))
    return found | await sittings.open_attempts(tx, EVERYTHING, others)


def _person(item: Item) -> str:
    return item.asker.person.number


def _looking_back(aims: Sequence[Aim], meant: Sequence[Sitting | None]) -> set[int]:
    """Attempts of which earlier answers matter: not of those who answer what they had not, and go on."""
    found = set()
    for aim, sitting in zip(aims, meant, strict=True):
        if sitting is not None:
            at = sitting.at if aim.item is None else aim.item
            again = 0 <= at < len(sitting.answered) and sitting.answered[at] == "1"
            if again or aim.what in _STEPS or aim.what.startswith(TOGGLE):
                found.add(sitting.attempt)
    return found


def _mind_focus(state: State, item: Item, attempt: int) -> None:
    """What is typed next goes here, whatever was shown in between."""
    pointed = item.asker.focus
    if pointed is None or (pointed.kind, pointed.ref) != (FOCUS, str(attempt)):
        state.lost_focus[_person(item)] = attempt
