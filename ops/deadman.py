"""The dead man's signal: a ping to somebody outside, as long as the engine is able to call people.

Who watches the watchdog? When machine, network or database are gone, nothing here can tell. So the
silence does: the other side raises the alarm when the ping stays away.
"""

import logging

from django.conf import settings

from notices.channels import wire
from ops.reachable import Grade, engine_findings

logger = logging.getLogger(__name__)

SECONDS = 5.0


def sign_of_life() -> bool:
    """Ping `DEADMAN_URL` if the engine is well enough to call people; True if it was pinged.

    The host must be on the list of `CHANNEL_HOSTS`, as for every way out (ADR 5).
    """
    if not settings.DEADMAN_URL:
        return False
    if any(finding.grade == Grade.BAD for finding in engine_findings()):
        return False
    try:
        answer = wire.request("GET", settings.DEADMAN_URL, b"", {}, seconds=SECONDS)
    except wire.WireError as error:
        logger.warning("dead man's signal: %s", error)
        return False
    if answer.status >= 400:
        logger.warning("dead man's signal: answered with %s", answer.status)
    return answer.status < 400
