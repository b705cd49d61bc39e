"""Evidence is fetched once, whoever dies in the middle; what cannot be had is tried again and then given up."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.channels.wecom_media import MediaBusy, MediaGone, MediaTooLarge
from bot.fetching import Fetching
from storage import evidence, tables
from storage.database import Database
from storage.scope import EVERYTHING, Scope, own
from tests.bot.desk import rows
from tests.handlers.claims_city import settle
from tests.handlers.stage import Stage
from training.evidence import LEASE, LIFE, MOST_BYTES

JPEG = b"\xff\xd8\xff\xe0" + bytes(1000)


@dataclass
class Giver:
    """Answers one after the other, then the last one for ever; an exception is raised."""

    answers: list[bytes | Exception] = field(default_factory=lambda: [JPEG])
    asked: list[tuple[str, int]] = field(default_factory=list)
    hangs: bool = False
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetched(self, media_id: str, at_most: int) -> bytes:
        self.asked.append((media_id, at_most))
        self.began.set()
        if self.hangs:
            await asyncio.sleep(60)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
async def stage(database: Database) -> Stage:
    await settle(database)
    return Stage(database)


def fetching(stage: Stage, giver: Giver) -> Fetching:
    return Fetching(stage.database, {"wecom": stage.wire}, {"wecom": giver}, stage.clock, stage.sender.wake)


async def sent(stage: Stage, subject: str = "claim:1") -> int:
    async with stage.database.write() as tx:
        return await evidence.add(
            tx, subject, "R1", channel="wecom", account="zhou", media_id="M1", now=stage.clock()
        )


async def content(stage: Stage, scope: Scope = EVERYTHING) -> bytes | None:
    async with stage.database.read() as tx:
        return await evidence.content_of(tx, scope, 1)


async def state(stage: Stage) -> tuple[str, str]:
    table = tables.evidence.c
    [(found, reason)] = await rows(stage.database, table.state, table.reason)
    return found, reason


async def test_what_was_sent_is_kept_with_its_type_and_not_its_media_id(stage: Stage) -> None:
    await sent(stage)
    giver = Giver()
    work = fetching(stage, giver)
    assert [await work.fetch_due(), await work.fetch_due()] == [1, 0]
    assert giver.asked == [("M1", MOST_BYTES)]
    assert await content(stage) == JPEG
    table = tables.evidence.c
    [found] = await rows(stage.database, table.state, table.type, table.size_bytes, table.media_id, table.tries)
    assert found == ("kept", "image/jpeg", len(JPEG), "", 1)
    assert await stage.phone("zhou").read() == ""


async def test_a_piece_is_read_by_scope(stage: Stage) -> None:
    await sent(stage)
    await fetching(stage, Giver()).fetch_due()
    seen = [
        await content(stage, scope)
        for scope in (own("R1"), own("R4"), Scope(person="R7", units=frozenset({"zfk"})))
    ]
    assert seen == [JPEG, None, JPEG]
    assert await content(stage, Scope(person="R3", units=frozenset({"czj"}))) is None


@pytest.mark.parametrize(
    ("answer", "reason", "said"),
    [
        (MediaGone(), "gone", "企业微信已取不到原图"),
        (MediaTooLarge(), "large", "超过 10 MB"),
        (b"<html></html>", "type", "不是 JPG、PNG、WEBP、HEIC 图片或 PDF"),
    ],
)
async def test_what_cannot_be_kept_is_told_once(
    stage: Stage, answer: bytes | Exception, reason: str, said: str
) -> None:
    await sent(stage)
    work = fetching(stage, Giver([answer]))
    assert [await work.fetch_due(), await work.fetch_due()] == [1, 0]
    assert await state(stage) == ("failed", reason)
    assert await content(stage) is None
    assert await stage.phone("zhou").read() == (
        f"申报 1 的佐证 E1 没有保存：{said}。如有需要请重新发送；佐证不强制。"
    )


async def test_what_is_busy_is_tried_again_later_and_given_up_after_three_days(stage: Stage) -> None:
    await sent(stage, "")
    giver = Giver([MediaBusy("-1"), RuntimeError("a bug"), MediaBusy("HTTP 502")])
    work = fetching(stage, giver)
    assert [await work.fetch_due(), await work.fetch_due()] == [1, 0]
    stage.clock.on(seconds=20)
    assert [await work.fetch_due(), await work.fetch_due()] == [1, 0]
    assert await state(stage) == ("waiting", "")
    stage.clock.now += LIFE
    assert await work.fetch_due() == 1
    assert await state(stage) == ("failed", "late")
    assert await stage.phone("zhou").read() == "佐证 E1 没有保存：三天内没有取到。如有需要请重新发送；佐证不强制。"


async def test_a_process_that_dies_in_the_middle_leaves_it_to_another(stage: Stage) -> None:
    await sent(stage)
    dying = asyncio.create_task(fetching(stage, slow := Giver(hangs=True)).fetch_due())
    await slow.began.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    other = fetching(stage, Giver())
    assert await other.fetch_due() == 0  # leased
    stage.clock.now += LEASE + timedelta(seconds=1)
    assert await other.fetch_due() == 1
    assert await content(stage) == JPEG


async def test_one_that_was_frozen_writes_over_nothing(stage: Stage) -> None:
    await sent(stage)
    async with stage.database.write() as tx:
        [frozen] = await evidence.take(tx, stage.clock(), at_most=2)
    stage.clock.now += LEASE
    assert await fetching(stage, Giver()).fetch_due() == 1
    async with stage.database.write() as tx:
        done = [
            await evidence.keep(tx, frozen, b"other", "image/png", stage.clock()),
            await evidence.put_off(tx, frozen, stage.clock()),
        ]
    assert done == [False, False]
    assert await content(stage) == JPEG


async def test_two_at_once_take_different_pieces(stage: Stage) -> None:
    for _ in range(3):
        await sent(stage)
    one, other = Giver(), Giver()
    await asyncio.gather(fetching(stage, one).fetch_due(), fetching(stage, other).fetch_due())
    await fetching(stage, one).fetch_due()
    assert len(one.asked) + len(other.asked) == 3
    assert await rows(stage.database, tables.evidence.c.state) == [("kept",)] * 3
