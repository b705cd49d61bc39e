"""Requests at a fixed rate over keep-alive connections, whatever the answers take: latencies from the due moment.

Run as a process of its own: `python -m benchmarks.paced_load RATE PORT[,PORT…] CONNECTIONS < requests`, with a
msgpack array of whole HTTP requests. Prints one JSON object as `benchmarks.load` does.
"""

import asyncio
import json
import sys
import time

import msgspec


class _Pace:
    """Which request is due when; a late one is sent at once."""

    def __init__(self, requests: list[bytes], rate: float) -> None:
        self._requests, self._rate, self._next = requests, rate, 0
        self.began = time.perf_counter() + 0.5

    def take(self) -> tuple[bytes, float] | None:
        if self._next == len(self._requests):
            return None
        number = self._next
        self._next += 1
        return self._requests[number], self.began + number / self._rate


async def _one(port: int, pace: _Pace, latencies: list[float], counts: dict[str, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (taken := pace.take()) is not None:
        request, due = taken
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
        latencies.append(time.perf_counter() - due)
        counts["answered"] += head.startswith(b"HTTP/1.1 200")
        counts["replied"] += b"<Encrypt>" in body
    writer.close()


async def main(rate: float, ports: list[int], connections: int) -> None:
    requests: list[bytes] = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[bytes])
    latencies: list[float] = []
    pace, counts = _Pace(requests, rate), {"answered": 0, "replied": 0}
    places = (ports[n % len(ports)] for n in range(connections))
    await asyncio.gather(*(_one(port, pace, latencies, counts) for port in places))
    latencies.sort()
    figures = {
        "seconds": time.perf_counter() - pace.began,
        "p50_ms": 1000 * latencies[len(latencies) // 2],
        "p99_ms": 1000 * latencies[len(latencies) * 99 // 100],
        "max_ms": 1000 * latencies[-1],
    }
    print(json.dumps({**counts, **figures}))


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(float(sys.argv[1]), [int(port) for port in sys.argv[2].split(",")], int(sys.argv[3])))
