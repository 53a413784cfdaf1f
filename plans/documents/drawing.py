"""A document as plain data for sheet.typ: runs of text that fit the paper and can be drawn."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from plans.documents import glyphs
from plans.documents.blocks import Block, Grid, Heading, Line, Paragraph, Span
from plans.documents.cleaning import clean, one_line
from plans.documents.content import Document, Signature
from plans.documents.flow import flow

# What the sheet measures, in points: the text block, a cell's insets, sizes of letters.
_BLOCK, _INSET = 442.0, 8.0
_COVER, _BODY, _SMALL, _FINE = 26.0, 16.0, 12.0, 9.0
_SIGNING = (1.4, 1.0, 1.3, 1.6)
_FACTS = (1.0, 2.2)
# Rows with a cell of more signs or lines may go on on the next page.
_LONG_ROW = 300
_MANY_LINES = 12
# The end of a title is kept on one line up to so many signs; so many signatures stay on one page.
_TITLE_LINE = 16
MOST_TOGETHER = 6

# Where a line never breaks by itself: all but blanks and Chinese, Japanese, Korean letters.
_UNBROKEN = re.compile(
    "[^\\s\u3041-\u30fa\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_BREAK = "\u200b"


def content_of(document: Document) -> dict[str, Any]:
    """All that sheet.typ reads; each text is a list of runs, `{text, weight}` or `{code}`."""
    found = flow(document)
    day = document.dated
    return {
        "fonts": {"serif": glyphs.SERIF, "sans": glyphs.SANS},
        "meta": {
            "title": one_line(document.mark + document.title),
            "organisation": one_line(document.organisation),
            "date": [day.year, day.month, day.day] if day else None,
        },
        "cover": document.has_cover,
        "contents": document.has_contents,
        "mark": runs(document.mark),
        "header": runs(header_of(document), _SMALL),
        "footer": runs(footer_of(document), _FINE),
        "number": runs(document.number),
        "title": [runs(part, _COVER) for part in _title(document.title)],
        "subtitle": runs(document.subtitle),
        "organisation": runs(document.organisation, _BODY, _BLOCK / 2),
        "dated": runs(chinese_date(document)),
        "facts": [_row(fact, _FACTS, 0.8 * _BLOCK) for fact in document.facts],
        "versions": _block(found.versions) if found.versions else None,
        "signatures": [_row(_signed(line), _SIGNING) for line in document.signatures],
        "fine_print": [runs(line, _FINE) for line in document.fine_print],
        "text": [_block(block) for block in found.text],
        "last": found.last,
        "together": len(document.signatures) <= MOST_TOGETHER,
        "annexes": [_block(block) for block in found.annexes],
    }


def _title(title: str) -> tuple[str, str]:
    """The title in two parts, of which the second is not parted between lines: what stands behind
    what is quoted («关于“…”的报告»), where a line has room for it."""
    head, mark, tail = title.rpartition("”")
    return (head + mark, tail) if head and len(tail) <= _TITLE_LINE else (title, "")


def chinese_date(document: Document) -> str:
    """2026年3月1日; empty without a date."""
    day = document.dated
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def header_of(document: Document) -> str:
    """The words above the text, cut to the room beside the mark."""
    return _cut(document.header, 26 if document.mark else 32)


def footer_of(document: Document) -> str:
    """The words below the text, cut to the room beside the page's number."""
    return _cut(document.footer, 36)


def _cut(words: str, room: int) -> str:
    """On one line of at most `room` em."""
    words = one_line(words)
    width = 0.0
    for place, sign in enumerate(words):
        width += _width(sign)
        if width > room:
            return words[: max(0, place - 1)] + "…"
    return words


def _signed(line: Signature) -> tuple[str, str, str, str]:
    return line.role, line.name, line.at, line.remark


def _row(cells: Sequence[str], parts: Sequence[float], block: float = _BLOCK) -> list[Any]:
    return [
        runs(cell, _SMALL, block * part / sum(parts) - _INSET)
        for cell, part in zip(cells, parts, strict=True)
    ]


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        text = runs(block.text, _BODY if block.level else _COVER)
        return asdict(block) | {"kind": "heading", "text": text}
    if isinstance(block, Paragraph):
        width = _BLOCK - 2 * _BODY * (block.depth + 1)
        return asdict(block) | {
            "kind": "paragraph",
            "leads": block.leads,
            "label": runs(block.label),
            "spans": _line(block.spans, _BODY, width),
        }
    if isinstance(block, Grid):
        return _grid(block)
    return asdict(block) | {"kind": "picture", "caption": runs(block.caption, _SMALL)}


def _grid(grid: Grid) -> dict[str, Any]:
    rooms = [_BLOCK * width / sum(grid.widths) - _INSET for width in grid.widths]
    return {
        "kind": "grid",
        "caption": runs(grid.caption, _SMALL),
        "columns": [
            runs(name, _SMALL, room) for name, room in zip(grid.columns, rooms, strict=True)
        ],
        "widths": list(grid.widths),
        "align": list(grid.align),
        "rows": [
            {
                "long": is_long(row),
                "cells": [
                    [runs(line, _SMALL, room) for line in cell]
                    for cell, room in zip(row, rooms, strict=True)
                ],
            }
            for row in grid.rows
        ],
    }


def is_long(row: Sequence[Sequence[str]]) -> bool:
    """Whether a row (cells of lines) may be parted between two pages."""
    return any(sum(map(len, cell)) > _LONG_ROW or len(cell) > _MANY_LINES for cell in row)


def runs(text: str, size: float = _BODY, room: float = _BLOCK) -> list[dict[str, str]]:
    """A text as runs, for a place `room` wide in letters of `size`, both in points."""
    return _line((Span(clean(text)),), size, room)


def _line(spans: Line, size: float, room: float) -> list[dict[str, str]]:
    """Runs for the sheet: of letters it can draw, and of codes for those that it cannot."""
    drawable = glyphs.drawable()
    found: list[dict[str, str]] = []
    for span in spans:
        kept = ""
        for sign in span.text:
            if ord(sign) in drawable or sign == "\n":
                kept += sign
                continue
            if kept:
                found.append({"text": _breakable(kept, room / size), "weight": span.weight})
            found.append({"code": f"{ord(sign):04X}"})
            kept = ""
        if kept:
            found.append({"text": _breakable(kept, room / size), "weight": span.weight})
    return found


def _breakable(text: str, room: float) -> str:
    """The text with places to break in words that are wider than `room` (in em)."""
    return _UNBROKEN.sub(lambda word: _broken(word[0], room), text)


def _broken(word: str, room: float) -> str:
    if sum(map(_width, word)) <= room:
        return word
    return _BREAK.join(word)


def _width(sign: str) -> float:
    """About how wide a sign is, in em; rather too much than too little."""
    if ord(sign) not in glyphs.drawable():
        return 2.2  # its code in a frame
    if sign > "\u2000" or sign in "MW@%mw":
        return 1.0
    return 0.75 if sign.isupper() else 0.6
