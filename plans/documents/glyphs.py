"""The fonts that go into every PDF, and which characters they can draw."""

import struct
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts

SERIF = "Noto Serif SC"
SANS = "Noto Sans SC"


def folder() -> Path:
    """Where the font files lie."""
    return fonts.serif_path().parent


@cache
def drawable() -> frozenset[int]:
    """Code points that both fonts have a glyph for. About 30,000; read once, in a few ms."""
    return _code_points(fonts.serif_path()) & _code_points(fonts.sans_path())


def _code_points(path: Path) -> frozenset[int]:
    """What the font's `cmap` maps (subtable of format 12: groups of first, last, glyph)."""
    data = path.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * index) for index in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for index in range(count):
        (start,) = struct.unpack_from(">I", data, cmap + 4 + 8 * index + 4)
        (form,) = struct.unpack_from(">H", data, cmap + start)
        if form == 12:
            (groups,) = struct.unpack_from(">I", data, cmap + start + 12)
            ranges = struct.iter_unpack(">III", data[cmap + start + 16 :][: 12 * groups])
            return frozenset(
                point for first, last, _glyph in ranges for point in range(first, last + 1)
            )
    raise ValueError(f"{path.name} has no cmap of format 12")
