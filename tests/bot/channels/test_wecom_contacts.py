"""Reading members: against the sandbox, and against a WeCom that pages, fails and lies."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.wecom_api import ApiSettings
from bot.channels.wecom_contacts import Contacts, ContactsUnread, read_contacts
from bot.sandbox import App, Corp, Department, Fault, Member, Sandbox, make_app
from tests.bot.channels.fault_server import SECRET, FaultyWeCom, answer, drop, errcode, ok, settings
from tests.bot.sandbox import stage
from training.contact_matching import Member as Seen

NO_WAITS = (0.0, 0.0)
OURS, CONTACT = "app-secret", "contact-secret"
ALL = ("fresh", "gone", "nolicence", "qian", "stopped", "sun", "zhaomin")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    yield Sandbox(stage.corp())


@pytest.fixture
async def base(sandbox: Sandbox) -> AsyncIterator[str]:
    server = TestServer(make_app(sandbox))
    await server.start_server()
    yield str(server.make_url("/cgi-bin"))
    await server.close()
    await sandbox.close()


def as_app(base: str, agent: int = stage.AGENT, secret: str = OURS) -> ApiSettings:
    return ApiSettings(stage.CORP_ID, str(agent), secret, base)


async def read(asking: ApiSettings, *known: str, secret: str = CONTACT) -> Contacts:
    return await read_contacts(asking, secret, known, NO_WAITS)


def names(contacts: Contacts) -> dict[str, str]:
    return {member.account: member.name for member in contacts.members if member.name}


class TestSandbox:
    async def test_every_member_once_casefolded_and_in_all_departments(self, base: str) -> None:
        contacts = await read(as_app(base))
        assert tuple(member.account for member in contacts.members) == ALL
        assert contacts.members[-1] == Seen("zhaomin", "赵敏", (2, 3))
        assert (names(contacts)["fresh"], contacts.nameless) == ("新人", 0)

    async def test_names_only_of_those_who_are_not_known(self, base: str, sandbox: Sandbox) -> None:
        contacts = await read(as_app(base), *ALL)
        assert (names(contacts), contacts.nameless) == ({}, 0)
        assert sandbox.counters.calls["user/simplelist"] == 0
        assert names(await read(as_app(base), *ALL[:-2])) == {"sun": "孙立", "zhaomin": "赵敏"}
        assert sandbox.counters.calls["user/simplelist"] == 3

    async def test_as_far_as_the_app_sees(self, base: str, sandbox: Sandbox) -> None:
        """The other app sees department 3 and one person of 4: hers comes by a call of its own."""
        contacts = await read(as_app(base, stage.OTHER_AGENT, "other-secret"))
        assert names(contacts) == {"zhaomin": "赵敏", "sun": "孙立"}
        assert (len(contacts.members), contacts.nameless) == (7, 5)

    @pytest.mark.parametrize("wrong", ["wrong", ""])
    async def test_without_the_apps_secret_it_goes_on_without_names(self, base: str, wrong: str) -> None:
        contacts = await read(as_app(base, secret=wrong))
        assert (len(contacts.members), names(contacts), contacts.nameless) == (7, {}, 7)

    async def test_a_secret_that_is_not_the_contacts(self, base: str) -> None:
        for secret, code in (("wrong", 40001), ("app-secret", 48002)):
            with pytest.raises(ContactsUnread) as refused:
                await read(as_app(base), secret=secret)
            assert refused.value.code == code

    async def test_tokens_of_both_secrets_are_renewed(self, base: str, sandbox: Sandbox) -> None:
        sandbox.faults.add(Fault("errcode", "user/list_id", errcode=42001))
        sandbox.faults.add(Fault("errcode", "user/simplelist", errcode=40014))
        assert (await read(as_app(base))).nameless == 0

    async def test_busy_or_lost_is_asked_again(self, base: str, sandbox: Sandbox) -> None:
        sandbox.faults.add(Fault("errcode", "user/list_id", errcode=-1))
        sandbox.faults.add(Fault("drop_after", "user/list_id"))
        sandbox.faults.add(Fault("http", "user/simplelist", status=502))
        contacts = await read(as_app(base))
        assert (len(contacts.members), contacts.nameless) == (7, 0)


async def test_a_city_of_many_pages() -> None:
    """25,000 rows are three pages for WeCom."""
    crowd = [Member(f"u{n:05}", f"名{n}", (1, 2)) for n in range(12_500)]
    app = App(stage.AGENT, "app-secret", stage.TOKEN, stage.AES_KEY)
    departments = [Department(1, "市政府", 0), Department(2, "司法局", 1)]
    box = Sandbox(Corp(stage.CORP_ID, [app], crowd, departments, "contact-secret"))
    server = TestServer(make_app(box))
    await server.start_server()
    contacts = await read(as_app(str(server.make_url("/cgi-bin"))), *(m.userid for m in crowd[1:]))
    await server.close()
    assert box.counters.calls["user/list_id"] == 3
    assert len(contacts.members) == 12_500
    assert contacts.members[0] == Seen("u00000", "名0", (1, 2))


def page(*users: str, **more: object) -> bytes:
    rows = [{"userid": user, "department": 1} for user in users]
    return json.dumps(ok(dept_user=rows, **more)).encode()


class TestFaults:
    async def read(self, wecom: FaultyWeCom) -> Contacts:
        asking = replace(settings(wecom.base_url), secret="")
        return await read_contacts(asking, SECRET, (), NO_WAITS)

    @pytest.mark.parametrize("last", [{}, {"next_cursor": ""}, {"next_cursor": None}])
    async def test_an_empty_or_missing_cursor_ends_it(self, wecom: FaultyWeCom, last: dict[str, object]) -> None:
        wecom.faults["user/list_id"] = [answer(page("a", "B", next_cursor="c1")), answer(page("a", "c", **last))]
        assert [member.account for member in (await self.read(wecom)).members] == ["a", "b", "c"]
        assert [json.loads(body)["cursor"] for body in wecom.bodies("user/list_id")] == ["", "c1"]

    async def test_a_cursor_that_comes_again_is_no_end(self, wecom: FaultyWeCom) -> None:
        wecom.always["user/list_id"] = answer(page("a", next_cursor="c1"))
        with pytest.raises(ContactsUnread) as refused:
            await self.read(wecom)
        assert refused.value.cause == "next_cursor"

    async def test_a_list_that_breaks_off_is_never_whole(self, wecom: FaultyWeCom) -> None:
        wecom.faults["user/list_id"] = [answer(page("a", next_cursor="c1")), *[drop] * 3]
        with pytest.raises(ContactsUnread):
            await self.read(wecom)
        assert wecom.calls("user/list_id") == 4

    @pytest.mark.parametrize("rows", [None, {}, [{"userid": "a"}], [{"userid": "a", "department": "x"}], ["a"]])
    async def test_rows_that_are_none(self, wecom: FaultyWeCom, rows: object) -> None:
        wecom.always["user/list_id"] = answer(json.dumps(ok(dept_user=rows)).encode())
        if rows == {}:
            assert (await self.read(wecom)).members == ()
            return
        with pytest.raises(ContactsUnread) as refused:
            await self.read(wecom)
        assert refused.value.cause == "dept_user"

    async def test_what_only_a_person_can_mend_is_not_asked_again(self, wecom: FaultyWeCom) -> None:
        wecom.always["user/list_id"] = errcode(60020, "not allow to access from your ip, from ip: 10.1.2.3, more")
        with pytest.raises(ContactsUnread) as refused:
            await self.read(wecom)
        assert (refused.value.code, refused.value.address, wecom.calls("user/list_id")) == (60020, "10.1.2.3", 1)

    async def test_names_that_stop_coming_keep_those_that_came(self, wecom: FaultyWeCom) -> None:
        rows = [{"userid": "a", "department": 1}, {"userid": "b", "department": 2}]
        wecom.answers["user/list_id"] = ok(dept_user=rows)
        first = answer(json.dumps(ok(userlist=[{"userid": "A", "name": " 甲 "}, {"userid": 7}, 8])).encode())
        wecom.faults["user/simplelist"] = [first, errcode(48002)]
        contacts = await read_contacts(settings(wecom.base_url), SECRET, (), NO_WAITS)
        assert (names(contacts), contacts.nameless) == ({"a": "甲"}, 1)
        assert wecom.calls("user/get") == 0
