"""Test messages: the buttons at a contact point and at a channel, and what came of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import NotAllowed, Refusal
from notices import authority, workflow
from notices.models import Channel, Delivery
from teams.models import ContactPoint
from teams.requests import StaffRequest, text_in


@login_required
@require_POST
def test_contact(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a test message over one of one's own ways, or say why it cannot be sent."""
    get_object_or_404(ContactPoint, pk=pk, person=request.user)
    try:
        test = workflow.send_test(pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("teams:my_contacts")
    if test is not None:
        return redirect("notices:test", test.pk)
    messages.success(request, _("测试消息已发到站内告警，请点右上角的铃打开它。"))
    return redirect("teams:my_contacts")


@login_required
@require_POST
def try_channel(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a test message over a channel; leads to what its provider answers."""
    if not authority.may_configure(request.user):
        raise PermissionDenied(_("只有管理员能试发告警渠道。"))
    channel = get_object_or_404(Channel, pk=pk)
    try:
        test = workflow.try_channel(pk, by=request.user, address=text_in(request.POST, "address"))
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect(channel)
    return redirect("notices:test", test.pk)


@login_required
@require_safe
def test(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of a test message, with the provider's own answer; looks again by itself."""
    found = _seen_by(request, pk)
    attempts = list(found.attempts.order_by("-number"))
    context = {
        "test": found,
        "attempts": attempts,
        "is_under_way": found.state in (Delivery.State.WAITING, Delivery.State.SENDING),
        "may_confirm": found.person_id == request.user.pk
        and found.sent_at is not None
        and found.seen_at is None,
        "may_configure": authority.may_configure(request.user),
    }
    template = "notices/_test.html" if request.htmx else "notices/test.html"
    return render(request, template, context)


@login_required
@require_POST
def confirm_test(request: StaffRequest, pk: int) -> HttpResponse:
    """我收到了."""
    _seen_by(request, pk)
    try:
        workflow.confirm_test(pk, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("记下了：这条路是通的。"))
    return redirect("notices:test", pk)


def _seen_by(request: StaffRequest, pk: int) -> Delivery:
    """The test, for who sent it and for administrators; to anybody else it is not there."""
    found = (
        Delivery.objects.select_related("channel", "person")
        .filter(pk=pk, purpose=Delivery.Purpose.TEST)
        .first()
    )
    may_see = found is not None and (
        found.person_id == request.user.pk or authority.may_configure(request.user)
    )
    if found is None or not may_see:
        raise Http404
    return found
