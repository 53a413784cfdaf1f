"""Activity renews a session: whoever works does not have to sign in again in the middle of it."""

import time
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

# A session is written again when this part of its life has passed, not with every request.
PART = 10
_RENEWED = "renewed_at"


class StaySignedIn:
    """Renews the session of a person who does something, once in a tenth of its life.

    What a page fetches by itself is not activity: a screen that nobody touches is signed out when
    the session's life is over (等级保护 level 3: idle logout).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Where nobody asked who is there, neither is it asked here: the patients' page must work
        # without the database. A stream (/live/) opens by itself, and again when it broke.
        if request.session.accessed and _is_activity(request) and not response.streaming:
            _renew(request)
        return response


def begin(request: HttpRequest | None) -> None:
    """Somebody signed in: their session's life begins."""
    if request is not None:
        request.session[_RENEWED] = int(time.time())


def _renew(request: HttpRequest) -> None:
    if SESSION_KEY not in request.session:
        return
    now, life = int(time.time()), request.session.get_expiry_age()
    if now - request.session.get(_RENEWED, 0) > life // PART:
        # What is changed is written, with its end put off.
        request.session[_RENEWED] = now


def _is_activity(request: HttpRequest) -> bool:
    # Copies for a device without network, and what waited on it: static/js/worker.js, outbox.js.
    if "X-By-Itself" in request.headers:
        return False
    if request.method != "GET":
        return True
    return "HX-Request" not in request.headers or "HX-Boosted" in request.headers
