"""The product's settings around the floor: same server, threads, database connection.

With FLOOR=bare the floor has no middleware and asks nobody who they are; else it has the
product's middleware and tokens, as an endpoint of this product would.
"""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "bench"]
ROOT_URLCONF = "bench.floor"
if os.environ.get("FLOOR") == "bare":
    MIDDLEWARE: list[str] = []
