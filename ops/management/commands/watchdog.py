"""Do what is due when Celery cannot: see `ops.watchdog`."""

import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from ops.watchdog import LOOK_EVERY, Watchdog

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Watch the heartbeat; when it is late, do everything that is due straight on PostgreSQL."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        ended = threading.Event()

        def end(number: int, frame: FrameType | None) -> None:
            ended.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        watchdog = Watchdog()
        away = False
        while not ended.is_set():
            try:
                close_old_connections()
                watchdog.look()
                if away:
                    logger.warning("watchdog: PostgreSQL is back")
                away = False
            except (DatabaseError, InterfaceError) as error:
                connections.close_all()
                if not away:
                    logger.error("watchdog: PostgreSQL is away: %s", error)
                away = True
            ended.wait(LOOK_EVERY)
