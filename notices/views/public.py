"""The pages that patients read: no sign-in, large type, and readable with the database away.

What is here touches neither session nor user: they live in the database. The answers are told again
from memory to everybody who asks the same (`notices.front`).
"""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from notices import public, showing
from notices.surfaces.registry import LANGUAGES
from teams.requests import PublicRequest

# Browsers ask again each time, with the tag of what they have: nobody is told what was before.
CACHE = "public, max-age=0, stale-if-error=600"
# Of the shape of status.json. A field may be added at any time; a greater number means that one
# was taken away or means something else (docs/architecture.md).
JSON_VERSION = 1


def asked_language(request: HttpRequest) -> str:
    """The language of a public page: asked for by `?lang=`, else chosen on this device."""
    asked = request.GET.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return "en" if translation.get_language() == "en" else "zh"


def asked_size(request: HttpRequest) -> str:
    """How large the letters are, for who has no JavaScript: `?size=2` is the large version."""
    asked = request.GET.get("size", "")
    return asked if asked in ("1", "2") else ""


@require_safe
def status(request: PublicRequest) -> HttpResponse:
    """服务状态."""
    language = asked_language(request)
    try:
        shown = public.current()
    except public.NothingKnown:
        return unknown(request, language)
    context = showing.status_page(shown, language=language, size=asked_size(request))
    template = "notices/_status.html" if request.htmx else "notices/public.html"
    return drawn(request, template, {"status": context}, language)


def drawn(
    request: Any, template: str, context: dict[str, Any], language: str, status: int = 200
) -> HttpResponse:
    """A page for everybody in one language, which shared caches may keep for a moment."""
    with translation.override(LANGUAGES[language]):
        answer = render(request, template, context, status=status)
    answer["Content-Language"] = language
    if status == 200:
        answer["Cache-Control"] = CACHE
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def unknown(request: Any, language: str) -> HttpResponse:
    """Nothing is known, and it says so."""
    answer = drawn(request, "notices/public_unknown.html", {}, language, status=503)
    answer["Retry-After"] = "15"
    return answer


@require_safe
def status_json(request: PublicRequest) -> JsonResponse:
    """The same facts for machines: times in UTC, ISO 8601. 503 where nothing is known."""
    try:
        shown = public.current()
    except public.NothingKnown:
        return JsonResponse({"detail": "unavailable"}, status=503)
    facts = {name: shown.facts[name] for name in ("as_of", "services", "notices", "ended")}
    for name in ("withdrawn", "relapsed", "planned", "planned_past"):
        facts[name] = shown.facts.get(name, [])
    answer = JsonResponse({"version": JSON_VERSION, **facts, "is_copy": shown.is_copy})
    answer["Cache-Control"] = CACHE
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
