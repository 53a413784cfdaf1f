"""The bell and the list behind it: what the product tells one member of staff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from notices import workflow
from notices.models import Alert
from teams.requests import StaffRequest, number_in

# What is older has been acted upon, or stands in the incident's timeline.
MOST = 100


@login_required
@require_safe
def bell(request: StaffRequest) -> HttpResponse:
    """How many alerts this person has not seen: the inside of every page's bell.

    Its link leads here as well; whoever follows it comes to the alerts.
    """
    if not request.htmx:
        return redirect("notices:inbox")
    unseen = Alert.objects.unseen().filter(person=request.user).count()
    return render(request, "parts/bell.html", {"unseen": unseen})


@login_required
@require_safe
def inbox(request: StaffRequest) -> HttpResponse:
    """The person's newest alerts; a fragment for htmx."""
    alerts = list(
        Alert.objects.filter(person=request.user).select_related("incident").order_by("-pk")[:MOST]
    )
    unseen = sum(alert.seen_at is None for alert in alerts)
    template = "notices/_alerts.html" if request.htmx else "notices/inbox.html"
    return render(request, template, {"alerts": alerts, "unseen": unseen})


@login_required
@require_POST
def open_alert(request: StaffRequest, pk: int) -> HttpResponse:
    """Mark one's own alert as seen and go where it leads. A POST: nothing else may mark it."""
    get_object_or_404(Alert, pk=pk, person=request.user)
    return redirect(workflow.open_alert(pk, by=request.user).url)


@login_required
@require_POST
def see_all(request: StaffRequest) -> HttpResponse:
    """Mark as seen what stood on the page: alerts that came since stay unseen."""
    newest = number_in(request.POST, "newest")
    if newest is not None:
        workflow.see_all(by=request.user, up_to=newest)
    return redirect("notices:inbox")
