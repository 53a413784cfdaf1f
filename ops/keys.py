"""The keys of one installation, made once and kept outside of the database that they protect."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from ops.processes import CannotStart


@dataclass(frozen=True)
class Keys:
    """Random strings; the names are those of the environment variables where there is one."""

    secret_key: str
    journal_key: str
    postgres_password: str
    valkey_password: str
    # A Fernet key: it seals what the database keeps of the channels' secrets.
    channel_key: str


def keys_in(data: Path) -> Keys:
    """Read `keys.json` in the data folder, or make it on the first start (mode 0600, synced).

    Raises CannotStart when the file is lost or damaged while the data is still there: with new
    keys the stored journal could no longer be proved, so nobody makes them silently.
    """
    file = data / "keys.json"
    try:
        stored = json.loads(file.read_text())
        if isinstance(stored, dict) and "channel_key" not in stored:
            # Made by a version that had no channels, and so nothing that is sealed yet.
            keys = Keys(**stored, channel_key=_fernet_key())
            _write(keys, file)
            return keys
        return Keys(**stored)
    except FileNotFoundError:
        if (data / "postgres").exists():
            raise CannotStart(
                f"数据还在，钥匙文件 {file} 不见了。请从备份放回它；没有它日志无法验证。"
                " (The keys file is gone while the data is there: put it back from a backup.)"
            ) from None
    except (ValueError, TypeError):
        raise CannotStart(
            f"钥匙文件 {file} 已损坏，请从备份放回它。 (The keys file is damaged.)"
        ) from None
    names = ("secret_key", "journal_key", "postgres_password", "valkey_password")
    made = {name: secrets.token_urlsafe(48) for name in names}
    keys = Keys(**made, channel_key=_fernet_key())
    _write(keys, file)
    return keys


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write(keys: Keys, file: Path) -> None:
    """Into a file beside, then rename: a power cut leaves the old keys or the new ones."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(asdict(keys), stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
