"""The Celery application: beat rings, workers run the functions that watchdog could run as well.

There is no ETA and no countdown anywhere: whatever must happen later is a row in PostgreSQL,
and the tasks below only look at rows that are due.
"""

import os

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yingji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def use_django_logging(**_: object) -> None:
    """Keep Celery from installing its own log handlers beside ours."""
    from django.conf import settings
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
