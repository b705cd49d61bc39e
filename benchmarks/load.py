"""A closed loop over keep-alive connections: each sends its next request when the last was answered.

Run as a process of its own: `python -m benchmarks.load PORT CONNECTIONS < requests`, where the standard input is a
msgpack array of whole HTTP requests. Prints one JSON object: seconds, answered, bodies and latencies.
"""

import asyncio
import json
import sys
import time

import msgspec


async def _one(port: int, todo: list[bytes], latencies: list[float], counts: dict[str, int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while todo:
        request = todo.pop()
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        latencies.append(time.perf_counter() - began)
        counts["answered"] += head.startswith(b"HTTP/1.1 200")
        counts["replied"] += b"<Encrypt>" in body
    writer.close()


async def main(port: int, connections: int) -> None:
    todo: list[bytes] = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[bytes])
    latencies: list[float] = []
    counts = {"answered": 0, "replied": 0}
    began = time.perf_counter()
    await asyncio.gather(*(_one(port, todo, latencies, counts) for _ in range(connections)))
    seconds = time.perf_counter() - began
    latencies.sort()
    found = {
        **counts,
        "seconds": seconds,
        "p50_ms": 1000 * latencies[len(latencies) // 2],
        "p99_ms": 1000 * latencies[len(latencies) * 99 // 100],
        "max_ms": 1000 * latencies[-1],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
