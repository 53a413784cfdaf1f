"""The product's settings around the floor: same server, threads, database connection.

With FLOOR=bare the floor is a project of its own: no middleware, nobody asked who they are, no
other app. Else it has the product's middleware and tokens, as an endpoint of this product would.
"""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "bench"]
ROOT_URLCONF = "bench.floor"
if os.environ.get("FLOOR") == "bare":
    INSTALLED_APPS = ["rest_framework", "bench"]
    MIDDLEWARE: list[str] = []
    REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    }
