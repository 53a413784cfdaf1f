"""News in a reader's browser (浏览器推送): the page on which it is asked for, and its two doors.

The browser speaks to its own push service; what it was given there comes here. No account.
"""

import json
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from journal.refusals import Refusal
from notices import sealing, workflow
from notices.channels import web_push
from notices.models import Channel, Subscription
from notices.surfaces.registry import LANGUAGES
from notices.views.public import asked_language, asked_size

# A browser's subscription is a few hundred bytes.
LONGEST = 4096


@never_cache
@require_safe
def push(request: HttpRequest) -> HttpResponse:
    """Ask for news in this browser, or end them."""
    language = asked_language(request)
    with translation.override(LANGUAGES[language]):
        context = {"language": language, "size": asked_size(request), "key": _key()}
        answer = render(request, "notices/pushing.html", context)
    answer["Content-Language"] = language
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the news. Its address gives it the scope /status/push/ and no more."""
    found = finders.find("js/push-worker.js")
    with open(str(found), "rb") as script:
        return HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")


@csrf_exempt  # There is no session that somebody could borrow.
@never_cache
@require_POST
def begin(request: HttpRequest) -> JsonResponse:
    """A browser asks to be told: `{endpoint, keys: {p256dh, auth}, key}`, as PushSubscription has
    it, and our key for which it asked."""
    language = asked_language(request)
    with translation.override(LANGUAGES[language]):
        try:
            workflow.subscribe_browser(_browser(_said(request)), language=language)
        except Refusal as refusal:
            return JsonResponse({"detail": str(refusal)}, status=refusal.status)
    return JsonResponse({}, status=201)


@csrf_exempt  # Who knows the browser's secret address may end it.
@never_cache
@require_POST
def end(request: HttpRequest) -> JsonResponse:
    """A browser wants no more news: `{endpoint}`. Of an unknown one it says the same."""
    workflow.forget_browser(str(_said(request).get("endpoint", "")))
    return JsonResponse({})


def _key() -> str:
    """Our public key; empty where nothing can be sent to browsers."""
    channel = Channel.objects.for_subscribers().get(Subscription.Kind.PUSH)
    try:
        return web_push.public_key(channel.line.secret("key")) if channel else ""
    except (sealing.CannotOpen, ValueError):
        return ""


def _said(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > LONGEST:
        return {}
    try:
        said = json.loads(request.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _browser(said: dict[str, Any]) -> web_push.Browser:
    keys = said.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    words = (said.get("endpoint"), keys.get("p256dh"), keys.get("auth"), said.get("key"))
    return web_push.Browser(*(word if isinstance(word, str) else "" for word in words))
