"""Start and end operating-system processes so that none outlives the one that started it.

Only the standard library is used here: the supervisor must be up before Django is imported.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class CannotStart(Exception):
    """A reason not to go on, as one plain sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """An operating-system identity by number; it need not have a name in /etc/passwd."""

    uid: int
    gid: int


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """Give what a new process must call so that the kernel sends it `by` when its parent dies.

    Does nothing where the kernel cannot (macOS).
    """
    caller, parent_of_caller = os.getpid(), os.getppid()

    def ask_the_kernel() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(by))
            parent = parent_of_caller if os.getpid() == caller else caller
            if os.getppid() != parent:  # It died before we asked.
                os._exit(1)

    return ask_the_kernel


def spawn(
    arguments: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    directory: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child with its output appended to `log`, in a process group of its own.

    A group of its own keeps the terminal's Ctrl-C with the supervisor, which ends its children in
    order. On Linux the kernel sends `death_signal` when the supervisor dies without a word.
    Must be called from the main thread: the kernel watches the thread that forked.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=directory,
            start_new_session=True,
            preexec_fn=die_with_parent(death_signal),
            **_identity(account),
        )


def run_as(
    arguments: Sequence[str | Path], account: Account | None, directory: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end as `account` (None: as ourselves) and give its output."""
    return subprocess.run(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        cwd=directory,
        check=False,
        **_identity(account),
    )


def _identity(account: Account | None) -> dict:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def end(
    process: subprocess.Popen[bytes],
    *,
    by: signal.Signals = signal.SIGTERM,
    within: float = 10.0,
) -> bool:
    """Ask the process to end; after `within` seconds kill its whole group. True if it obeyed."""
    if process.poll() is None:
        process.send_signal(by)
    obeyed = True
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        obeyed = False
    # What the process had started itself (Celery's pool) is in its group and must not stay.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return obeyed


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        # An ended process that nobody has waited for (no init in a container) is as good as gone.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True


def wait_until_gone(pid: int, within: float) -> bool:
    """True once no process has this number any more, False after `within` seconds."""
    give_up = time.monotonic() + within
    while is_alive(pid):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def last_lines(log: Path, count: int = 12) -> list[str]:
    """The end of a log, for showing why a child died; empty when there is none."""
    try:
        with log.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - 16_384))
            text = stream.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-count:]
