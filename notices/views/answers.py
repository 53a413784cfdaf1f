"""The page behind the signed link of a message: one act, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from journal.recording import now
from journal.refusals import Conflict
from notices import links, workflow
from notices.models import Alert, Delivery
from notices.workflow.answering import addressees, is_alive, told_together
from plans.marks import DRILL
from teams.requests import number_in


# The token is the authority: a browser that keeps no cookies must be able to acknowledge. Opening
# the page does nothing: messengers look at links by themselves.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What the message told, and the button 确认收到.

    A message into a robot's group told several: whoever opens it says first which of them they are
    (`for`, the number of their delivery).
    """
    pk = links.delivery_of(token)
    delivery = (
        Delivery.objects.select_related("alert__person", "alert__incident", "channel")
        .filter(pk=pk)
        .first()
        if pk is not None
        else None
    )
    if delivery is None or delivery.alert is None:
        return _page(request, {"gone": True}, status=404)
    alert, several = delivery.alert, addressees(delivery)
    if len(several) > 1:
        own = number_in(request.GET, "for")
        mine = next((one for one in several if one.pk == own), None)
        if mine is None or mine.alert is None:
            return _page(request, {"several": several, "alerts": [alert]}, status=200)
        delivery, alert = mine, mine.alert
    refused = ""
    if request.method == "POST":
        try:
            workflow.answer_message(delivery.pk, how=Alert.Answer.LINK)
        except Conflict as refusal:
            refused = refusal.sentence
    elif not is_alive(delivery, now()):
        refused = "expired"
    alerts = [alert for _pk, alert in told_together(delivery)]
    context = {
        "person": alert.person,
        "is_one_of_several": len(several) > 1,
        "alerts": alerts,
        "is_drill": bool(alerts) and all(alert.text.startswith(DRILL) for alert in alerts),
        "is_done": all(alert.acknowledged_at is not None for alert in alerts),
        "refused": refused,
    }
    return _page(request, context, status=410 if refused else 200)


def _page(request: HttpRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    response = render(request, "notices/answer.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
