"""Sealing: channels' secrets as they lie in the database, readable with `CHANNEL_KEY` alone.

What is sealed says for which kind and which host it was meant, so that a sealed text that was
moved to another row, or a row that was led to another host, opens nothing.
"""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CannotOpen(Exception):
    """No key, another key, or a seal that was meant for another place."""


def has_key() -> bool:
    return bool(settings.CHANNEL_KEYS)


def seal(secrets: Mapping[str, str], *, kind: str, host: str) -> str:
    """Seal with the newest key. Raises CannotOpen where there is none."""
    said = {"kind": kind, "host": host, "secrets": dict(secrets)}
    return _fernet().encrypt(json.dumps(said, ensure_ascii=False).encode()).decode()


def unseal(sealed: str, *, kind: str, host: str) -> dict[str, str]:
    """Open what was sealed for this kind and host; nothing sealed gives nothing.

    Raises CannotOpen.
    """
    if not sealed:
        return {}
    try:
        said = json.loads(_fernet().decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise CannotOpen("CHANNEL_KEY does not open it") from error
    if (said["kind"], said["host"]) != (kind, host):
        raise CannotOpen("sealed for another channel")
    return said["secrets"]


def sealed_anew(sealed: str) -> str:
    """The same, sealed with the newest key: after it was changed. Raises CannotOpen."""
    try:
        return _fernet().rotate(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotOpen("CHANNEL_KEY does not open it") from error


def _fernet() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CHANNEL_KEYS])
    except ValueError as error:
        raise CannotOpen("CHANNEL_KEY is missing or no Fernet key") from error
