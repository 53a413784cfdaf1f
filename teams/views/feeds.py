"""The subscription to one's own duties: made, made anew, closed; and the calendar itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from journal.refusals import NotAllowed
from teams import workflow
from teams.feeds import calendar_of
from teams.models import DutyFeed
from teams.requests import StaffRequest
from teams.workflow.feeds import digest_of


@login_required
@require_http_methods(["GET", "POST"])
def duty_feed(request: StaffRequest) -> HttpResponse:
    """Make an address of one's own, shown once, or close it."""
    secret = ""
    if request.method == "POST":
        if request.POST.get("action") == "close":
            workflow.close_feed(by=request.user)
            messages.success(request, _("订阅地址已停用。"))
            return redirect("teams:duty_feed")
        try:
            secret = workflow.open_feed(by=request.user)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
    address = reverse("teams:duty_calendar", args=[secret]) if secret else ""
    context = {
        "address": request.build_absolute_uri(address) if address else "",
        "feed": DutyFeed.objects.filter(person=request.user).first(),
    }
    answer = render(request, "teams/duty_feed.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def duty_calendar(_request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; no sign-in, so that programs can fetch it."""
    feeds = DutyFeed.objects.select_related("person").filter(person__is_active=True)
    feed = feeds.filter(digest=digest_of(secret)).first()
    if feed is None:
        raise Http404
    answer = HttpResponse(
        calendar_of(feed.person, timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    answer["Cache-Control"] = "private, max-age=600"
    return answer
