"""Files on their way out: one upload, one id for every process and every repeat, also after a crash."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channels import wecom_delivery
from bot.channels.channel import Outcome, TakesFiles, Verdict
from bot.draft_files import CLAIM_LOST, DraftFiles
from bot.endings import DUPLICATE_WINDOW
from bot.metrics import Metrics
from bot.sender import Sender
from storage import media, outbox, tables
from storage.database import Database
from storage.media import ID_LIFE, Kept, kept
from storage.outbox import LEASE, Draft, State
from tests.databases import on_postgresql
from tests.handlers.stage import Clock
from tests.handlers.wire import Wire

FILE = kept("图.png", "image", b"\x89PNG" + bytes(100))
BODY = b'{"touser":"%b","msgtype":"image","image":{"media_id":"$media_id$"}}'
LOST = Outcome(Verdict.UNKNOWN, reason="TimeoutError")
GONE = Outcome(Verdict.REFUSED, 40007, "invalid media_id", file_gone=True)
AFTER_LEASE = timedelta(seconds=181)


class Crash(BaseException):
    """The process ends here."""


@dataclass
class Uploading(Wire):
    """A wire that wants files brought first. `at_upload` may fail, wait, or end the process."""

    uploads: list[str] = field(default_factory=list)
    at_upload: Callable[[], Any] = lambda: None
    at_delivery: Callable[[], Any] = lambda: None

    async def upload(self, file: Kept) -> str | Outcome:
        assert file == FILE
        await asyncio.sleep(0)
        failed = self.at_upload()
        if isinstance(failed, Outcome):
            return failed
        self.uploads.append(f"M{len(self.uploads) + 1}-{id(self) % 9973}")
        return self.uploads[-1]

    def with_file(self, body: bytes, file_id: str) -> bytes:
        return wecom_delivery.with_file(body, file_id)

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        self.at_delivery()
        return await super().deliver(draft, repeated=repeated)


class Post:
    """An outbox and one process at it."""

    def __init__(self, database: Database, *script: Outcome | Exception, clock: Clock | None = None) -> None:
        self.database, self.clock, self.wire = database, clock or Clock(), Uploading(script=list(script))
        self.sender = Sender(database, {"wecom": self.wire}, self.clock, Metrics())
        assert isinstance(self.wire, TakesFiles)

    async def put(self, ref: str, *, mass: bool = True) -> None:
        one = Draft("message/send", BODY % ref.encode(), (ref,), FILE)
        async with self.database.write() as tx:
            await outbox.add(tx, "wecom", ref, [one], lane=ref, mass=mass, now=self.clock())

    async def go(self, after: timedelta = timedelta()) -> int:
        self.clock.now += after
        return await self.sender.send_due()

    async def row(self, ref: str) -> Any:
        async with self.database.read() as tx:
            return (await tx.execute(select(tables.outbox).where(tables.outbox.c.ref == ref))).one()

    @property
    def bodies(self) -> list[bytes]:
        return [draft.body for draft, _ in self.wire.sent]


def refuse() -> None:
    raise AssertionError("not to be called")


def end() -> None:
    raise Crash


async def test_a_file_for_many_is_brought_once(database: Database) -> None:
    post = Post(database)
    for n in range(5):
        await post.put(f"u{n}")
    assert await post.go() == 5
    await post.put("later")
    await post.go()
    assert len(post.wire.uploads) == 1
    assert {body.partition(b"media_id")[2] for body in post.bodies} == {b'":"%b"}}' % post.wire.uploads[0].encode()}
    assert (await post.row("u0")).body == post.bodies[0]  # frozen with it


async def test_a_file_for_another_broadcast_is_brought_again(database: Database) -> None:
    """To the same people within four hours the channel would else take the second request for a repeat."""
    post = Post(database)
    for ref in ("broadcast-1-0-1", "broadcast-1-1-1", "broadcast-2-0-1"):
        await post.put(ref)
        await post.go()
    ids = [body.partition(b'media_id":')[2] for body in post.bodies]
    assert ids[0] == ids[1] != ids[2]
    assert len(post.wire.uploads) == 2


async def test_a_repeat_after_a_crash_by_another_process_is_the_same_request(database: Database) -> None:
    one = Post(database)
    await one.put("a")
    one.wire.at_delivery = end
    with pytest.raises(Crash):
        await one.go()
    other = Post(database, clock=one.clock)
    assert await other.go(AFTER_LEASE) == 1
    assert other.wire.uploads == []
    [(draft, repeated)] = other.wire.sent
    assert (repeated, one.wire.uploads[0].encode() in draft.body) == (True, True)


@pytest.mark.parametrize("mass", [True, False])
async def test_a_crash_before_the_id_was_kept_has_sent_nothing(database: Database, mass: bool) -> None:
    one = Post(database)
    await one.put("a", mass=mass)
    one.wire.at_upload = end
    with pytest.raises(Crash):
        await one.go()
    other = Post(database, clock=one.clock)
    assert await other.go(LEASE) == 0  # an upload may take longer
    assert await other.go(AFTER_LEASE) == 1
    assert [repeated for _, repeated in other.wire.sent] == [False]
    assert (await other.row("a")).state == State.SENT


async def test_a_repeat_is_the_same_after_the_id_was_renewed_for_others(database: Database) -> None:
    post = Post(database, LOST)
    await post.put("a")
    await post.go()
    first = post.bodies[0]
    post.clock.now += timedelta(seconds=1)
    await post.put("b")
    async with database.write() as tx:  # the id is about to end
        await tx.execute(update(tables.media_place).values(uploaded_at=post.clock() - ID_LIFE))
    await post.go(timedelta(seconds=10))
    assert sorted(post.bodies[1:]) == sorted([first, (await post.row("b")).body])
    assert len(post.wire.uploads) == 2


async def test_an_id_that_wecom_forgot_is_replaced_once(database: Database) -> None:
    post = Post(database, GONE)
    await post.put("a")
    await post.go()
    assert [body.count(name.encode()) for body, name in zip(post.bodies, post.wire.uploads, strict=True)] == [1, 1]
    assert (await post.row("a")).state == State.SENT
    async with database.read() as tx:
        place = await media.place(tx, FILE.digest, "")
    assert place is not None
    assert place.id == post.wire.uploads[1]
    post.wire.script = [GONE, GONE]
    await post.put("b")
    await post.go()
    assert ((await post.row("b")).state, (await post.row("b")).code) == (State.REFUSED, 40007)
    assert len(post.wire.uploads) == 3


async def test_in_doubt_no_other_id_is_tried(database: Database) -> None:
    """WeCom would not recognise the repeat, and people would get it twice."""
    post = Post(database, LOST, GONE)
    await post.put("a")
    await post.go()
    await post.go(timedelta(seconds=10))
    assert ((await post.row("a")).state, (await post.row("a")).code) == (State.UNKNOWN, 40007)
    assert len(post.wire.uploads) == 1


async def test_a_person_may_have_it_sent_again_when_the_id_has_long_gone(database: Database) -> None:
    post = Post(database, LOST)
    await post.put("a", mass=False)
    await post.go()
    post.clock.now += 2 * ID_LIFE
    async with database.write() as tx:
        assert await outbox.resend(tx, "a", "cli:root", post.clock()) == 1
    post.wire.script = [GONE]
    await post.go()
    row = await post.row("a")
    assert (row.state, row.maybe_twice, len(post.wire.uploads)) == (State.SENT, True, 2)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(Verdict.RETRY, reason="upload", wait_seconds=5.0), State.QUEUED),
        (Outcome(Verdict.SLOW_DOWN, 45009, "limit", 60.0), State.QUEUED),
        (Outcome(Verdict.REFUSED, 40006, "size"), State.REFUSED),
    ],
)
async def test_an_upload_that_fails_has_sent_nothing(database: Database, outcome: Outcome, state: State) -> None:
    post = Post(database)
    post.wire.at_upload = lambda: outcome
    await post.put("a", mass=False)
    await post.go()
    row = await post.row("a")
    assert (row.state, row.doubtful, post.wire.sent) == (state, False, [])


async def test_a_file_that_is_not_kept_any_more(database: Database) -> None:
    post = Post(database)
    await post.put("a")
    async with database.write() as tx:
        await tx.execute(tables.media.delete())
    await post.go()
    assert (await post.row("a")).state == State.REFUSED


async def test_who_lost_the_claim_over_an_upload_does_not_send(database: Database) -> None:
    post, other = Post(database), Post(database)
    await post.put("a")
    other.clock.now = post.clock() + AFTER_LEASE
    async with database.write() as tx:
        [slow] = await outbox.claim(tx, "wecom", post.clock())
    assert await other.go() == 1
    assert await DraftFiles(database, post.clock).ready(post.wire, slow) == CLAIM_LOST
    assert (await post.row("a")).state == State.SENT


@on_postgresql
async def test_two_processes_name_the_file_alike(database: Database) -> None:
    one, other = Post(database), Post(database)
    for n in range(40):
        await one.put(f"u{n}")
    while any(await asyncio.gather(one.go(), other.go())):
        pass
    assert len(one.wire.uploads) <= 1
    assert len(other.wire.uploads) <= 1
    assert len(one.bodies + other.bodies) == 40
    assert len({body.partition(b"media_id")[2] for body in one.bodies + other.bodies}) == 1


async def test_an_id_outlives_the_repeats(database: Database) -> None:
    assert timedelta(days=3) > ID_LIFE + DUPLICATE_WINDOW
