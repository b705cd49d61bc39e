"""`xuefa demo` in a real Chromium, as a newcomer uses it: skipped where there is none, unless REQUIRE_BROWSER=1."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_SECONDS = 60
STAFF, OFFICER, CITY_ADMIN = "tengping", "fanyizhou", "hanwenjing"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("REQUIRE_BROWSER") != "1", reason="no Chromium on this machine"
)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[str]:
    """The address of a demo that runs as a person starts it, with a folder of its own."""
    port = free_port()
    command = ["-c", "from bot.cli import main; main()", "demo", "--port", str(port), "--folder", str(folder)]
    running = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=PIPE)
    assert running.stdout is not None
    try:
        line = await asyncio.wait_for(running.stdout.readline(), START_SECONDS)
        address = f"http://127.0.0.1:{port}/"
        assert address in line.decode()
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        await running.communicate()
    assert running.returncode == 0


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Page]:
    """The demo's page, with the failures of its scripts as failures of the test."""
    assert CHROMIUM is not None, "REQUIRE_BROWSER=1, but there is no Chromium"
    async with demo(tmp_path) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = await browser.new_page(viewport={"width": 1280, "height": 800})
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        await opened.goto(address)
        yield opened
        await browser.close()
        assert errors == []


async def answer(question: Locator) -> None:
    """Today's question may be of any kind: buttons, or a vote for several options."""
    vote = question.locator("[data-option]")
    if await vote.count():
        await vote.first.check()
        await question.locator("[data-submit]").click()
    else:
        await question.locator("[data-key]").first.click()


async def test_a_newcomer_answers_and_sees_the_hours(page: Page) -> None:
    staff, officer = page.locator(f'[data-pane="{STAFF}"]'), page.locator(f'[data-pane="{OFFICER}"]')
    await expect(page.locator(f'[data-person="{CITY_ADMIN}"]')).to_contain_text("市级管理员")
    await expect(officer.locator("[data-title]")).to_contain_text("每日一题")
    question = staff.locator("[data-card]")
    await expect(question.locator("[data-title]")).to_contain_text("每日一题")
    await answer(question)
    await expect(question.locator("[data-title]")).to_contain_text("回答")
    await expect(question.locator("dl")).to_contain_text("+0.10")
    await expect(question.locator("[data-replaced]")).to_be_disabled()
    await expect(question.locator("[data-title]")).to_be_in_viewport()
    await staff.locator("[data-input]").fill("我的学时")
    await staff.locator("[data-input]").press("Enter")
    hours = staff.locator('[data-kind="template_card"]').last
    await expect(hours.locator("[data-title]")).to_contain_text("我的学时")
    await expect(hours.locator("dl")).to_contain_text("0.10")
    await staff.get_by_role("button", name="放大图片").click()
    wide = await page.get_by_role("dialog").locator("img").evaluate("async e => (await e.decode(), e.naturalWidth)")
    assert wide == 750
    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


async def test_a_newcomer_sits_the_exam(page: Page) -> None:
    """From the rules to the score, tapping the card that changes; a multiple choice by two taps."""
    staff = page.locator(f'[data-pane="{STAFF}"]')
    for words in ("考试", "开始"):
        await staff.locator("[data-input]").fill(words)
        await staff.locator("[data-input]").press("Enter")
    card = staff.locator('[data-card="button_interaction"]').last
    for number in range(1, 11):
        await expect(card.locator("[data-title]")).to_contain_text(f"{number}/20 单选题")
        await card.get_by_role("button", name="A", exact=True).click()
    await expect(card.locator("[data-title]")).to_contain_text("11/20 多选题")
    await card.get_by_role("button", name="A", exact=True).click()
    await card.get_by_role("button", name="C", exact=True).click()
    await expect(card.locator("dl")).to_contain_text("AC")
    await staff.locator("[data-input]").fill("交卷")
    await staff.locator("[data-input]").press("Enter")
    await expect(staff).to_contain_text("已答 11/20")
    await staff.locator("[data-input]").fill("确认")
    await staff.locator("[data-input]").press("Enter")
    await expect(staff).to_contain_text("分（满分 100）")


async def test_the_menu_and_the_wishes(page: Page) -> None:
    officer = page.locator(f'[data-pane="{OFFICER}"]')
    await officer.locator('[data-menu="更多"]').click()
    await officer.get_by_role("button", name="免打扰").click()
    wishes = officer.locator('[data-card="multiple_interaction"]')
    await wishes.get_by_label("每日一题").select_option(label="不接收")
    await wishes.get_by_role("button", name="保存").click()
    saved = officer.locator('[data-kind="template_card"]').last
    await expect(saved.locator("[data-replaced]")).to_have_text("已保存")
    await expect(saved.locator("dl")).to_contain_text("不接收")
