"""Media, the menu, the app's record, departments and members."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import Member
from bot.sandbox.errors import ApiError
from bot.sandbox.media import MediaStore
from bot.sandbox.menu import check_menu
from tests.bot.sandbox.stage import AGENT, OTHER_AGENT, PNG, Stage

MIB = 1024 * 1024
JPG = b"\xff\xd8\xff\xe0" + b"0" * 10
AMR = b"#!AMR\n" + b"0" * 10
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"0" * 10


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", PNG, 0),
        ("image", JPG, 0),
        ("image", b"GIF89a....", 40004),
        ("voice", AMR, 0),
        ("voice", PNG, 40004),
        ("video", MP4, 0),
        ("video", PNG, 40004),
        ("file", b"123456", 0),
        ("file", b"12345", 40006),
        ("poem", PNG, 40005),
        ("", PNG, 40005),
        ("file", b"0" * (20 * MIB), 0),
        ("file", b"0" * (20 * MIB + 1), 45001),
        ("image", PNG + b"0" * 10 * MIB, 45001),
        ("voice", AMR + b"0" * 2 * MIB, 45001),
        ("video", MP4 + b"0" * 10 * MIB, 45001),
    ],
    ids=lambda value: str(value)[:20],
)
def test_upload_codes(kind: str, content: bytes, code: int) -> None:
    got = 0
    try:
        MediaStore().put(kind, "a", content, 0)
    except ApiError as refusal:
        got = refusal.errcode
    assert got == code


async def test_what_was_uploaded_comes_back(stage: Stage) -> None:
    answer = await stage.wire.upload("file", b"0123456789", "名单.csv")
    assert (answer["type"], answer["created_at"]) == ("file", str(int(stage.clock())))
    params = {"access_token": stage.wire.token, "media_id": answer["media_id"]}
    url = f"{stage.base}/cgi-bin/media/get"
    async with stage.wire.session.get(url, params=params) as response:
        assert await response.read() == b"0123456789"
    for wanted, status, content in [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=10-", 416, b""),
    ]:
        async with stage.wire.session.get(url, params=params, headers={"Range": wanted}) as response:
            assert (response.status, await response.read()) == (status, content)


async def test_a_file_that_is_not_there(stage: Stage) -> None:
    answer = await stage.wire.upload("file", b"0123456789")
    assert (await stage.wire.get("media/get"))["errcode"] == 41006
    assert (await stage.wire.get("media/get", media_id="x"))["errcode"] == 40007
    stage.clock.at += 3 * 24 * 3600 + 1
    await stage.wire.fetch_token()
    assert (await stage.wire.get("media/get", media_id=answer["media_id"]))["errcode"] == 40007


async def test_an_upload_without_a_file(stage: Stage) -> None:
    assert (await stage.wire.post("media/upload?type=file", {}))["errcode"] == 44001


def click(name: str = "甲", key: str = "k") -> dict[str, Any]:
    return {"name": name, "type": "click", "key": key}


def drawer(*subs: dict[str, Any]) -> dict[str, Any]:
    return {"button": [{"name": "甲", "sub_button": list(subs)}]}


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({"button": [click()] * 3}, 0),
        ({"button": [click()] * 4}, 40016),
        ({"button": []}, 40016),
        ({}, 40016),
        (drawer(*[click()] * 5), 0),
        (drawer(*[click()] * 6), 40023),
        ({"button": [click("字" * 5)]}, 0),
        ({"button": [click("字" * 6)]}, 40018),
        ({"button": [click("")]}, 40018),
        (drawer(click("字" * 13)), 0),
        (drawer(click("字" * 14)), 40025),
        ({"button": [click(key="k" * 128)]}, 0),
        ({"button": [click(key="k" * 129)]}, 40019),
        ({"button": [click(key="")]}, 40019),
        (drawer(click(key="k" * 129)), 40026),
        ({"button": [{"name": "甲", "type": "dance"}]}, 40017),
        (drawer({"name": "甲", "type": "dance"}), 40024),
        ({"button": [{"name": "甲", "type": "view", "url": "u" * 1024}]}, 0),
        ({"button": [{"name": "甲", "type": "view", "url": "u" * 1025}]}, 40020),
        (drawer({"name": "甲", "type": "view"}), 40027),
        (drawer({"name": "甲", "sub_button": [click()]}), 40022),
    ],
)
def test_menu_codes(menu: dict[str, Any], code: int) -> None:
    got = 0
    try:
        check_menu(menu)
    except ApiError as refusal:
        got = refusal.errcode
    assert got == code


async def test_a_menu_is_made_read_and_deleted(stage: Stage) -> None:
    menu = {"button": [click()]}
    assert (await stage.wire.get("menu/get", agentid=AGENT))["errcode"] == 46003
    assert (await stage.wire.post("menu/create", menu, agentid=AGENT))["errcode"] == 0
    assert (await stage.wire.get("menu/get", agentid=AGENT))["button"] == menu["button"]
    assert (await stage.wire.get("menu/get", agentid=OTHER_AGENT))["errcode"] == 301002
    assert (await stage.wire.post("menu/create", menu))["errcode"] == 41011
    assert (await stage.wire.get("menu/delete", agentid=AGENT))["errcode"] == 0
    assert (await stage.wire.get("menu/get", agentid=AGENT))["errcode"] == 46003


async def test_the_apps_record(stage: Stage) -> None:
    record = await stage.wire.get("agent/get", agentid=AGENT)
    assert (record["name"], record["isreportenter"], record["allow_partys"]) == ("学法", 1, {"partyid": [1]})
    wrong = await stage.wire.post("agent/set", {"agentid": AGENT, "isreportenter": 2})
    assert wrong["errcode"] == 40058
    await stage.wire.post("agent/set", {"agentid": AGENT, "isreportenter": 0, "name": "法治"})
    record = await stage.wire.get("agent/get", agentid=AGENT)
    assert (record["name"], record["isreportenter"]) == ("法治", 0)
    narrow = await stage.other("other-secret").get("agent/get", agentid=OTHER_AGENT)
    assert narrow["allow_userinfos"] == {"user": [{"userid": "sun"}]}


async def test_departments(stage: Stage) -> None:
    below = await stage.wire.get("department/simplelist", id=2)
    assert below["department_id"] == [
        {"id": 2, "parentid": 1, "order": 10},
        {"id": 3, "parentid": 2, "order": 0},
    ]
    everything = await stage.wire.get("department/list")
    assert [d["name"] for d in everything["department"]] == ["市政府", "司法局", "执法科", "财政局"]
    assert (await stage.wire.get("department/get", id=3))["department"]["parentid"] == 2
    assert (await stage.wire.get("department/get", id=99))["errcode"] == 60003
    narrow = stage.other("other-secret")
    assert [d["id"] for d in (await narrow.get("department/list"))["department"]] == [3]
    assert (await narrow.get("department/get", id=2))["errcode"] == 60011


async def test_members(stage: Stage) -> None:
    record = await stage.wire.get("user/get", userid="ZHAOMIN")
    assert (record["userid"], record["department"], record["main_department"]) == ("ZhaoMin", [2, 3], 2)
    assert (record["position"], record["status"], "mobile" in record) == ("科长", 1, False)
    direct = await stage.wire.get("user/simplelist", department_id=3)
    assert direct["userlist"] == [{"userid": "ZhaoMin", "name": "赵敏", "department": [2, 3]}]
    full = await stage.wire.get("user/list", department_id=4)
    assert [(m["userid"], m["status"]) for m in full["userlist"]] == [("sun", 1)]
    for params, code in [({}, 41009), ({"userid": "nobody"}, 60111)]:
        assert (await stage.wire.get("user/get", **params))["errcode"] == code
    narrow = stage.other("other-secret")
    assert (await narrow.get("user/get", userid="qian"))["errcode"] == 60011
    assert (await narrow.get("user/get", userid="zhaomin"))["errcode"] == 0


async def test_old_apps_get_the_withheld_fields(stage: Stage) -> None:
    stage.sandbox.state.app(None).legacy_fields = True
    stage.sandbox.state.directory.put(Member("li", "李", mobile="13800000000"))
    assert (await stage.wire.get("user/get", userid="li"))["mobile"] == "13800000000"


async def test_the_id_list_comes_in_pages(stage: Stage) -> None:
    contacts = stage.other("contact-secret")
    rows: list[tuple[str, int]] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        page = await contacts.post("user/list_id", {"cursor": cursor, "limit": 3})
        rows += [(row["userid"], row["department"]) for row in page["dept_user"]]
        cursor = page.get("next_cursor")
        pages += 1
    assert pages == 3
    assert rows[:3] == [("ZhaoMin", 2), ("ZhaoMin", 3), ("qian", 2)]
    assert len(rows) == 8
    whole = await contacts.post("user/list_id", {"limit": 8})
    assert len(whole["dept_user"]) == 8
    assert "next_cursor" not in whole


@pytest.mark.parametrize("body", [{"limit": 0}, {"limit": 10_001}, {"cursor": "x"}])
async def test_id_list_codes(stage: Stage, body: dict[str, Any]) -> None:
    assert (await stage.other("contact-secret").post("user/list_id", body))["errcode"] == 40058


async def test_each_secret_has_its_calls(stage: Stage) -> None:
    contacts = stage.other("contact-secret")
    assert (await stage.wire.post("user/list_id", {}))["errcode"] == 48002
    assert (await contacts.get("department/simplelist"))["errcode"] == 0
    for path, params in [
        ("department/list", {}),
        ("department/get", {"id": "2"}),
        ("user/get", {"userid": "qian"}),
        ("user/list", {"department_id": "2"}),
        ("user/simplelist", {"department_id": "2"}),
    ]:
        assert (await contacts.get(path, **params))["errcode"] == 48002
    assert (await contacts.send())["errcode"] == 48002


async def test_a_member_who_left_is_invalid(stage: Stage) -> None:
    stage.sandbox.state.directory.remove("QIAN")
    assert (await stage.wire.send(touser="qian|sun"))["invaliduser"] == "qian"
