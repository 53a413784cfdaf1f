"""A drawn document as the answer to a request."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from plans.documents.cleaning import one_line

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# What no system takes in the name of a file.
_FORBIDDEN = str.maketrans('\\/:*?"<>|', "＼／：＊？＂＜＞｜")


def attachment(data: bytes, name: str) -> HttpResponse:
    """The file to be saved under `name` (Chinese as it is: RFC 5987); the ending tells its type."""
    name = one_line(name).translate(_FORBIDDEN)
    answer = HttpResponse(data, content_type=_TYPES[name.rpartition(".")[2]])
    disposition = content_disposition_header(as_attachment=True, filename=name)
    answer["Content-Disposition"] = disposition or "attachment"
    answer["Cache-Control"] = "private, no-cache"
    return answer
