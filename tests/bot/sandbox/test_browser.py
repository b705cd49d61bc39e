"""The chat page in a real Chromium: skipped where there is none, unless REQUIRE_BROWSER=1."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.bot.sandbox.payloads import card
from tests.bot.sandbox.stage import AGENT, Stage

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


async def test_a_card_is_answered_and_turns_grey(stage: Stage, page: Page) -> None:
    stage.bot.reply = lambda told: (
        [("MsgType", "update_button"), ("Button", [("ReplaceName", "已提交")])]
        if told.get("Event") == "template_card_event"
        else None
    )
    await page.locator('[data-person="zhaomin"]').click()
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
    await page.locator('[data-person="qian"]').click()
    await page.locator("[data-input]").fill("帮助")
    await page.locator("[data-input]").press("Enter")
    await expect(page.locator('[data-sender="bot"]').last).to_contain_text("收到帮助")
    await page.locator('[data-menu="学法"]').click()
    await page.locator('[data-menu-key="daily"]').click()
    await expect(page.locator('[data-sender="bot"]')).to_have_count(3)


async def test_markup_in_a_message_stays_text(stage: Stage, page: Page) -> None:
    await stage.wire.send(payload={"content": "<img src=x onerror=alert(1)>"}, touser="qian")
    await page.locator('[data-person="qian"]').click()
    await expect(page.locator('[data-kind="text"] .bubble')).to_have_text("<img src=x onerror=alert(1)>")


async def test_two_phones_side_by_side_and_one_on_a_narrow_screen(stage: Stage, page: Page) -> None:
    await page.locator('[data-person="zhaomin"]').click()
    await page.locator('[data-beside="qian"]').click()
    await expect(page.locator(".pane:visible")).to_have_count(2)
    await page.set_viewport_size({"width": 390, "height": 844})
    await expect(page.locator(".pane:visible")).to_have_count(1)
    overflow = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0


async def test_a_failed_callback_is_said(stage: Stage, page: Page) -> None:
    await page.locator('[data-person="qian"]').click()
    stage.bot.statuses = [500, 500, 500]
    await page.locator("[data-input]").fill("帮助")
    await page.locator("[data-send]").click()
    await expect(page.locator("#toast")).to_contain_text("没有收下")
