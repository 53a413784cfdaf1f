"""The Celery application: beat rings, workers run the functions that watchdog could run as well.

There is no ETA and no countdown anywhere: whatever must happen later is a row in PostgreSQL,
and the tasks below only look at rows that are due.
"""

import os
import sys

from celery import Celery
from celery.signals import setup_logging, task_prerun

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("yingji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# Celery would hang up on the database after each task; calling it again takes longer than what most
# of them do. So a connection stays, and is looked at before each task as before each request.
app.conf.update(CELERY_DB_REUSE_MAX=sys.maxsize)


@setup_logging.connect
def use_django_logging(**_: object) -> None:
    """Keep Celery from installing its own log handlers beside ours."""
    from django.conf import settings
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


@task_prerun.connect
def mend_connections(**_: object) -> None:
    """Close what the database has hung up, and what is old (`CONN_MAX_AGE`)."""
    from django.db import close_old_connections

    close_old_connections()
