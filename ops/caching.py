"""Nobody's page is kept for somebody else by a browser or a proxy on the way."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NotForOthers:
    """Says of each answer for which it was asked who is there, that it is that person's alone and
    is to be asked for again. What says otherwise itself (`Cache-Control`) is left as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
