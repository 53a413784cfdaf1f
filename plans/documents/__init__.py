"""Official documents: what they say (`Document` and its parts), as PDF and as DOCX.

    document = Document(
        title="客户服务系统故障应急预案",
        organisation="示范医院",
        sections=(Section("总则", body="为尽快恢复服务……"),),
    )
    to_pdf(document)   # bytes; `to_docx` likewise

Both are laid out as GB/T 9704-2012 has it. The same content gives the same bytes, on every day and
machine with the same versions of the libraries. `plain` makes Markdown of what a person typed.
"""

from plans.documents.cleaning import inline, plain
from plans.documents.content import (
    DRAFT,
    Document,
    Figure,
    Section,
    Signature,
    Table,
)
from plans.documents.pdf import to_pdf, to_pictures
from plans.documents.word import to_docx
from plans.marks import DRILL

__all__ = [
    "DRAFT",
    "DRILL",
    "Document",
    "Figure",
    "Section",
    "Signature",
    "Table",
    "inline",
    "plain",
    "to_docx",
    "to_pdf",
    "to_pictures",
]
