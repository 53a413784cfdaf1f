"""What a line of the log says about the request in which it was written."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from ipware import get_client_ip


class _Address:
    """Where a request came from, worked out when a line is written: most requests write none."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __repr__(self) -> str:
        return repr(get_client_ip(self._request)[0])


class RequestLog(RequestMiddleware):
    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=_Address(request))
