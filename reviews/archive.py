"""The files of submitted reports: drawn and kept with the submission, given out as they were."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from journal.keeping import Kept, keep
from plans.documents import Document, to_docx, to_pdf
from reviews.models import ReportFile, Submission
from reviews.paper import document_of, file_name

DRAWN: dict[str, Callable[[Document], bytes]] = {"pdf": to_pdf, "docx": to_docx}


@contextmanager
def drawn(content: dict[str, Any]) -> Iterator[dict[str, Kept]]:
    """The content's files, by kind, kept for the time of a verb; a refused one takes them away.

    Both together take about half a second for fifteen pages, 1.3 s for the longest report.
    """
    document = document_of(content)
    with ExitStack() as stack:
        yield {
            kind: stack.enter_context(
                keep(SimpleUploadedFile(file_name(content, kind), draw(document)))
            )
            for kind, draw in DRAWN.items()
        }


def take_in(submission: Submission, files: dict[str, Kept]) -> None:
    """The rows of kept files."""
    ReportFile.objects.bulk_create(
        ReportFile(
            submission=submission,
            kind=kind,
            name=kept.name,
            size_bytes=kept.size_bytes,
            sha256=kept.sha256,
            path=kept.path,
        )
        for kind, kept in files.items()
    )


def bytes_of(submission: Submission, kind: str) -> bytes | None:
    """The file as it was submitted. One that is gone or spoilt is drawn again from the content that
    was frozen; None where that is another file, for then nothing proves what was submitted.

    Of a report from before files were kept, what its content makes.
    """
    file = submission.files.filter(kind=kind).first()
    if file is None:
        return DRAWN[kind](document_of(submission.content))
    try:
        kept = (Path(settings.MEDIA_ROOT) / file.path).read_bytes()
    except OSError:
        kept = b""
    if _is(file, kept):
        return kept
    again = DRAWN[kind](document_of(submission.content))
    return again if _is(file, again) else None


def _is(file: ReportFile, data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == file.sha256
