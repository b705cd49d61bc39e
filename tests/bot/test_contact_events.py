"""Changes of the contacts on their way from WeCom to the table, over the real encrypted protocol."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from time import time

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec import structs

from bot import app
from bot.channels.wecom_callback import Callback, ContactEvents
from bot.channels.wecom_codec import Codec
from bot.channels.wecom_messages import ChangeEvent
from bot.config import BadConfig, Config, Server, WeComSection
from bot.contact_events import contact_events, key_faults
from bot.sandbox import App, Corp, Fault, Member, Outcome, Sandbox
from bot.sandbox.outcomes import Callback as Sent
from bot.sandbox.xml_text import write
from handlers.message import Kind
from storage import contacts
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.channels.conftest import AES_KEY, CORP, NOW, TOKEN
from tests.bot.channels.test_wecom_callback import FakeDoor
from tests.bot.cli.terminal import UNREACHABLE
from tests.databases import on_sqlite
from training.contact_matching import ChangeKind, ContactChange

APP, CONTACTS = 218, 9
CONTACT_TOKEN, CONTACT_KEY = "contacttoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
KEYS = WeComSection(CORP, APP, contact_token=CONTACT_TOKEN, contact_aes_key=CONTACT_KEY)
PLAIN = {"ChangeType": "create_user", "UserID": "WangWu", "Department": "1,2"}


@dataclass
class Stage:
    """A sandbox with two senders, one by the app's keys and one by the contacts', before one URL."""

    sandbox: Sandbox
    door: FakeDoor
    counted: list[str]
    database: Database
    sender: int = CONTACTS

    async def tell(self, sender: str = "sys", event: str = "change_contact", **fields: str) -> Outcome:
        head = {"ToUserName": CORP, "FromUserName": sender, "CreateTime": str(int(NOW.timestamp()))}
        told = {**head, "MsgType": "event", "Event": event, **fields}
        xml = write([(name, value) for name, value in told.items() if value])
        return await self.sandbox.sender.deliver(Sent(self.sender, sender, event, xml))

    async def kept(self) -> list[ContactChange]:
        async with self.database.read() as tx:
            return [one.change for one in await contacts.waiting(tx, EVERYTHING)]


def corp(url: str, token: str, key: str) -> Corp:
    apps = [App(APP, "s1", TOKEN, AES_KEY, url), App(CONTACTS, "s2", token, key, url)]
    return Corp(CORP, apps, [Member("zhou", "周敏")])


async def opened(
    database: Database, section: WeComSection = KEYS, *, token: str = CONTACT_TOKEN, key: str = CONTACT_KEY
) -> tuple[Stage, TestServer]:
    door, counted = FakeDoor(wire=b""), list[str]()
    changes = contact_events(section, database, lambda: NOW)
    codec = Codec(TOKEN, AES_KEY, CORP)
    callback = Callback(codec, CORP, str(APP), door, counted.append, lambda: NOW, contacts=changes)
    site = web.Application()
    site.add_routes([web.get("/cb", callback.verify), web.post("/cb", callback.receive)])
    server = TestServer(site)
    await server.start_server()
    sandbox = Sandbox(corp(str(server.make_url("/cb")), token, key), now=NOW.timestamp)
    return Stage(sandbox, door, counted, database), server


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Stage]:
    staged, server = await opened(database)
    yield staged
    await staged.sandbox.close()
    await server.close()


def empty_200(outcome: Outcome) -> bool:
    return [(attempt.status, attempt.body) for attempt in outcome.attempts] == [(200, b"")]


async def test_members_who_come_change_and_go(stage: Stage) -> None:
    said = [
        await stage.tell(**PLAIN, Name="王五", Mobile="13900000000"),
        await stage.tell(ChangeType="update_user", UserID="WangWu", NewUserID="Wang5"),
        await stage.tell(ChangeType="update_user", UserID="Wang5", Department="3"),
        await stage.tell(ChangeType="delete_user", UserID="Wang5"),
    ]
    assert all(map(empty_200, said))
    assert await stage.kept() == [
        ContactChange(ChangeKind.CREATED, "wangwu", "", "王五", "1,2"),
        ContactChange(ChangeKind.UPDATED, "wangwu", "wang5"),
        ContactChange(ChangeKind.DELETED, "wang5"),
    ]
    assert (stage.door.came, stage.counted) == ([], [])


async def test_each_event_is_kept_once(stage: Stage) -> None:
    first = await stage.tell(**PLAIN)
    assert empty_200(await stage.sandbox.repeat(first))
    assert empty_200(await stage.sandbox.replay(first))
    stage.sandbox.faults.add(Fault("twin", "callback"))
    twins = await stage.tell(ChangeType="delete_user", UserID="WangWu")
    assert [attempt.status for attempt in twins.attempts] == [200, 200]
    assert [change.kind for change in await stage.kept()] == [ChangeKind.CREATED, ChangeKind.DELETED]


async def test_many_in_one_second_are_told_apart(stage: Stage) -> None:
    told = (stage.tell(ChangeType="create_user", UserID=f"u{n}", Department="1") for n in range(12))
    assert all(map(empty_200, await asyncio.gather(*told)))
    assert sorted(change.account for change in await stage.kept()) == sorted(f"u{n}" for n in range(12))


@pytest.mark.parametrize(
    "fields",
    [
        {"ChangeType": "create_party", "Id": "7", "Name": "新科", "ParentId": "1"},
        {"ChangeType": "delete_party", "Id": "7"},
        {"ChangeType": "update_tag", "TagId": "3", "AddUserItems": "a,b"},
        {"event": "batch_job_result"},
        {**PLAIN, "sender": "zhou"},
    ],
)
async def test_anything_else_is_accepted_and_ignored(stage: Stage, fields: dict[str, str]) -> None:
    assert empty_200(await stage.tell(**fields))
    assert (await stage.kept(), stage.door.came, stage.counted) == ([], [], [])


async def test_nobody_acts_by_the_contacts_keys(stage: Stage) -> None:
    """A member's words in such an envelope are refused, whoever sealed it."""
    xml = write([("ToUserName", CORP), ("FromUserName", "zhou"), ("CreateTime", int(NOW.timestamp()))])
    said = "<MsgType>text</MsgType><Content>确认 1</Content><MsgId>1</MsgId><AgentID>218</AgentID></xml>"
    text = Sent(CONTACTS, "zhou", "text", xml.replace("</xml>", said))
    outcome = await stage.sandbox.sender.deliver(text)
    assert [attempt.status for attempt in outcome.attempts] == [400, 400, 400]
    tapped = await stage.tell("zhou", "template_card_event", EventKey="daily:1:A", TaskId="t", AgentID="218")
    assert empty_200(tapped)
    assert (stage.door.came, stage.counted) == ([], ["form"] * 3)


@pytest.mark.parametrize(
    "broken",
    [
        {"ChangeType": "create_user"},
        {**PLAIN, "UserID": "x" * 65},
        {**PLAIN, "UserID": "a|b"},
        {"ChangeType": "update_user", "UserID": "a", "NewUserID": "y" * 65},
    ],
)
async def test_an_account_that_is_none_is_refused(stage: Stage, broken: dict[str, str]) -> None:
    outcome = await stage.tell(**broken)
    assert {attempt.status for attempt in outcome.attempts} == {400}
    assert await stage.kept() == []


async def test_who_decides_may_not_come_twice(stage: Stage) -> None:
    """A name that WeCom failed to escape must not rename anybody."""
    head = f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>{int(NOW.timestamp())}"
    event = "</CreateTime><MsgType>event</MsgType><Event>change_contact</Event><ChangeType>update_user</ChangeType>"
    twice = "<UserID>a</UserID><NewUserID>b</NewUserID><NewUserID>c</NewUserID></xml>"
    outcome = await stage.sandbox.sender.deliver(Sent(CONTACTS, "sys", "change_contact", head + event + twice))
    assert {attempt.status for attempt in outcome.attempts} == {400}
    assert await stage.kept() == []


async def test_the_url_is_verified_by_either_keys(stage: Stage) -> None:
    for agent in (APP, CONTACTS):
        assert (await stage.sandbox.verify_callback(agent)).accepted
    assert stage.counted == []


@pytest.mark.parametrize("what", ["signature", "body"])
async def test_an_envelope_by_no_key_is_refused(stage: Stage, what: str) -> None:
    stage.sandbox.faults.add(Fault("tamper", "callback", what=what))
    assert [attempt.status for attempt in (await stage.tell(**PLAIN)).attempts] == [403]
    stage.sandbox.faults.add(Fault("stale", "callback", seconds=700))
    assert [attempt.status for attempt in (await stage.tell(**PLAIN)).attempts] == [403]
    assert (await stage.kept(), stage.counted) == ([], ["signature", "stale"])


async def test_what_members_do_goes_to_the_desk_as_before(stage: Stage) -> None:
    assert empty_200(await stage.sandbox.type_text("zhou", "帮助", APP))
    assert [(came.account, came.kind) for came in stage.door.came] == [("zhou", Kind.TEXT)]
    stage.sender = APP
    assert empty_200(await stage.tell(ChangeType="create_party", Id="7"))
    assert stage.door.came[-1].kind is Kind.SILENT


async def test_equal_keys_for_both_are_no_trouble(database: Database) -> None:
    section = WeComSection(CORP, APP, contact_token=TOKEN, contact_aes_key=AES_KEY)
    staged, server = await opened(database, section, token=TOKEN, key=AES_KEY)
    assert empty_200(await staged.tell(**PLAIN))
    broken = await staged.tell(ChangeType="create_user")
    await staged.sandbox.close()
    await server.close()
    assert {attempt.status for attempt in broken.attempts} == {400}
    assert [change.account for change in await staged.kept()] == ["wangwu"]
    assert staged.door.came == []


async def test_without_keys_nothing_is_kept_and_nothing_else_changes(database: Database) -> None:
    staged, server = await opened(database, WeComSection(CORP, APP))
    refused = await staged.tell(**PLAIN)
    unverified = await staged.sandbox.verify_callback(CONTACTS)
    staged.sender = APP
    taken = await staged.tell(**PLAIN)
    await staged.sandbox.close()
    await server.close()
    assert [attempt.status for attempt in refused.attempts] == [403] * 3
    assert (unverified.accepted, unverified.status, staged.counted) == (False, 403, ["signature"] * 4)
    assert empty_200(taken)
    assert [came.kind for came in staged.door.came] == [Kind.SILENT]
    assert await staged.kept() == []


async def test_a_database_that_is_away_costs_a_line_without_names(database: Database) -> None:
    changes = contact_events(KEYS, database, lambda: NOW.replace(tzinfo=None))  # no moment that can be kept
    assert isinstance(changes, ContactEvents)
    with structlog.testing.capture_logs() as logs:
        await changes.keep(ChangeEvent("c:1:x", ContactChange(ChangeKind.CREATED, "wangwu", "", "王五")))
    [line] = logs
    assert (line["event"], line["log_level"]) == ("contact_changes_lost", "error")
    assert set(line) == {"event", "log_level", "error", "count"}
    async with database.read() as tx:
        assert await contacts.count_waiting(tx) == 0


@pytest.mark.parametrize(
    ("token", "key", "faults"),
    [
        ("", "", {}),
        (CONTACT_TOKEN, CONTACT_KEY, {}),
        (CONTACT_TOKEN, "", {"contact_aes_key": "未填写"}),
        ("", CONTACT_KEY, {"contact_token": "未填写"}),
        (CONTACT_TOKEN, CONTACT_KEY[:-1], {"contact_aes_key": "应为 43 位字母和数字"}),
        (CONTACT_TOKEN, CONTACT_KEY[:-1] + "！", {"contact_aes_key": "应为 43 位字母和数字"}),
    ],
)
def test_keys_that_stop_the_start(database: Database, token: str, key: str, faults: dict[str, str]) -> None:
    section = WeComSection(CORP, APP, contact_token=token, contact_aes_key=key)
    assert key_faults(section) == faults
    if not faults:
        assert (contact_events(section, database, lambda: NOW) is None) is (not token)
        return
    with pytest.raises(BadConfig, match=f"wecom.{next(iter(faults))} "):
        contact_events(section, database, lambda: NOW)


@on_sqlite
async def test_a_bot_with_the_keys_listens_to_both(database: Database, tmp_path: Path) -> None:
    """As it is built for `serve`, by the clock of the machine."""
    keys = WeComSection(CORP, APP, "s1", TOKEN, AES_KEY, UNREACHABLE)
    section = structs.replace(keys, contact_token=CONTACT_TOKEN, contact_aes_key=CONTACT_KEY)
    chosen = Config(server=Server(port=0, verify_folder=str(tmp_path)), wecom=section)
    async with app.built(chosen, database) as parts, app.running(parts) as runner:
        host, port = runner.addresses[0][:2]
        sandbox = Sandbox(corp(f"http://{host}:{port}/wecom/callback", CONTACT_TOKEN, CONTACT_KEY))
        verified = [(await sandbox.verify_callback(agent)).accepted for agent in (APP, CONTACTS)]
        head = [("ToUserName", CORP), ("FromUserName", "sys"), ("CreateTime", int(time())), ("MsgType", "event")]
        xml = write([*head, ("Event", "change_contact"), *PLAIN.items()])
        told = await sandbox.sender.deliver(Sent(CONTACTS, "sys", "change_contact", xml))
        said = await sandbox.type_text("zhou", "帮助", APP)
        await sandbox.close()
    assert verified == [True, True]
    assert empty_200(told)
    assert said.reply is not None
    assert "您还不在学法名册中" in said.reply.text
    async with database.read() as tx:
        [only] = await contacts.waiting(tx, EVERYTHING)
    assert only.change == ContactChange(ChangeKind.CREATED, "wangwu", "", "", "1,2")


@on_sqlite
async def test_half_of_the_keys_stops_the_start(database: Database) -> None:
    section = WeComSection(CORP, APP, "s1", TOKEN, AES_KEY, UNREACHABLE, contact_token=CONTACT_TOKEN)
    with pytest.raises(BadConfig, match=r"wecom\.contact_aes_key 未填写"):
        async with app.built(Config(wecom=section), database):
            pass
