"""A document as PDF: drawn by typst, with free fonts embedded, the same bytes for the same content.

The content goes to the sheet as JSON data. Nothing of it is ever part of typst's code.
"""

import datetime
import json
from pathlib import Path
from typing import Any

import typst

from plans.documents import glyphs
from plans.documents.content import Document
from plans.documents.drawing import content_of

_SHEET = Path(__file__).with_name("sheet.typ")
_PICTURE = b"""#set page(width: 156mm, height: auto, margin: 0mm)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""
_FONTS: dict[str, Any] = {"font_paths": [str(glyphs.folder())], "ignore_system_fonts": True}


def to_pdf(document: Document) -> bytes:
    """The document on A4 (PDF 1.7, tagged). About a tenth of a second for ten pages."""
    found = _compile(document, format="pdf", timestamp=_stamp(document))
    return bytes(found)


def to_pictures(document: Document, *, dots: int = 80) -> list[bytes]:
    """Each page as PNG with `dots` per inch: for looking at it."""
    found = _compile(document, format="png", ppi=dots)
    return found if isinstance(found, list) else [found]


def pages_of_headings(document: Document) -> list[int]:
    """The printed page number of each heading in the contents, in order."""
    found = typst.query(_SHEET, "<pages>", field="value", one=True, **_given(document))
    return list(json.loads(found))


def drawn(svg: str, *, dots: int = 200) -> bytes:
    """An SVG drawing as PNG, 156 mm wide."""
    found = typst.compile(_PICTURE, format="png", ppi=dots, sys_inputs={"svg": svg}, **_FONTS)
    return bytes(found[0] if isinstance(found, list) else found)


def _given(document: Document) -> dict[str, Any]:
    content = json.dumps(content_of(document), ensure_ascii=False, allow_nan=False)
    return {"sys_inputs": {"data": content}, "root": str(_SHEET.parent), **_FONTS}


def _compile(document: Document, **how: Any) -> Any:
    return typst.compile(_SHEET, **_given(document), **how)


def _stamp(document: Document) -> int:
    """The file's own time: the document's day, never the clock."""
    day = document.dated or datetime.date(2000, 1, 1)
    noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
    return int(noon.timestamp())
