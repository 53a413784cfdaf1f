"""转发失败的日志: entries whose subscribers failed, for administrators and auditors."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal import relay
from journal.models import PoisonedEntry
from journal.refusals import Conflict, NotAllowed
from journal.telling import label_of

# More than these means that one subscriber fails for all: the first say why.
SHOWN = 200


@login_required
@require_safe
def poisoned(request: HttpRequest) -> HttpResponse:
    """Each entry with its error, how often it failed, and when it is tried again."""
    return _page(request)


@login_required
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """立即重试, for administrators."""
    try:
        relay.retry(pk, by=request.user)
    except NotAllowed as refused:
        raise PermissionDenied(refused.sentence) from refused
    except Conflict as refused:
        return _page(request, refused=refused)
    messages.success(request, _("已安排立即重试。"))
    return redirect("journal:poisoned")


def _page(request: HttpRequest, refused: Conflict | None = None) -> HttpResponse:
    # The lowest app knows roles by their values only.
    if not request.user.has_role("admin", "auditor"):  # type: ignore[union-attr]
        raise PermissionDenied(_("只有管理员和审计员能看转发失败的日志。"))
    waiting = PoisonedEntry.objects.select_related("entry").order_by("failed_at", "pk")
    context = {
        "total": waiting.count(),
        "rows": [(poison, label_of(poison.entry.event)) for poison in waiting[:SHOWN]],
        "may_retry": relay.may_retry(request.user),
        "refused": refused and refused.sentence,
    }
    return render(
        request, "journal/poisoned.html", context, status=refused.status if refused else 200
    )
