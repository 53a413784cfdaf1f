"""A document as DOCX: real styles, headings, fields and tables, to be worked on in Word or WPS.

It names the standard's fonts, which are not free; `fonts.xml` says what to take where they are
missing. The same content gives the same bytes.
"""

from docx.document import Document as WordFile

from plans.documents.blocks import Heading
from plans.documents.cleaning import one_line
from plans.documents.content import Document, Signature, Table
from plans.documents.drawing import MOST_TOGETHER, chinese_date
from plans.documents.flow import Flow, flow, grid_of
from plans.documents.pdf import pages_of_headings
from plans.documents.word import blank, frame, tables
from plans.documents.word.body import Body


def to_docx(document: Document) -> bytes:
    """The document as a DOCX file."""
    file = blank.new(document)
    frame.set_up(file.sections[0], document)
    body = Body(file)
    found = flow(document)
    if document.has_cover:
        _cover(file, body, document)
        frame.next_part(file)
        if document.versions or document.signatures:
            _record(file, body, document)
            if document.has_contents:
                body.break_page()
    if document.has_contents:
        file.add_paragraph("目　　录", style="Front Title")
        body.contents(_outline(found), pages_of_headings(document))
    if document.has_cover or document.has_contents:
        frame.next_part(file)
    frame.number_pages(file.sections[-1], document)
    if not document.has_cover:
        _head(file, document)
    together = not document.has_cover and len(document.signatures) <= MOST_TOGETHER
    rest = len(found.text) - (found.last if together else 0)
    for block in found.text[:rest]:
        body.put(block)
    before = len(file.element.body)
    for block in found.text[rest:]:
        body.put(block)
    if not document.has_cover:
        _signed(file, body, document)
    if together:
        tables.keep_together(list(file.element.body)[before - 1 :])
    for line in document.fine_print:
        file.add_paragraph(one_line(line), style="Fine Print")
    for block in found.annexes:
        body.put(block)
    return blank.saved(file)


def _cover(file: WordFile, body: Body, document: Document) -> None:
    file.add_paragraph(one_line(document.organisation), style="Organisation")
    body.skip(5)
    file.add_paragraph(one_line(document.mark + document.title), style="Title")
    for line in filter(None, (document.subtitle, document.number)):
        file.add_paragraph(one_line(line), style="Subtitle")
    body.skip(4)
    if document.facts:
        body.facts(document.facts)
    body.skip(2)
    file.add_paragraph(chinese_date(document), style="Subtitle")


def _outline(found: Flow) -> list[Heading]:
    blocks = (*found.text, *found.annexes)
    return [block for block in blocks if isinstance(block, Heading) and block.is_in_contents]


def _record(file: WordFile, body: Body, document: Document) -> None:
    if document.versions:
        file.add_paragraph("版本记录", style="Front Title")
        body.put(grid_of(document.versions))
    if document.signatures:
        file.add_paragraph("审批签署", style="Front Title")
        body.put(grid_of(_signatures(document.signatures)))


def _head(file: WordFile, document: Document) -> None:
    if document.number:
        file.add_paragraph(one_line(document.number), style="Subtitle")
    file.add_paragraph(one_line(document.mark + document.title), style="Title")
    if document.subtitle:
        file.add_paragraph(one_line(document.subtitle), style="Subtitle")


def _signed(file: WordFile, body: Body, document: Document) -> None:
    lines = [line for line in (document.organisation, chinese_date(document)) if line]
    if lines:
        body.skip(1)
    for line in lines:
        file.add_paragraph(one_line(line), style="Signed")
    if document.signatures:
        body.skip(1)
        body.put(grid_of(_signatures(document.signatures)))


def _signatures(lines: tuple[Signature, ...]) -> Table:
    return Table(
        columns=("身份", "姓名", "时间", "意见"),
        rows=tuple((line.role, line.name, line.at, line.remark) for line in lines),
        widths=(1.4, 1.0, 1.3, 1.6),
        align="cccc",
    )
