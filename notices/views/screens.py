"""大厅屏: what hangs in the halls. No sign-in; a screen says now and then that it is alight."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import Refusal
from notices import public, showing, workflow
from notices.surfaces.registry import LANGUAGES
from notices.views.public import drawn, unknown
from teams.requests import PublicRequest

_WORKER = settings.BASE_DIR / "static" / "js" / "screen-worker.js"


@require_safe
def screen(request: PublicRequest, slug: str = "") -> HttpResponse:
    """The screen of a place, or of the whole hospital. `?lang=zh+en` shows both in turn."""
    asked = request.GET.get("lang", "").replace("+", " ").split()
    languages = [each for each in dict.fromkeys(asked) if each in LANGUAGES]
    try:
        shown = public.current()
    except public.NothingKnown:
        return unknown(request, (languages or ["zh"])[0])
    place = showing.place_of(shown.facts, slug) if slug else None
    if slug and place is None:
        return drawn(request, "notices/screen_unknown.html", {}, "zh", status=404)
    context = showing.screen(shown, place, languages)
    template = "notices/_screen.html" if request.htmx else "notices/screen.html"
    return drawn(request, template, {"screen": context}, context["language"])


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps a screen's page on its device. It must lie below `/screen/`."""
    answer = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@csrf_exempt  # There is no session that somebody could borrow.
@require_POST
def seen(request: PublicRequest, slug: str) -> HttpResponse:
    """A screen says that it is alight, once a minute."""
    try:
        workflow.note_screen(
            slug,
            device=request.POST.get("device", ""),
            size=request.POST.get("size", ""),
        )
    except Refusal as refusal:
        return HttpResponse(status=refusal.status)
    return HttpResponse(status=204)
