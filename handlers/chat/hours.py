"""`我的学时`: a card with three buttons, and after it a picture; `学时明细`, `学时差额`, `学时构成` as text."""

from datetime import datetime

from handlers.actions import hours as actions
from handlers.message import Later, Push, Reply, Text
from handlers.pictures.hours_picture import HoursPicture
from handlers.routing import Item, Route
from handlers.texts import composition
from handlers.texts import hours as texts
from handlers.texts.words import FORMS
from storage.database import Tx
from training.errors import NoSuchNumber
from training.hours import decimal
from training.rules import Rules

PICTURE = "hours_picture"


def routes(rules: Rules) -> tuple[Route, ...]:
    mine = Hours(rules)
    return (
        Route(mine.overview, words=("我的学时", "学时", "我的进度")),
        Route(mine.lines, words=("学时明细", "明细")),
        Route(mine.gap, words=("学时差额", "差额")),
        Route(mine.parts, words=("学时构成", "学时分类", "构成")),
        Route(mine.unfold, tap=texts.TAP),
    )


def picture_of(mine: actions.MyHours, *, trial: bool) -> HoursPicture:
    """The same as the card, to be drawn."""
    forms = sorted(mine.standing.by_form.items(), key=lambda form: -form[1])
    return HoursPicture(
        name=mine.person.name,
        unit=mine.unit,
        year=mine.year,
        as_of=mine.day,
        group=texts.group(mine),
        counted=decimal(mine.counted),
        recorded=decimal(mine.standing.recorded),
        owed=decimal(mine.owed),
        by_form=tuple((FORMS.get(form, form), decimal(amount)) for form, amount in forms if amount),
        pace=texts.pace(mine),
        missing=decimal(mine.missing),
        trial=trial,
    )


class Hours:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def overview(self, tx: Tx, item: Item, now: datetime) -> Reply:
        mine = await actions.my_hours(tx, self._rules, item.asker.person, now)
        if item.asker.wishes.text_only:
            return Reply(Text(texts.text(mine)))
        account = item.incoming.account
        picture = Later(PICTURE, item.asker.person.number, account)
        return Reply(None, (Push((account,), texts.card(mine)),), (picture,))

    async def lines(self, tx: Tx, item: Item, now: datetime) -> Reply:
        return Reply(Text(texts.all_lines(await actions.my_lines(tx, item.asker.person, now))))

    async def gap(self, tx: Tx, item: Item, now: datetime) -> Reply:
        mine = await actions.my_hours(tx, self._rules, item.asker.person, now)
        return Reply(Text(texts.gap(mine, await actions.what_i_owe(tx, self._rules, item.asker.person, now))))

    async def parts(self, tx: Tx, item: Item, now: datetime) -> Reply:
        mine = await actions.my_hours(tx, self._rules, item.asker.person, now)
        return Reply(Text(composition.whole(mine.year, await actions.my_composition(tx, self._rules, mine))))

    async def unfold(self, tx: Tx, item: Item, now: datetime) -> Reply:
        """A button of the card: the same card again, with what was asked for; what does not fit comes as text."""
        mine = await actions.my_hours(tx, self._rules, item.asker.person, now)
        match item.rest:
            case texts.LINES_KEY:
                return Reply(
                    texts.card(mine, texts.lines_on_card(await actions.my_lines(tx, item.asker.person, now)))
                )
            case texts.GAP_KEY:
                said = texts.gap(mine, await actions.what_i_owe(tx, self._rules, item.asker.person, now))
                return _unfolded(mine, item.incoming.account, said, said)
            case texts.PARTS_KEY:
                parts = await actions.my_composition(tx, self._rules, mine)
                whole = composition.whole(mine.year, parts)
                return _unfolded(mine, item.incoming.account, composition.body(parts), whole)
        raise NoSuchNumber("按钮", item.rest)


def _unfolded(mine: actions.MyHours, account: str, body: str, whole: str) -> Reply:
    """`body` on the card when it fits there, else the card and `whole` behind it."""
    if len(body) <= texts.BODY_CHARACTERS:
        return Reply(texts.card(mine, body))
    return Reply(texts.card(mine), (Push((account,), Text(whole)),))
