"""The page that patients read: no sign-in, large type, and readable with the database away."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from notices import public
from teams.requests import PublicRequest

# A waiting hall full of phones may share one answer; nobody sees one older than the next update.
CACHE = "public, max-age=2, stale-if-error=600"


@require_safe
def status(request: PublicRequest) -> HttpResponse:
    """服务状态. Touches neither session nor user: they live in the database, which may be away."""
    try:
        shown = public.current()
    except public.NothingKnown:
        answer = render(request, "notices/public_unknown.html", status=503)
        answer["Retry-After"] = "15"
        return answer
    template = "notices/_status.html" if request.htmx else "notices/public.html"
    answer = render(request, template, {"status": shown.page})
    answer["Cache-Control"] = CACHE
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@require_safe
def status_json(request: PublicRequest) -> JsonResponse:
    """The same facts for machines: times in UTC, ISO 8601. 503 where nothing is known."""
    try:
        shown = public.current()
    except public.NothingKnown:
        return JsonResponse({"detail": "unavailable"}, status=503)
    answer = JsonResponse({**shown.facts, "is_copy": shown.is_copy})
    answer["Cache-Control"] = CACHE
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
