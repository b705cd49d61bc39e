"""A faithful local WeCom (企业微信): the demo's stage and the tests' counterpart.

It is a second reading of the protocol and imports nothing of the rest of the project: own cipher, own XML, own
validation. State lives in memory and ends with the process.

    corp = Corp("ww…", apps=[App(1000002, secret, token, aes_key, callback_url)], members=[Member("li", "李")])
    sandbox = Sandbox(corp)
    application = make_app(sandbox)          # /cgi-bin/… for the bot, / and /sandbox/… for people and tests
    outcome = await sandbox.type_text("li", "帮助")
"""

from bot.sandbox.app import make_app
from bot.sandbox.cards import WidthViolation
from bot.sandbox.corp import App, Corp, Department, Member
from bot.sandbox.errors import ApiError, NotOffered
from bot.sandbox.faults import Fault
from bot.sandbox.limits import Limits
from bot.sandbox.messages import Card, ChatMessage, Sent
from bot.sandbox.outcomes import Attempt, Outcome, Reply, Verification
from bot.sandbox.sandbox import Sandbox

__all__ = [
    "ApiError",
    "App",
    "Attempt",
    "Card",
    "ChatMessage",
    "Corp",
    "Department",
    "Fault",
    "Limits",
    "Member",
    "NotOffered",
    "Outcome",
    "Reply",
    "Sandbox",
    "Sent",
    "Verification",
    "WidthViolation",
    "make_app",
]
