"""Pictures that have a good header and nothing else."""

import struct


def png(width: int = 1, height: int = 1) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + bytes(4)


def jpg(width: int = 1, height: int = 1, frame: int = 0xC0) -> bytes:
    """With what a camera and an editor write before the frame."""
    before = b"\xff\xe0\x00\x10JFIF\x00" + bytes(9) + b"\xff\xff\xdb\x00\x04\x00\x01"
    return b"\xff\xd8" + before + bytes((0xFF, frame)) + struct.pack(">HBHH", 11, 8, height, width) + bytes(4)
