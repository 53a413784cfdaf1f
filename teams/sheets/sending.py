"""A table as a file for the browser."""

from collections.abc import Sequence

from django.http import HttpResponse

from teams.sheets import separated, writing
from teams.sheets.writing import Sheet


def attachment(name: str, sheets: Sequence[Sheet], wanted: str) -> HttpResponse:
    """`name`.xlsx with all `sheets`, or with `wanted` "csv" the first of them as `name`.csv.

    Only ever a download, never kept by a cache: what one person may see is not for the next.
    """
    if wanted == "csv":
        text = separated.as_csv(sheets[0].columns, sheets[0].rows)
        answer = HttpResponse(text, content_type=separated.CONTENT_TYPE)
    else:
        answer = HttpResponse(writing.write(sheets), content_type=writing.CONTENT_TYPE)
    ending = "csv" if wanted == "csv" else "xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
