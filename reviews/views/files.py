"""The written report as a file: PDF for the archive, DOCX to work on."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from plans.documents import sending, to_docx, to_pdf
from reviews.models import Review
from reviews.paper import document_of, file_name
from reviews.printed import content_of
from teams.requests import StaffRequest

DRAWN = {"pdf": to_pdf, "docx": to_docx}


@login_required
@require_safe
def report_file(request: StaffRequest, incident_pk: int, kind: str) -> HttpResponse:
    """The report as `kind` (pdf or docx): as it was submitted, else the draft as it stands."""
    if kind not in DRAWN:
        raise Http404
    review = get_object_or_404(
        Review.objects.select_related("incident__grade", "incident__plan", "incident__reporter"),
        incident=incident_pk,
    )
    content, _submission = content_of(review)
    return sending.attachment(DRAWN[kind](document_of(content)), file_name(content, kind))
