"""Commands beside a running `make run` find its database and keys by themselves.

The supervisor leaves them in the data folder, for its owner alone, while it runs.
"""

import contextlib
import json
import os
import sys
from pathlib import Path

from ops.preflight import BASE
from ops.processes import CannotStart


def surroundings(data: Path) -> dict[str, str]:
    """The variables that the supervisor left in the data folder. Raises CannotStart."""
    note = data / "environment.json"
    try:
        return json.loads(note.read_text())
    except FileNotFoundError:
        raise CannotStart(
            f"{data} 上没有正在运行的服务。请先运行 make run。 (Nothing runs on this data folder.)"
        ) from None
    except PermissionError:
        raise CannotStart(
            f"不能读取 {note}。请用启动服务的同一个用户运行。 (Use the account that started it.)"
        ) from None


def join_running_product() -> None:
    """For `manage.py`: take the running product's surroundings, unless the environment has its own.

    Where neither is there, the settings say what is missing.
    """
    if any(os.environ.get(name) for name in ("DATABASE_URL", "SECRET_KEY", "JOURNAL_KEY")):
        return
    with contextlib.suppress(CannotStart):
        os.environ |= surroundings(Path(os.environ.get("DATA_DIR") or BASE / "var"))


if __name__ == "__main__":
    try:
        found = surroundings(Path(os.environ.get("DATA_DIR") or BASE / "var"))
    except CannotStart as reason:
        sys.exit(str(reason))
    os.execvpe(sys.argv[1], sys.argv[1:], os.environ | found)  # noqa: S606
