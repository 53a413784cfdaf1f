"""WSGI entry: every page and the API. `/live/` is served by `config.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_alone = get_wsgi_application()

from notices.front import Wsgi  # noqa: E402  (needs the apps)

application = Wsgi(django_alone)
