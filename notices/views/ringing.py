"""要打的电话: whom a person has to ring now, and what they note about it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import NotAllowed, Refusal
from notices import authority, workflow
from notices.channels import BY_HAND
from notices.models import Delivery
from notices.ringing import to_ring as calls_to_ring
from teams.requests import StaffRequest, text_in


@login_required
@require_safe
def to_ring(request: StaffRequest) -> HttpResponse:
    """The list; who does not ring sees of each number the last two signs only."""
    return _list(request)


@login_required
@require_POST
def rung(request: StaffRequest, pk: int) -> HttpResponse:
    """Note what came of one call. Where somebody was faster, what was typed is shown again."""
    get_object_or_404(Delivery, pk=pk, channel__kind__in=BY_HAND, alert__isnull=False)
    said, tries = request.POST, request.POST.get("tries", "")
    try:
        noted = workflow.note_rung(
            pk,
            by=request.user,
            result=said.get("result", ""),
            tries=int(tries) if tries.isascii() and tries.isdigit() and len(tries) < 6 else -1,
            words=text_in(said, "words"),
        )
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.sentence) from refusal
    except Refusal as refusal:
        kept = {"pk": pk, "words": said.get("words", "")[:200]}
        return _list(request, refusal=refusal, kept=kept, status=refusal.status)
    messages.success(
        request,
        _("已登记：%(who)s，%(result)s。")
        % {"who": noted.person, "result": workflow.Rung(said["result"]).label},
    )
    return redirect("notices:to_ring")


def _list(request: StaffRequest, status: int = 200, **context: Any) -> HttpResponse:
    context |= {
        "calls": [
            (call, authority.may_ring(call.channel, request.user)) for call in calls_to_ring()
        ],
        "results": workflow.Rung,
    }
    template = "notices/_to_ring.html" if request.htmx else "notices/to_ring.html"
    return render(request, template, context, status=status)
