"""A broadcast file against the roll, the bank and the files as they are; and that it is ordered once."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime

import pytest
from msgspec.structs import replace

from handlers.actions import broadcast_reading
from handlers.actions.broadcast_reading import Order, Read
from handlers.holding import always
from storage import broadcasts, media
from storage.database import Database, Tx
from tests.handlers.city import add_person, populate
from tests.handlers.stage import MONDAY, at
from tests.training.headers import png
from training.broadcast_errors import NobodyReached
from training.broadcast_file_errors import BadBroadcastFile, UnknownQuestion
from training.broadcasts import Broadcast, State
from training.calendar import CITY
from training.errors import NoSuchAccount, NotAllowed, Refusal
from training.rules import Rules

NOW = at(MONDAY)
NOTICE = 'kind = "notice"\ntext = "周五开会。"\n'
PICTURE = 'kind = "picture"\nfile = "海报/p.png"\n'
PNG = png()


@pytest.fixture
async def city(database: Database) -> Database:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "A1", "boss", name="市管", role="city_admin")
        await add_person(tx, "A2", "unit", name="单管", role="unit_admin", managed_units="11")
    return database


async def read(city: Database, text: str, **files: bytes) -> Read:
    return await broadcast_reading.read(city, text, {"海报/p.png": PNG, **files}, NOW)


async def ordered(city: Database, found: Read, digest: str = "d", *, again: bool = False) -> tuple[int, bool]:
    async with city.write() as tx:
        order = Order(found, None, "cli:test", digest, again)
        made, stood = await broadcast_reading.order(tx, Rules(), order, NOW, always)
    return made.number, stood


async def test_ids_are_looked_up_in_the_bank(city: Database) -> None:
    found = await read(city, 'kind = "quiz"\nquestions = ["s1", "j1"]\n')
    assert found.settings.questions == ("s1", "j1")
    with pytest.raises(BadBroadcastFile) as bad:
        await read(city, 'kind = "quiz"\nquestions = ["s1", "s2"]\n')
    assert [type(one) for one in bad.value.problems] == [UnknownQuestion]


async def test_topics_are_those_in_use(city: Database) -> None:
    assert (await read(city, 'kind = "quiz"\ndraw = 1\ntopics = ["行政处罚法"]\n')).settings.topics == (
        "行政处罚法",
    )
    with pytest.raises(BadBroadcastFile):
        await read(city, 'kind = "quiz"\ndraw = 1\ntopics = ["行政许可法"]\n')


async def test_people_are_numbers_or_accounts(city: Database) -> None:
    found = await read(city, NOTICE + '[audience]\npersons = ["ZHOU", "R2"]\n')
    assert found.settings.audience.persons == ("R1", "R2")


async def test_what_is_sent_is_kept_with_the_order(city: Database) -> None:
    found = await read(city, PICTURE)
    number, stood = await ordered(city, found)
    assert not stood
    async with city.read() as tx:
        made = await broadcasts.one(tx, number)
        assert made is not None
        kept = (await media.of(tx, [made.settings.media]))[made.settings.media]
    assert (kept.name, kept.type, kept.content) == ("p.png", "image", PNG)
    assert (made.settings.file_name, made.state, made.sender) == ("p.png", State.PLANNED, "")


async def test_two_who_bring_the_same_file_at_once_order_it_once(city: Database) -> None:
    found = await read(city, NOTICE)
    await ordered(city, found, "another")  # so that the log has a head to lock
    results = await asyncio.gather(*(ordered(city, found) for _ in range(4)))
    assert len({number for number, _ in results}) == 1
    assert sorted(stood for _, stood in results) == [False, True, True, True]


async def test_again_is_a_new_one_and_then_the_one_that_stands(city: Database) -> None:
    found = await read(city, NOTICE)
    first, _ = await ordered(city, found)
    second, stood = await ordered(city, found, again=True)
    assert (second > first, stood) == (True, False)
    assert await ordered(city, found) == (second, True)


async def test_what_is_refused_leaves_nothing(city: Database) -> None:
    async with city.write() as tx:
        await add_person(tx, "R9", name="无账号")
    found = await read(city, PICTURE + '[audience]\npersons = ["R9"]\n')
    with pytest.raises(NobodyReached):
        await ordered(city, found)
    async with city.read() as tx:
        assert await media.of(tx, [found.settings.media]) == {}
        assert await broadcasts.by_digest(tx, "d") is None


@pytest.mark.parametrize(
    "text",
    [
        *(NOTICE, NOTICE + "urgent = true\n", NOTICE + 'at = "2026-11-27 23:00"\n', PICTURE),
        NOTICE + 'repeat = "每月第一个工作日 9:07"\n',
        'kind = "quiz"\nquestions = ["s1"]\ncredit = true\nremind = true\nuntil = "3天"\n',
        'kind = "quiz"\nquestions = ["s1"]\nat = "2026-11-23 22:00"\nuntil = "2026-11-23 23:00"\n',
        'kind = "quiz"\ndraw = 9\n',
        NOTICE + '[audience]\npersons = ["R9"]\n',
        PICTURE + '[audience]\npersons = ["R9"]\n',
    ],
)
@pytest.mark.parametrize("account", ["", "boss", "unit"])
async def test_what_is_tried_is_what_would_be_made(city: Database, text: str, account: str) -> None:
    """Also what is refused."""
    async with city.write() as tx:
        await add_person(tx, "R9", name="无账号")
    found = await read(city, text)
    async with city.read() as tx:
        sender = await broadcast_reading.sender_of(tx, Rules(), account, NOW, only_look=True) if account else None
        wanted = Order(found, sender, "cli:test", "d")
        tried = await _outcome(broadcast_reading.tried(tx, Rules(), wanted, NOW, _by_day))
    async with city.write() as tx:
        made = await _outcome(_ordered(tx, wanted))
    assert tried == made
    if account == "" and text == NOTICE:
        assert isinstance(tried, Broadcast)


def _by_day(moment: datetime) -> bool:
    return 8 <= moment.astimezone(CITY).hour < 20


async def _ordered(tx: Tx, wanted: Order) -> Broadcast:
    made, _ = await broadcast_reading.order(tx, Rules(), wanted, NOW, _by_day)
    return replace(made, number=0, settings=wanted.read.settings)


async def _outcome(work: Awaitable[Broadcast]) -> Broadcast | tuple[type[Refusal], str]:
    try:
        return await work
    except Refusal as refusal:
        return type(refusal), repr(refusal)


async def test_who_sends(city: Database) -> None:
    async with city.write() as tx:
        assert (await broadcast_reading.sender_of(tx, Rules(), " BOSS ", NOW)).number == "A1"
        assert (await broadcast_reading.sender_of(tx, Rules(), "unit", NOW)).managed_units == ("11",)
        with pytest.raises(NotAllowed):
            await broadcast_reading.sender_of(tx, Rules(), "zhou", NOW)
        with pytest.raises(NoSuchAccount):
            await broadcast_reading.sender_of(tx, Rules(), "nobody", NOW)


def test_the_digest_is_of_the_file_and_of_what_it_sends() -> None:
    digest = broadcast_reading.digest_of
    assert digest(b"a", {}) == digest(b"a", {})
    assert len({digest(b"a", {}), digest(b"b", {}), digest(b"a", {"p": b""}), digest(b"a", {"p": b"x"})}) == 4
    assert len(digest(b"a", {})) == 64
