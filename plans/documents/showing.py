"""A document on a page: the same blocks that PDF and DOCX draw, for `plans/_paper.html`."""

from typing import Any

from plans.documents.blocks import Block, Paragraph
from plans.documents.content import Document
from plans.documents.drawing import chinese_date
from plans.documents.flow import flow


def shown(document: Document) -> dict[str, Any]:
    """What the template needs: `document`, its day in words (`dated`), and its blocks, of the
    `text` and of the `annexes`."""
    found = flow(document)
    return {
        "document": document,
        "dated": chinese_date(document),
        "text": [_shown(block) for block in found.text],
        "annexes": [_shown(block) for block in found.annexes],
    }


def _shown(block: Block) -> dict[str, Any]:
    kind = type(block).__name__.lower()
    words = "".join(span.text for span in block.spans) if isinstance(block, Paragraph) else ""
    return {"kind": kind, "is": block, "words": words}
