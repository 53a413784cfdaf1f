"""Sheets of another layout than the official document: kits, posters, signs. Their `.typ` file
reads `json(bytes(sys.inputs.data))`; fonts and reproducibility are those of the documents.
"""

import datetime
import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import segno
import typst

from plans.documents import glyphs
from plans.documents.drawing import runs

_FONTS: dict[str, Any] = {"font_paths": [str(glyphs.folder())], "ignore_system_fonts": True}
# Words without a blank that are wider than this (in em) may be broken.
_ROOM = 8.0


def draw(sheet: Path, content: dict[str, Any], *, dated: datetime.date) -> bytes:
    """The sheet as PDF. The same content and day give the same bytes.

    `content` is plain data; whatever of it is text to print has gone through `fitted`.
    """
    noon = datetime.datetime(dated.year, dated.month, dated.day, 12, tzinfo=datetime.UTC)
    found = typst.compile(
        sheet, format="pdf", timestamp=int(noon.timestamp()), **_given(sheet, content)
    )
    return bytes(found)


def pictures(sheet: Path, content: dict[str, Any], *, dots: int = 80) -> list[bytes]:
    """Each page as PNG with `dots` per inch."""
    found = typst.compile(sheet, format="png", ppi=dots, **_given(sheet, content))
    return found if isinstance(found, list) else [found]


def fitted(value: Any, plain: Collection[str] = ()) -> Any:
    """The same data with every text as runs that the fonts can draw: `{text, weight}` or `{code}`.

    What stands under a key of `plain` (a kind, an SVG drawing) stays as it is.
    """
    if isinstance(value, str):
        return runs(value, 1.0, _ROOM)
    if isinstance(value, dict):
        return {key: item if key in plain else fitted(item, plain) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [fitted(item, plain) for item in value]
    return value


def qr(text: str) -> str:
    """A QR code as SVG with its quiet zone; readable with 15 % of it stained (level M)."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=1, border=4)


def _given(sheet: Path, content: dict[str, Any]) -> dict[str, Any]:
    told = content | {"fonts": {"serif": glyphs.SERIF, "sans": glyphs.SANS}}
    data = json.dumps(told, ensure_ascii=False, allow_nan=False)
    return {"sys_inputs": {"data": data}, "root": str(sheet.parent), **_FONTS}
