"""The written report as a file: PDF for the archive, DOCX to work on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans.documents import sending
from reviews import archive
from reviews.models import Review, Submission
from reviews.paper import document_of, file_name
from reviews.printed import content_of
from teams.requests import StaffRequest


@login_required
@require_safe
def report_file(request: StaffRequest, incident_pk: int, kind: str) -> HttpResponse:
    """The report as `kind` (pdf or docx): as it was submitted last, else the draft as it stands."""
    if kind not in archive.DRAWN:
        raise Http404
    review = get_object_or_404(
        Review.objects.select_related("incident__grade", "incident__plan", "incident__reporter"),
        incident=incident_pk,
    )
    content, submission = content_of(review)
    if submission is not None:
        return _submitted(request, submission, kind)
    return sending.attachment(archive.DRAWN[kind](document_of(content)), file_name(content, kind))


@login_required
@require_safe
def submitted_file(
    request: StaffRequest, incident_pk: int, ordinal: int, kind: str
) -> HttpResponse:
    """One of the submissions, also one that was returned."""
    if kind not in archive.DRAWN:
        raise Http404
    rows = Submission.objects.select_related("review__incident")
    submission = get_object_or_404(rows, review__incident=incident_pk, ordinal=ordinal)
    return _submitted(request, submission, kind)


def _submitted(request: StaffRequest, submission: Any, kind: str) -> HttpResponse:
    data = archive.bytes_of(submission, kind)
    if data is None:
        messages.error(request, _("存档的文件不在了或被改动过，请报告审计员。"))
        return redirect("reviews:report", submission.review.incident_id)
    return sending.attachment(data, file_name(submission.content, kind))
