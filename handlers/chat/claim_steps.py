"""The `申报` conversation: form, day and length, title, then a preview and `确认`; the draft is in the database.

What is not taken is said, and the same question stands. At the preview facts and what has a label change it.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import claims, evidences
from handlers.message import Reply, Text
from handlers.routing import Item
from handlers.texts import claim_refusals
from handlers.texts import claims as texts
from storage import focus, units
from storage.claims import draft_of
from storage.database import Tx
from storage.scope import own
from training.calendar import day_of
from training.claim_rules import demand_claimable
from training.claim_said import Lacking, Said, said_in, stated_of
from training.claim_word_errors import NotUnderstood
from training.claim_words import amend, form_from, read
from training.claims import Claim, State, Stated
from training.forms import Form
from training.people import Person
from training.rules import Rules

FOCUS: Final = "claim"
PREVIEW: Final = "preview"
_UNTITLED: Final = "（未写）"


@dataclass(frozen=True, slots=True)
class Place:
    """`step`: what the next words answer, a `Lacking` or `PREVIEW`."""

    number: int
    step: str

    @property
    def ref(self) -> str:
        return f"{self.number}:{self.step}"


def place_in(ref: str) -> Place:
    number, _, step = ref.partition(":")
    return Place(int(number), step)


class Steps:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def begin(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Goes on with the draft that there is, or begins one."""
        person = item.asker.person
        draft = await draft_of(tx, own(person.number), person.number)
        if draft is not None:
            return await self._ask(tx, person, draft.number, said_in(draft.stated), now)
        number = await claims.draft(tx, person, stated_of(Said(), self._rules.forms), now)
        return await self._ask(tx, person, number, Said(), now)

    async def one_line(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Handed in at once when it lacks nothing; else a draft in the place of an older one."""
        person = item.asker.person
        said = read(item.rest, day_of(now))
        refused = _hearing(said)
        if refused is not None:
            return refused
        await self._demand(tx, said, now)
        stated = stated_of(said, self._rules.forms)
        if not said.lacks(self._rules.forms):
            return await self._hand_in(tx, person, await claims.another(tx, person, stated, now), now)
        older = await draft_of(tx, own(person.number), person.number)
        number = await claims.draft(tx, person, stated, now)
        given_up = older is not None and older.stated != stated_of(Said(), self._rules.forms)
        return await self._ask(tx, person, number, said, now, given_up=given_up)

    async def answered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person, place = item.asker.person, place_in(item.ref)
        found = await self._mine(tx, person, place.number)
        if found is None:
            await focus.leave(tx, [person.number], kind=FOCUS)
            return Reply(Text(texts.GONE))
        try:
            said = self._understood(item.rest, place.step, said_in(found.stated), now)
        except NotUnderstood as refusal:
            return Reply(Text(f"{claim_refusals.said(refusal)}\n{_hint(place.step, found.stated)}"))
        refused = _hearing(said)
        if refused is not None:
            return refused
        await self._demand(tx, said, now, again=found.state is State.RETURNED)
        await claims.amend(tx, person, place.number, stated_of(said, self._rules.forms))
        return await self._ask(tx, person, place.number, said, now)

    def _understood(self, words: str, step: str, known: Said, now: datetime) -> Said:
        """Raises: WordRefusal."""
        today = day_of(now)
        if step == Lacking.TITLE:
            return read(words, today, known=known, titled=True)
        if step not in (Lacking.FORM, Lacking.WHEN, Lacking.LENGTH):
            return amend(words, today, known)
        if step == Lacking.FORM and form_from(words):
            return dataclasses.replace(known, form=form_from(words))
        said = amend(words, today, known) if known.title else read(words, today, known=known)
        if Lacking(step) in said.lacks(self._rules.forms):
            raise NotUnderstood(words.strip())
        return said

    async def confirm(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person, place = item.asker.person, place_in(item.ref)
        found = await self._mine(tx, person, place.number)
        if found is None:
            await focus.leave(tx, [person.number], kind=FOCUS)
            return Reply(Text(texts.GONE))
        if said_in(found.stated).lacks(self._rules.forms):
            return await self._ask(tx, person, found.number, said_in(found.stated), now)
        return await self._hand_in(tx, person, found.number, now)

    async def cancel(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """A draft is given up; what was returned stays as it is."""
        person, place = item.asker.person, place_in(item.ref)
        found = await self._mine(tx, person, place.number)
        await focus.leave(tx, [person.number], kind=FOCUS)
        if found is not None and found.state is State.DRAFT:
            await claims.withdraw(tx, person, found.number, now)
        return Reply(Text(texts.CANCELLED if found is not None else texts.GONE))

    async def point_to(self, tx: Tx, person: Person, claim: Claim, now: datetime) -> None:
        """Words go there from now on."""
        lacks = said_in(claim.stated).lacks(self._rules.forms)
        place = Place(claim.number, str(lacks[0]) if lacks else PREVIEW)
        await focus.show(tx, [person.number], FOCUS, place.ref, now)

    async def _ask(
        self, tx: Tx, person: Person, number: int, said: Said, now: datetime, *, given_up: bool = False
    ) -> Reply:
        """What lacks next, or the preview."""
        stated, lacks = stated_of(said, self._rules.forms), said.lacks(self._rules.forms)
        place = Place(number, str(lacks[0]) if lacks else PREVIEW)
        await focus.show(tx, [person.number], FOCUS, place.ref, now)
        if lacks:
            return Reply(Text(texts.asking(lacks[0], stated, given_up=given_up)))
        pieces = await evidences.pieces_of(tx, await claims.seen(tx, person, number))
        return Reply(Text(texts.preview(stated, await claims.worth(tx, self._rules, stated), pieces)))

    async def _hand_in(self, tx: Tx, person: Person, number: int, now: datetime) -> Reply:
        done = await claims.hand_in(tx, self._rules, person, number, now)
        await focus.leave(tx, [person.number], kind=FOCUS)
        level = done.claim.level
        name = (await units.names(tx, [level])).get(level, level) if level else ""
        return Reply(Text(texts.handed_in(done.claim, done.worth, name)))

    async def _demand(self, tx: Tx, said: Said, now: datetime, *, again: bool = False) -> None:
        """What is wrong already is said at once. Raises: ClaimRefusal."""
        if said.form:
            demand_claimable(said.form)
        if not {Lacking.FORM, Lacking.WHEN, Lacking.LENGTH} & set(said.lacks(self._rules.forms)):
            stated = stated_of(said, self._rules.forms)
            whole = stated if stated.title else replace(stated, title=_UNTITLED)
            await claims.demand_statable(tx, self._rules, whole, now, again=again)

    async def _mine(self, tx: Tx, person: Person, number: int) -> Claim | None:
        """None: it cannot be changed any more."""
        found = await claims.own_one(tx, person, number)
        return found if found is not None and found.state in (State.DRAFT, State.RETURNED) else None


def _hearing(said: Said) -> Reply | None:
    """Said, not raised: what comes next is to be remembered."""
    return Reply(Text(claim_refusals.HEARINGS)) if said.form == Form.COURT_HEARING else None


def _hint(step: str, stated: Stated) -> str:
    if step == PREVIEW:
        return texts.NOT_UNDERSTOOD_HERE
    return texts.question(Lacking(step), stated.form)
