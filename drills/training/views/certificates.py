"""Certificates: as a file for those who may see it, and the proof for anybody who has its code."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from drills.training import authority, certificates
from drills.training.models import Completion
from drills.training.views.shared import insist
from inventory.labels import absolute
from teams.requests import StaffRequest


@login_required
@require_safe
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    """The certificate as PDF; one that was taken back has none."""
    row = get_object_or_404(
        Completion.objects.select_related("course", "person__department"), pk=pk
    )
    insist(
        authority.sees_training_of(row.person, request.user),
        _("证书只给本人、本科室负责人、领导、管理员和审计员看。"),
    )
    if row.revoked_at is not None:
        raise Http404
    content = certificates.pdf(row, absolute(request, ""))
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{row.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Is this certificate good? For anybody who has its code: course, days, number and the first
    sign of the name; of any other token nothing."""
    row = Completion.objects.filter(token=token).select_related("course", "person").first()
    if row is None:
        return render(request, "training/verify.html", {"row": None}, status=404)
    today = timezone.localdate()
    context = {
        "row": row,
        "name": certificates.masked(row.person.name),
        "is_revoked": row.revoked_at is not None,
        "is_over": row.valid_until is not None and row.valid_until < today,
    }
    return render(request, "training/verify.html", context)
