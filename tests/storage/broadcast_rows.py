"""A broadcast with everything that belongs to one, and what the processes of a channel share."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from storage import tables
from storage.database import Tx


async def fill_broadcasts(tx: Tx, now: datetime) -> None:
    ordered = {
        "number": 1,
        "state": "open",
        "settings": '{"kind":"quiz"}',
        "series": 0,
        "digest": "d" * 64,
        "media": "",
    }
    progress = {"resolved_through": "p2", "pending": "{}", "reminded_through": "", "note": "第一行\n第二行"}
    await tx.execute(
        insert(tables.broadcast).values(**ordered, **progress, sender="p1", via="chat", created_at=now, send_at=now)
    )
    asked = {"broadcast": 1, "item": 0, "question": "q1", "version": 1, "content": '{"stem":"甲"}'}
    await tx.execute(insert(tables.broadcast_question).values(**asked))
    await tx.execute(insert(tables.broadcast_receiver).values(broadcast=1, person="p1", unit="sfj", left_out=""))
    part = {"broadcast": 1, "part": 0, "unit": "sfj", "ref": "broadcast-1-0", "persons": 1}
    await tx.execute(insert(tables.broadcast_part).values(**part))
    given = {"broadcast": 1, "item": 0, "person": "p1", "unit": "sfj", "question": "q1", "chosen": "AC"}
    worth = {"correct": True, "answered_at": now, "earned_hundredths": 10, "posted_hundredths": 10}
    await tx.execute(insert(tables.quiz_answer).values(**given, **worth))
    brought = {"digest": "d" * 64, "use": "broadcast-1", "media_id": "M1", "uploaded_at": now}
    await tx.execute(insert(tables.media_place).values(**brought))
    minute = now.replace(second=0, microsecond=0)
    sent = {"channel": "wecom", "account": "zhangsan", "minute": minute, "sends": 2}
    await tx.execute(insert(tables.account_minute).values(**sent))
    called = {"channel": "wecom", "path": "message/send", "minute": minute, "calls": 3}
    await tx.execute(insert(tables.call_minute).values(**called))
    await tx.execute(insert(tables.send_day).values(channel="wecom", day=now.date(), sends=4))
    held = {"channel": "wecom", "held_until": now, "held_code": 45009, "token": b"\x00\xff", "token_until": now}
    await tx.execute(insert(tables.channel_state).values(**held, renewing_until=now + timedelta(seconds=5)))
