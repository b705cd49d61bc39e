"""The chat page in a real Chromium: skipped where there is none, unless REQUIRE_BROWSER=1."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import AGENT, PNG, Stage

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("REQUIRE_BROWSER") != "1", reason="no Chromium on this machine"
)


@pytest.fixture
async def page(stage: Stage) -> AsyncIterator[Page]:
    """The page, with the failures of its scripts as failures of the test."""
    assert CHROMIUM is not None, "REQUIRE_BROWSER=1, but there is no Chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = await browser.new_page(viewport={"width": 1280, "height": 900})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        await opened.goto(stage.base)
        yield opened
        await browser.close()
        assert errors == []


def phone(page: Page, person: str) -> Locator:
    return page.locator(f'[data-pane="{person}"]')


async def test_a_newcomer_sees_two_phones_and_what_to_do(stage: Stage, page: Page) -> None:
    await expect(page.locator("[data-pane]")).to_have_count(2)
    await expect(phone(page, "zhaomin")).to_be_visible()
    await expect(phone(page, "qian")).to_be_visible()
    await page.get_by_role("button", name="关闭提示").click()
    await expect(page.locator("#hint")).to_be_hidden()
    assert stage.bot.told == []


async def test_the_keyboard_skips_the_people(stage: Stage, page: Page) -> None:
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(phone(page, "zhaomin").locator("[data-input]")).to_be_focused()


async def test_people_are_found_by_name_and_by_unit(stage: Stage, page: Page) -> None:
    search, shown = page.get_by_label("查找人员"), page.locator("#people li:visible")
    await search.fill("财政局")
    await expect(shown).to_have_count(1)
    await search.press("Enter")
    await expect(phone(page, "sun")).to_be_visible()
    await search.fill("无此人")
    await expect(shown).to_have_count(0)
    await expect(page.locator("#nobody")).to_contain_text("没有找到")


async def test_a_picture_is_enlarged_and_closed_by_the_keyboard(stage: Stage, page: Page) -> None:
    media_id = (await stage.wire.upload("image", PNG))["media_id"]
    await stage.wire.send("image", {"media_id": media_id}, touser="qian")
    await phone(page, "qian").get_by_role("button", name="放大图片").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_card_is_answered_and_turns_grey(stage: Stage, page: Page) -> None:
    stage.bot.reply = lambda told: (
        [("MsgType", "update_button"), ("Button", [("ReplaceName", "已提交")])]
        if told.get("Event") == "template_card_event"
        else None
    )
    await stage.wire.send("template_card", card("vote_interaction"))
    vote = page.locator('[data-card="vote_interaction"]')
    await vote.get_by_label("甲").check()
    await vote.get_by_label("丙").check()
    await vote.get_by_role("button", name="提交").click()
    await expect(vote.locator("[data-replaced]")).to_have_text("已提交")
    await expect(vote.locator("[data-replaced]")).to_be_disabled()
    assert stage.bot.told[-1]["Selected"] == "q1=A,C"


async def test_typing_and_the_menu(stage: Stage, page: Page) -> None:
    menu = {"button": [{"name": "学法", "sub_button": [{"name": "今日一题", "type": "click", "key": "daily"}]}]}
    await stage.wire.post("menu/create", menu, agentid=AGENT)
    stage.bot.reply = lambda told: [("MsgType", "text"), ("Content", f"收到{told.get('Content', '')}")]
    await page.locator('[data-person="sun"]').click()
    sun = phone(page, "sun")
    await expect(sun.locator('[data-sender="bot"]')).to_have_count(1)
    await sun.locator("[data-input]").fill("帮助")
    await sun.locator("[data-input]").press("Enter")
    await expect(sun.locator('[data-sender="bot"]').last).to_contain_text("收到帮助")
    await sun.locator('[data-menu="学法"]').click()
    await sun.locator('[data-menu-key="daily"]').click()
    await expect(sun.locator('[data-sender="bot"]')).to_have_count(3)


async def test_the_camera_asks_what_it_sees(stage: Stage, page: Page) -> None:
    camera = {"name": "扫码签到", "type": "scancode_waitmsg", "key": "sign"}
    await stage.wire.post("menu/create", {"button": [camera]}, agentid=AGENT)
    stage.bot.reply = lambda told: [("MsgType", "text"), ("Content", f"扫到{told.get('ScanResult', '')}")]
    page.once("dialog", lambda dialog: dialog.accept("签到 12 483920"))
    await page.locator('[data-person="sun"]').click()
    sun = phone(page, "sun")
    await sun.locator('[data-menu-key="sign"]').click()
    await expect(sun.locator('[data-sender="bot"]').last).to_contain_text("扫到签到 12 483920")


async def test_markup_in_a_message_stays_text(stage: Stage, page: Page) -> None:
    await stage.wire.send(payload={"content": "<img src=x onerror=alert(1)>"}, touser="qian")
    await expect(page.locator('[data-kind="text"] .bubble')).to_have_text("<img src=x onerror=alert(1)>")


async def test_two_phones_side_by_side_and_one_on_a_narrow_screen(stage: Stage, page: Page) -> None:
    await page.locator('[data-person="fresh"]').click()
    await page.locator('[data-beside="sun"]').click()
    await expect(page.locator(".pane:visible")).to_have_count(2)
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator(".pane:visible")).to_have_count(1)
    await expect(phone(page, "sun")).to_be_visible()
    overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


async def test_a_narrow_screen_goes_from_the_phone_to_the_people_and_back(stage: Stage, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator("#people")).to_be_hidden()
    await phone(page, "zhaomin").get_by_role("button", name="返回人员列表").click()
    await expect(page.locator(".pane:visible")).to_have_count(0)
    await page.locator('[data-person="qian"]').click()
    await expect(phone(page, "qian")).to_be_visible()
    await expect(page.locator(".pane:visible")).to_have_count(1)


async def test_a_verdict_stays_in_sight_when_a_message_follows(stage: Stage, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 560})
    await stage.wire.send("template_card", card("button_interaction"))
    async with page.expect_response("**/sandbox/act"):
        await page.get_by_role("button", name="A", exact=True).click()
    code = stage.bot.told[-1]["ResponseCode"]
    verdict = card(
        "button_interaction", main_title__title="✓ 回答正确", sub_title_text="解析\n" * 12, task_id="done"
    )
    verdict["replace_text"] = "已作答"
    answer = {"userids": ["ZhaoMin"], "agentid": AGENT, "response_code": code, "template_card": verdict}
    assert (await stage.wire.post("message/update_template_card", answer))["errcode"] == 0
    await stage.wire.send(payload={"content": "说明" * 200})
    await expect(page.locator('[data-kind="text"]')).to_have_count(1)
    await expect(page.get_by_text("✓ 回答正确")).to_be_in_viewport()


async def test_a_failed_callback_is_said(stage: Stage, page: Page) -> None:
    stage.bot.statuses = [500, 500, 500]
    await phone(page, "qian").locator("[data-input]").fill("帮助")
    await phone(page, "qian").locator("[data-send]").click()
    await expect(page.locator("#toast")).to_contain_text("没有收下")


async def test_chinese_is_drawn_where_the_machine_has_no_chinese_font(stage: Stage, page: Page) -> None:
    shipped = "document.fonts.load('15px \"Shipped Sans\"', '法').then(found => found.map(font => font.status))"
    assert await page.evaluate(shipped) == ["loaded"]
