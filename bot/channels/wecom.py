"""The WeCom channel: one self-built app, one-to-one chat.

Spelling and sending only; what comes in is `wecom_callback`'s, because a `Door` needs a channel to spell with
before there can be a callback to bring acts to it.
"""

from collections.abc import Sequence

from bot.channels import wecom_delivery, wecom_drafts, wecom_spelling
from bot.channels.channel import Outcome
from bot.channels.wecom_api import ApiSettings, Client
from bot.channels.wecom_delivery import Delivery
from bot.channels.wecom_messages import CHANNEL
from handlers.message import Incoming, Push, Reply
from storage.media import Kept
from storage.outbox import Draft


class WeCom:
    """Implements `Channel` and `TakesFiles`. Raises ValueError when the agent id is no number."""

    def __init__(self, settings: ApiSettings, client: Client) -> None:
        self.name = CHANNEL
        self._corp_id = settings.corp_id
        self._agent_id = int(settings.agent_id)
        self._delivery = Delivery(client)

    def spell(self, incoming: Incoming, reply: Reply) -> bytes:
        """The plain XML of the answer to this act; of a text too long for it, the first numbered part."""
        return wecom_spelling.spell(incoming, reply, self._corp_id)

    def overflow(self, incoming: Incoming, reply: Reply) -> Sequence[Push]:
        """What `spell` could not say of `reply.now`; to be queued with the answer, before `reply.then`."""
        return wecom_spelling.overflow(incoming, reply)

    def late(self, incoming: Incoming, reply: Reply) -> Sequence[Push]:
        """What `spell` said in words, for an answer that missed its 4 seconds; goes before `overflow`."""
        return wecom_spelling.late(incoming, reply)

    def freeze(self, push: Push, ref: str, *, mass: bool) -> Sequence[Draft]:
        """See `wecom_drafts`: a mass text has to differ by its own words from every other of the last 4 hours."""
        return wecom_drafts.freeze(push, ref, self._agent_id, mass=mass)

    def freeze_update(self, response_code: str, accounts: Sequence[str], reply: Reply) -> Draft | None:
        return wecom_drafts.freeze_update(response_code, accounts, reply, self._agent_id)

    def freeze_recall(self, msgid: str) -> Draft:
        return wecom_drafts.freeze_recall(msgid)

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        return await self._delivery.deliver(draft, repeated=repeated)

    async def upload(self, file: Kept) -> str | Outcome:
        return await self._delivery.upload(file)

    def with_file(self, body: bytes, file_id: str) -> bytes:
        return wecom_delivery.with_file(body, file_id)
