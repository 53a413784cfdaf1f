"""A version of the plan as a file: PDF for the wall and the archive, DOCX to work on."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from plans.documents import Document, sending, to_docx, to_pdf
from plans.models import PlanVersion
from plans.paper import document_of, file_name


@login_required
@require_safe
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The whole version, laid out as an official document."""
    return _file(number, "pdf", to_pdf)


@login_required
@require_safe
def docx(request: HttpRequest, number: int) -> HttpResponse:
    """The same for Word and WPS."""
    return _file(number, "docx", to_docx)


def _file(number: int, kind: str, draw: Callable[[Document], bytes]) -> HttpResponse:
    plan = get_object_or_404(PlanVersion, number=number)
    return sending.attachment(draw(document_of(plan)), file_name(plan, kind))
