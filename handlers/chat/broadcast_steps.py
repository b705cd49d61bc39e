"""The `群发` conversation: each step takes one answer and asks the next; what is not taken is said."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions.broadcast_content import known_questions
from handlers.actions.broadcast_dialogue import Dialogue
from handlers.actions.broadcast_places import (
    BACK,
    FOCUS,
    Place,
    Step,
    is_empty,
    lacks_content,
    left_open,
    place_in,
    step_of,
)
from handlers.chat.broadcast_previews import Previews
from handlers.message import Reply, Text
from handlers.routing import Item
from handlers.texts import broadcast_previews as preview_texts
from handlers.texts import broadcast_refusals, broadcast_words
from handlers.texts import broadcasts as texts
from question_bank.judging import looks_like_choice
from storage import broadcasts, focus
from storage.database import Tx
from training.broadcast_errors import BroadcastRefusal
from training.broadcast_names import KINDS
from training.broadcast_word_errors import NotUnderstood, WordRefusal
from training.broadcast_words import bare
from training.broadcasts import Broadcast, Kind, Settings

Take = Callable[[Tx, Item, Broadcast, Place, datetime], Awaitable[Reply]]
_GO_ON: Final = frozenset({"继续", "接着做", "继续做"})
_AS_IT_IS: Final = _GO_ON | {"不改", "不改了", "不变", "不修改", "保留", "保持不变", "原样"}
_AFRESH: Final = frozenset({"重新开始", "重来", "新建"})
_URGENT: Final = {"加急": True, "紧急": True, "不加急": False, "取消加急": False}
_CHANGE: Final = {
    **dict.fromkeys(("内容", "正文", "题目", "标题"), Step.CONTENT),
    **dict.fromkeys(("范围", "对象", "人员", "单位"), Step.WHOM),
    **dict.fromkeys(("时间", "截止", "学时", "提醒"), Step.WHEN),
    **dict.fromkeys(("类型", "种类"), Step.WHAT),
}


class Steps:
    def __init__(self, dialogue: Dialogue, previews: Previews) -> None:
        self._dialogue = dialogue
        self._previews = previews

    async def begin(self, tx: Tx, item: Item, now: datetime, kind: Kind | None = None) -> Reply:
        """A new one; of a draft in which something is said it is asked first."""
        person = item.asker.person
        draft = await broadcasts.draft_of(tx, person.number)
        if draft is not None and not is_empty(draft):
            step = left_open(draft, _pointed(item, draft))
            await self._dialogue.scene(tx, person, draft, Place(draft.number, Step.OPEN, step), now)
            return Reply(Text(texts.open_draft(draft)))
        return await self._afresh(tx, item, now, kind)

    async def _afresh(self, tx: Tx, item: Item, now: datetime, kind: Kind | None = None) -> Reply:
        draft = await self._dialogue.begin(tx, item.asker.person, now)
        place = Place(draft.number, Step.WHAT)
        await self._dialogue.scene(tx, item.asker.person, draft, place, now)
        if kind is None:
            return Reply(Text(texts.BEGIN))
        return await self._taken(self._what, tx, replace(item, rest=KINDS[kind]), draft, place, now)

    async def answer(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """What was typed at a step."""
        person, place = item.asker.person, place_in(item.ref)
        draft = await self._dialogue.draft_at(tx, person, place)
        if draft is None:
            await focus.leave(tx, [person.number], kind=FOCUS)
            return Reply(Text(texts.GONE))
        takes = {
            Step.OPEN: self._open,
            Step.WHAT: self._what,
            Step.CONTENT: self._content,
            Step.WHOM: self._whom,
            Step.WHEN: self._when,
            Step.PREVIEW: self._preview,
        }
        moving = await self._moving(tx, item, draft, place, now)
        return moving or await self._taken(takes[place.step], tx, item, draft, place, now)

    async def _taken(self, take: Take, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        """What to send instead depends on the step, which only this knows."""
        try:
            return await take(tx, item, draft, place, now)
        except WordRefusal as refusal:
            said = broadcast_words.refused(refusal)
            if isinstance(refusal, NotUnderstood):
                said = f"{said}\n{await self._asked(tx, item, draft, place, now)}"
            return Reply(Text(said))

    async def _moving(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply | None:
        """`改 范围` anywhere, and `不改` where there is something to be left as it is."""
        word = bare(item.rest)
        if word in _AS_IT_IS and _is_answered(place, draft.settings):
            return await self._next(tx, item, draft, place, now)
        step = _CHANGE.get(word.removeprefix("修").removeprefix("改"))
        if not word.startswith(("改", "修改")) or step is None:
            return None
        if step is Step.CONTENT and draft.settings.kind is Kind.STATISTICS:
            return Reply(Text(texts.NO_CONTENT))
        to = place.going_to(step)
        if to.step is step:
            return await self._ask(tx, item, draft, to, now)
        return Reply(Text(f"{texts.THIS_FIRST}\n{await self._asked(tx, item, draft, to, now)}"))

    async def _ask(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        said = await self._asked(tx, item, draft, place, now)
        quiz = place.step is Step.CONTENT and has_questions(draft.settings)  # `好了` leaves it as it is
        return Reply(Text(f"{said}\n{texts.KEEP}" if _is_answered(place, draft.settings) and not quiz else said))

    async def _asked(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> str:
        """The question of a step, which is where the words go from now on."""
        scene = await self._dialogue.scene(tx, item.asker.person, draft, place, now)
        said = texts.question(scene, now)
        if place.step is Step.CONTENT and has_questions(draft.settings):
            return texts.added(draft.settings, await known_questions(tx, draft.settings))
        return said

    async def _next(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        """From `place` on: the next question, or the preview."""
        to = place.after(draft.settings)
        if to.step is Step.PREVIEW:
            return await self._mending(self._previews.show(tx, item, draft, now), tx, item, draft, now)
        return await self._ask(tx, item, draft, to, now)

    async def _mending(
        self, preview: Awaitable[Reply], tx: Tx, item: Item, draft: Broadcast, now: datetime
    ) -> Reply:
        """What was taken is kept when the draft cannot be sent so: what has to be said anew is asked.

        Raises: BroadcastRefusal, where no step mends it.
        """
        try:
            return await preview
        except BroadcastRefusal as refusal:
            step = step_of(refusal)
            if step is None:
                raise
            said = broadcast_refusals.said(refusal)
            asked = await self._asked(tx, item, draft, Place(draft.number, step, BACK), now)
            return Reply(Text(f"{said}{texts.KEPT}\n{asked}"))

    async def _open(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        word = bare(item.rest)
        if word in _AFRESH:
            await self._dialogue.cancel(tx, item.asker.person, draft.number, now)
            return await self._afresh(tx, item, now)
        if word not in _GO_ON:
            raise NotUnderstood(item.rest)
        step = Step(place.more)
        if step is Step.PREVIEW:
            return await self._mending(self._previews.show(tx, item, draft, now), tx, item, draft, now)
        return await self._ask(tx, item, draft, Place(draft.number, step), now)

    async def _what(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        draft = await self._dialogue.take_kind(tx, item.asker.person, draft, item.rest)
        return await self._next(tx, item, draft, place, now)

    async def _content(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        person = item.asker.person
        if draft.settings.kind is Kind.NOTICE:
            draft = await self._dialogue.take_text(tx, person, draft, item.rest)
            return await self._next(tx, item, draft, place, now)
        draft, done = await self._dialogue.take_questions(tx, person, draft, item.rest, now)
        if done:
            return await self._next(tx, item, draft, place, now)
        return Reply(Text(texts.added(draft.settings, await known_questions(tx, draft.settings))))

    async def _whom(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        channel = item.incoming.channel
        draft = await self._dialogue.take_audience(tx, item.asker.person, channel, draft, item.rest, now)
        return await self._next(tx, item, draft, place, now)

    async def _when(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        draft = await self._dialogue.take_time(tx, item.asker.person, draft, item.rest, now)
        return await self._next(tx, item, draft, place, now)

    async def _preview(self, tx: Tx, item: Item, draft: Broadcast, place: Place, now: datetime) -> Reply:
        word = bare(item.rest)
        if word in _URGENT:
            draft = await self._dialogue.take_urgency(tx, item.asker.person, draft, urgent=_URGENT[word])
            return await self._mending(self._summed_up(tx, item, draft, now), tx, item, draft, now)
        if draft.settings.kind is Kind.QUIZ and looks_like_choice(item.rest):
            return Reply(Text(texts.PREVIEW_TAP))
        raise NotUnderstood(item.rest)

    async def _summed_up(self, tx: Tx, item: Item, draft: Broadcast, now: datetime) -> Reply:
        return Reply(Text(preview_texts.summary(await self._dialogue.preview(tx, item.asker.person, draft, now))))

    async def confirm(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """`确认` of what the preview showed."""
        person, place = item.asker.person, place_in(item.ref)
        draft = await self._dialogue.draft_at(tx, person, place)
        if draft is None:
            await focus.leave(tx, [person.number], kind=FOCUS)
            return Reply(Text(texts.GONE))
        if place.step is not Step.PREVIEW:
            return Reply(Text(f"{texts.NOT_YET}\n{await self._asked(tx, item, draft, place, now)}"))
        confirmed = self._confirmed(tx, item, draft, int(place.more), now)
        return await self._mending(confirmed, tx, item, draft, now)

    async def _confirmed(self, tx: Tx, item: Item, draft: Broadcast, counted: int, now: datetime) -> Reply:
        found, done = await self._dialogue.confirm(tx, item.asker.person, draft, counted, now)
        return Reply(
            Text(preview_texts.confirmed(found) if done else preview_texts.changed_meanwhile(found, counted))
        )

    async def cancel(self, tx: Tx, item: Item, now: datetime) -> Reply:
        person, place = item.asker.person, place_in(item.ref)
        if await self._dialogue.draft_at(tx, person, place) is None:
            await focus.leave(tx, [person.number], kind=FOCUS)
            return Reply(Text(texts.GONE))
        await self._dialogue.cancel(tx, person, place.number, now)
        return Reply(Text(texts.CANCELLED.format(number=place.number)))


async def again(tx: Tx, item: Item, now: datetime) -> Reply:
    """A second `确认`."""
    return Reply(Text(texts.ALREADY.format(number=item.ref)))


async def too_late(tx: Tx, item: Item, now: datetime) -> Reply:
    """A `取消` behind the `确认`."""
    return Reply(Text(texts.ALREADY_NO_CANCEL.format(number=item.ref)))


def _is_answered(place: Place, settings: Settings) -> bool:
    """There is something at this step that may stay."""
    if place.step is Step.CONTENT:
        return not lacks_content(settings)
    return place.step in (Step.WHAT, Step.WHOM, Step.WHEN) and place.due is not place.step


def has_questions(settings: Settings) -> bool:
    return bool(settings.questions or settings.written or settings.draw)


def _pointed(item: Item, draft: Broadcast) -> str:
    """The place of this draft that was shown last, in front or beside."""
    shown = item.asker.focus
    if shown is None:
        return ""
    places = ((shown.kind, shown.ref), (shown.earlier_kind, shown.earlier_ref))
    return next((ref for kind, ref in places if kind == FOCUS and place_in(ref).number == draft.number), "")
