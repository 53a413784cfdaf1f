"""What must hold before the product can start here; each failure is one plain sentence."""

import contextlib
import errno
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from ops.engines import settle_data_folder
from ops.processes import CannotStart

BASE = Path(__file__).resolve().parent.parent
LEAST_SPACE = 200 * 1024 * 1024
LARGEST_LOG = 5 * 1024 * 1024


def data_folder() -> Path:
    """Make the data folder (DATA_DIR, else `var/`) with what belongs in it; give its real path."""
    chosen = os.environ.get("DATA_DIR")
    data = Path(chosen or BASE / "var").absolute()
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        # No server of ours: nobody but us has to get in.
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        data = settle_data_folder(data, chosen=bool(chosen))
    for name in ("logs", "static", "files"):
        (data / name).mkdir(mode=0o700, exist_ok=True)
    return data


@contextlib.contextmanager
def only_one(data: Path, address: str) -> Iterator[None]:
    """Hold the folder's lock; the kernel lets go of it however we end."""
    with (data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(
                f"这个数据文件夹已经在运行：{lock.read().strip() or data}。"
                "请先结束它，或用 DATA_DIR 另选一个文件夹。"
                " (Already running on this data folder.)"
            ) from None
        lock.truncate(0)
        lock.write(f"{address} (pid {os.getpid()})")
        lock.flush()
        yield


def port_named(text: str) -> int:
    """The port that somebody asked for. Raises CannotStart for what is none."""
    if text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 65_535:
        return int(text)
    raise CannotStart(
        f"端口要写 1 到 65535 之间的数字，不是「{text}」：make run PORT=8000。"
        " (The port is a number from 1 to 65535.)"
    )


def check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(
                f"没有权限使用端口 {port}，请选 1024 以上的：make run PORT=8000。"
                " (No right to use this port.)"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotStart(
                    f"不能在 {host} 上监听：{error.strerror}。 (Cannot listen on this address.)"
                ) from None
            raise CannotStart(
                f"端口 {port} 已被别的程序占用。请换一个：make run PORT={port + 1}。"
                " (The port is busy.)"
            ) from None


def check_space(data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < LEAST_SPACE:
        raise CannotStart(
            f"磁盘快满了：{data} 只剩 {free // 1_048_576} MB，至少需要"
            f" {LEAST_SPACE // 1_048_576} MB。请腾出空间。 (The disk is full.)"
        )


def shorten_logs(logs: Path) -> None:
    for log in logs.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.old"))


def check_database(url: str) -> None:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.Error as error:
        where = urlsplit(url).hostname
        raise CannotStart(
            f"连不上 DATABASE_URL 指定的数据库（{where}）：{str(error).strip().splitlines()[0]}。"
            " (Your PostgreSQL cannot be reached.)"
        ) from None


def own_names(host: str) -> list[str]:
    """Names under which browsers may ask for us; beyond loopback when we listen there."""
    names = ["127.0.0.1", "localhost", "[::1]"]
    if host in names:
        return names
    names.append(socket.gethostname().lower())
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return [*names, host]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # No packet is sent: this only asks which of our addresses faces the network.
        probe.connect(("192.0.2.1", 9))
        names.append(probe.getsockname()[0])
    return names


def in_words(error: OSError) -> str:
    place = error.filename or ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"磁盘已满：{place}。请腾出空间后再试。 (The disk is full.)"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"不能读写 {place}。请检查权限，或用 DATA_DIR 另选一个文件夹。"
            " (No right to read or write this place.)"
        )
    return f"{error.strerror or error} {place}"
