"""A document as one run of blocks, numbered and cleaned, which every renderer draws in turn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from plans.documents import markdown
from plans.documents.blocks import Block, Grid, Heading, Paragraph, Picture, Span
from plans.documents.cleaning import clean, one_line
from plans.documents.content import Document, Figure, Section, Table
from plans.documents.numbering import label

# Widths of table columns, in em of 12 pt: of the whole text block, and of a column left as it is.
_ROOM = 36.0
_NARROW = 8.0
# So many closing paragraphs still fit on a page with the signatures.
_LAST = 10


@dataclass(frozen=True)
class Flow:
    """The blocks in the order of print: of the text, and of the annexes behind it.

    The `last` so many blocks of the text close it: they stay with the signatures, for a page of
    nothing but signatures is none of an official document (GB/T 9704-2012, 7.3.5).
    """

    text: tuple[Block, ...]
    annexes: tuple[Block, ...]
    versions: Grid | None
    last: int = 0


def flow(document: Document) -> Flow:
    """The document's blocks; tables and figures are counted through the whole of it."""
    composer = _Composer()
    text, closing = tuple(composer.main(document)), tuple(composer.closing(document))
    stays = len(closing) <= _LAST and all(isinstance(block, Paragraph) for block in closing)
    return Flow(
        text=(*text, *closing),
        last=len(closing) if stays else 0,
        annexes=tuple(composer.annexes(document)),
        versions=grid_of(document.versions) if document.versions else None,
    )


class _Composer:
    def __init__(self) -> None:
        self.tables = 0
        self.figures = 0

    def main(self, document: Document) -> Iterator[Block]:
        if document.addressee:
            yield Paragraph((Span(one_line(document.addressee) + "："),), style="flush")
        yield from self.text(document.opening, level=1)
        yield from self.sections(document.sections, level=1)

    def closing(self, document: Document) -> Iterator[Block]:
        yield from self.text(document.closing, level=1)
        yield from _named(document)

    def annexes(self, document: Document) -> Iterator[Block]:
        for number, annex in enumerate(document.annexes, start=1):
            mark = f"附件{number}" if len(document.annexes) > 1 else "附件"
            yield Heading(0, mark, one_line(annex.title), is_in_contents=True)
            for block in self.inside(annex, level=1):
                if isinstance(block, Heading):
                    yield replace(block, is_in_contents=False)
                else:
                    yield block

    def sections(self, sections: Iterable[Section], level: int, after: int = 0) -> Iterator[Block]:
        for place, section in enumerate(sections, start=after + 1):
            yield _heading(level, section.number or place, section.title)
            yield from self.inside(section, level + 1)

    def inside(self, section: Section, level: int) -> Iterator[Block]:
        headings = 0
        for block in self.text(section.body, level):
            headings += isinstance(block, Heading) and block.level == level
            yield block
        for table in section.tables:
            yield self.grid(table)
        for figure in section.figures:
            yield self.picture(figure)
        yield from self.sections(section.sections, level, after=headings)

    def text(self, body: str, level: int) -> Iterator[Block]:
        """The Markdown's blocks; its highest heading is of `level`."""
        read = markdown.read(clean(body), first_list=max(3, level))
        highest = min((block.level for block in read if isinstance(block, Heading)), default=1)
        counts: dict[int, int] = {}
        for block in read:
            if isinstance(block, Heading):
                at = min(4, level + block.level - highest)
                counts = {depth: count for depth, count in counts.items() if depth <= at}
                counts[at] = counts.get(at, 0) + 1
                yield _heading(at, counts[at], block.text)
            elif isinstance(block, Table):
                yield self.grid(block)
            else:
                yield block

    def grid(self, table: Table) -> Grid:
        if not table.caption:
            return grid_of(table)
        self.tables += 1
        return replace(grid_of(table), caption=f"表{self.tables}　{one_line(table.caption)}")

    def picture(self, figure: Figure) -> Picture:
        self.figures += 1
        caption = f"图{self.figures}　{one_line(figure.caption)}"
        return Picture(figure.svg, caption, one_line(figure.description))


def grid_of(table: Table) -> Grid:
    """The table without a number."""
    rows = tuple(tuple(tuple(clean(cell).split("\n")) for cell in row) for row in table.rows)
    return Grid(
        caption=one_line(table.caption),
        columns=tuple(one_line(name) for name in table.columns),
        rows=rows,
        widths=table.widths or _widths(table),
        align=(table.align + "l" * len(table.columns))[: len(table.columns)],
    )


def _heading(level: int, number: int, text: str) -> Heading:
    level = min(level, 4)
    return Heading(level, label(level, number), one_line(text), is_in_contents=level <= 2)


def _named(document: Document) -> Iterator[Block]:
    """附件：1. … 2. …, as the standard has it: named below the text, a line each."""
    names = [annex.title for annex in document.annexes] + list(document.attachments)
    for number, name in enumerate(names, start=1):
        begin = "附件：" if number == 1 else "　　　"
        count = f"{number}. " if len(names) > 1 else ""
        yield Paragraph((Span(one_line(name)),), label=begin + count, style="item")


def _widths(table: Table) -> tuple[float, ...]:
    """Widths in em: narrow columns get what they need, wide ones share the rest."""
    rows = [table.columns, *table.rows]
    needs = [
        1.2 + min(30.0, max(_width(line) for row in rows for line in row[column].split("\n")))
        for column in range(len(table.columns))
    ]
    narrow = sum(need for need in needs if need <= _NARROW)
    wide = sum(needs) - narrow
    if sum(needs) <= _ROOM or not wide or narrow >= _ROOM:
        return tuple(needs)
    shrink = max(0.2, (_ROOM - narrow) / wide)
    return tuple(need if need <= _NARROW else need * shrink for need in needs)


def _width(line: str) -> float:
    return sum(1.0 if sign > "\u2000" else 0.6 for sign in line)
