"""`新建活动`: a form that is filled in at once, line by line, or in one line; a preview, and `确认` publishes.

What was said is kept as an activity in 计划. Words with a label change it at any time; words without answer what
lacks next.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from handlers.actions import activities, activity_drafting, activity_reading
from handlers.actions.activity_people import demand_runs, numbered
from handlers.message import Reply, Text
from handlers.routing import Item
from handlers.texts import activity_drafts as texts
from handlers.texts import activity_refusals
from storage import activities as kept
from storage import focus
from storage.database import Tx
from training.activities import Activity, State
from training.activity_errors import WrongState
from training.activity_form import Entry, answering, begins_with_label, entries, lacking, one_line
from training.activity_word_errors import NotTaken
from training.broadcast_word_errors import WordRefusal
from training.people import Person
from training.rules import Rules

FOCUS: Final = "activity"
PUBLISH: Final = ("确认", "发布", "确认发布", "确定")


def is_labelled(_ref: str, text: str) -> bool:
    """`签退：否` is a line of the form and no command."""
    return begins_with_label(text)


class Drafts:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def begin(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """Alone goes on with what was not finished; with words behind it is a new one, if that has any."""
        person = item.asker.person
        draft = await activity_drafting.open_draft(tx, person)
        if draft is not None and item.rest and (draft.settings.title or draft.settings.form):
            draft = None
        draft = draft or await activity_drafting.begin(tx, person, now)
        if item.rest:
            return await self._taken(tx, item, draft, one_line(item.rest), now)
        await focus.show(tx, [person.number], FOCUS, str(draft.number), now)
        return Reply(Text(texts.begun(draft, lacking(draft.settings))))

    async def resume(self, tx: Tx, item: Item, draft: Activity, now: datetime) -> Reply:
        return await self._asked(tx, item.asker.person, draft, now)

    async def answered(self, tx: Tx, item: Item, now: datetime) -> Reply:
        draft = await self._mine(tx, item)
        if draft is None:
            return await self._gone(tx, item.asker.person)
        said, loose = entries(item.rest)
        if said and loose:
            raise NotTaken(loose)
        said = said or answering(loose, lacking(draft.settings))
        return await self._taken(tx, item, draft, said, now)

    async def _taken(self, tx: Tx, item: Item, draft: Activity, said: Sequence[Entry], now: datetime) -> Reply:
        person, channel = item.asker.person, item.incoming.channel
        try:
            kept_so = await activity_drafting.keep(tx, self._rules, person, draft.number, said, channel, now)
        except WordRefusal as refusal:
            return Reply(Text(activity_refusals.of_audience(refusal)))
        return await self._asked(tx, person, kept_so, now)

    async def _asked(self, tx: Tx, person: Person, draft: Activity, now: datetime) -> Reply:
        """What lacks next, or the preview; words go there from now on."""
        await focus.show(tx, [person.number], FOCUS, str(draft.number), now)
        lacks = lacking(draft.settings)
        if lacks:
            return Reply(Text(texts.asking(draft, lacks)))
        names = await activity_drafting.names_in(tx, draft.settings)
        return Reply(Text(texts.preview(draft, names, await activity_reading.count_invited(tx, draft), now)))

    async def confirm(self, tx: Tx, item: Item, now: datetime) -> Reply:
        draft = await self._mine(tx, item)
        if draft is None:
            return await self._gone(tx, item.asker.person)
        return await self.publish(tx, item, draft.number, now)

    async def publish(self, tx: Tx, item: Item, number: int, now: datetime) -> Reply:
        """By whoever runs it; what lacks is asked first. Raises: what `demand_good` and `publish` raise."""
        person = item.asker.person
        found = await numbered(tx, number)
        await demand_runs(tx, person, found)
        if found.state is not State.PLANNED:
            raise WrongState(number, found.state)
        if lacking(found.settings):
            return await self._asked(tx, person, found, now)
        done = await activities.publish(tx, person, number, now)
        await focus.leave(tx, [person.number], kind=FOCUS)
        return Reply(Text(texts.published(done, await activity_reading.count_invited(tx, done), now)))

    async def cancel(self, tx: Tx, item: Item, now: datetime) -> Reply:
        draft = await self._mine(tx, item)
        if draft is None:
            return await self._gone(tx, item.asker.person)
        await activities.cancel(tx, item.asker.person, draft.number, "", now)
        await focus.leave(tx, [item.asker.person.number], kind=FOCUS)
        return Reply(Text(texts.CANCELLED.format(number=draft.number)))

    async def _mine(self, tx: Tx, item: Item) -> Activity | None:
        """None: it cannot be changed any more."""
        found = await kept.one(tx, int(item.ref)) if item.ref.isdigit() else None
        mine = found is not None and found.created_by == item.asker.person.number
        return found if mine and found is not None and found.state is State.PLANNED else None

    async def _gone(self, tx: Tx, person: Person) -> Reply:
        await focus.leave(tx, [person.number], kind=FOCUS)
        return Reply(Text(texts.GONE))
