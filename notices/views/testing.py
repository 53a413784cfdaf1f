"""The test button of a contact point: one's own page of contact points posts here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from journal.refusals import NotAllowed, Refusal
from notices import workflow
from teams.models import ContactPoint
from teams.requests import StaffRequest


@login_required
@require_POST
def test_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a test message over one of one's own ways, or say why it cannot be sent."""
    get_object_or_404(ContactPoint, pk=pk, person=request.user)
    try:
        workflow.send_test(pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("测试消息已发到站内告警，请点右上角的铃打开它。"))
    return redirect("teams:my_contacts")
