"""Is it alive, is it ready: two plain answers for proxies, supervisors and people with curl."""

from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ops.watchdog import LATE_AFTER
from ops.workflow import age_of_beat

# A probe must not hang with what it probes.
REDIS_PATIENCE = 0.5


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers at all; looks at nothing else."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, 503 when the database is away.

    `status` is `ok`, `degraded` (Redis is away or the beat is late: pages work, the watchdog does
    what is due) or `unavailable`. `heartbeat_age` is in seconds, null before the first beat.
    """
    answer: dict[str, Any] = {"database": "ok", "redis": _redis(), "heartbeat_age": None}
    try:
        age = age_of_beat("beat")
    except Error:
        connection.close()
        return JsonResponse(answer | {"status": "unavailable", "database": "away"}, status=503)
    answer["heartbeat_age"] = None if age is None else round(age, 1)
    well = answer["redis"] == "ok" and age is not None and age <= LATE_AFTER
    return JsonResponse(answer | {"status": "ok" if well else "degraded"})


def _redis() -> str:
    line = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=REDIS_PATIENCE,
        socket_connect_timeout=REDIS_PATIENCE,
        retry=None,
    )
    try:
        line.ping()
    except (redis.RedisError, OSError):
        return "away"
    finally:
        line.close()
    return "ok"
