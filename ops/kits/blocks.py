"""The pieces of which a kit's pages consist, as plain data for kit.typ."""

from collections.abc import Iterable, Sequence
from typing import Any

from plans.documents import Document
from plans.documents.blocks import Grid, Heading, Paragraph
from plans.documents.flow import flow

Block = dict[str, Any]
# Keys whose values are for the sheet and not for the reader.
PLAIN = frozenset({"kind", "align", "code", "label_of"})


def page(title: str, blocks: Iterable[Block], *, hint: str = "") -> Block:
    """A part of the kit that begins a page and stands in the contents."""
    return {"kind": "page", "title": title, "hint": hint, "blocks": list(blocks)}


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def text(words: str) -> Block:
    return {"kind": "text", "spans": [{"words": words, "strong": False}], "label": "", "depth": 0}


def note(words: str) -> Block:
    """A sentence in a frame: what must not be overlooked."""
    return {"kind": "note", "text": words}


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | None]],
    widths: Sequence[float],
    align: str = "",
) -> Block:
    """Ruled, with a head that repeats on each page. Empty cells are for the pen; None goes on
    with the cell above."""
    return {
        "kind": "table",
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "align": (align + "l" * len(columns))[: len(columns)],
    }


def tasks(title: str, lines: Iterable[str], *, wide: bool = False) -> Block:
    """Things to do, each with a box to tick, time and signature; `wide` where there is room."""
    return {"kind": "tasks", "title": title, "lines": list(lines), "wide": wide}


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """Named facts, two a line; an empty one is a line for the pen."""
    return {"kind": "fields", "pairs": [list(pair) for pair in pairs]}


def script(title: str, words: str, hint: str = "") -> Block:
    """What to say aloud, with blanks for the pen."""
    return {"kind": "script", "title": title, "hint": hint, "lines": words.split("\n")}


def lines(count: int) -> Block:
    """Empty lines to write on."""
    return {"kind": "lines", "count": count}


def markdown(words: str) -> list[Block]:
    """Text of the plan, as its documents print it."""
    found: list[Block] = []
    for block in flow(Document(title="", opening=words)).text:
        if isinstance(block, Heading):
            found.append(heading(f"{block.label}{block.text}"))
        elif isinstance(block, Paragraph):
            spans = [
                {"words": span.text, "strong": span.weight == "strong"} for span in block.spans
            ]
            found.append(
                {"kind": "text", "spans": spans, "label": block.label, "depth": block.depth}
            )
        elif isinstance(block, Grid):
            rows = [["\n".join(cell) for cell in row] for row in block.rows]
            found.append(table(block.columns, rows, block.widths, block.align))
    return found
