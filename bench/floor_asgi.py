"""ASGI entry of the floor: the product's bridge to as many threads, and nothing of the product."""

from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=settings.WEB_THREADS)
