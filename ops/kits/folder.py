"""The kits' files on a folder or share: each replaced as a whole, the last good one kept.

The folder must be there: a share that is not mounted must not become a folder of this machine that
looks like it.
"""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from ops.kits import workflow
from ops.kits.models import KitPaper


@dataclass
class Report:
    """What became of the files: names that were written, left as they were, failed and why."""

    written: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    away: str = ""

    @property
    def is_good(self) -> bool:
        return not self.failed and not self.away

    @property
    def words(self) -> str:
        """The whole in one sentence."""
        if self.away:
            return self.away
        told = _("写入 %(written)s 份，%(same)s 份没有变化。") % {
            "written": len(self.written),
            "same": len(self.same),
        }
        if self.failed:
            told += _("没有写成，旧的还在：%(failed)s。") % {"failed": "；".join(self.failed)}
        return told


def put(folder: Path, departments: Iterable[int] | None = None) -> Report:
    """Put the newest editions (of these departments, or all) into the folder."""
    report = Report()
    try:
        away = _why_away(folder)
    except OSError as error:
        away = _told(folder, error)
    if away:
        report.away = away
        return report
    papers = KitPaper.objects.filter(edition__in=workflow.newest_editions())
    if departments is not None:
        papers = papers.filter(edition__department__in=list(departments))
    copied = []
    for paper in papers.select_related("edition__department").order_by("edition__department"):
        name, data = safe(paper.edition.file_name), bytes(paper.data)
        try:
            is_new = _replace(folder / name, data)
        except OSError as error:
            report.failed.append(f"{name}（{_reason(error)}）")
            continue
        (report.written if is_new else report.same).append(name)
        if is_new:
            copied.append(paper.edition)
    workflow.note_copied(copied)
    return report


def safe(name: str) -> str:
    """A file's name that every system takes."""
    return name.translate(str.maketrans('\\/:*?"<>|\0', "＼／：＊？＂＜＞｜_"))


def _why_away(folder: Path) -> str:
    if not folder.exists():
        return _("文件夹 %(folder)s 不在，共享可能没有连上。旧的文件没有动。") % {"folder": folder}
    if not folder.is_dir():
        return _("%(folder)s 不是文件夹。") % {"folder": folder}
    if not os.access(folder, os.W_OK):
        return _("文件夹 %(folder)s 不能写入，请检查权限。旧的文件没有动。") % {"folder": folder}
    return ""


def _told(folder: Path, error: OSError) -> str:
    return _("文件夹 %(folder)s 用不了（%(reason)s）。旧的文件没有动。") % {
        "folder": folder,
        "reason": _reason(error),
    }


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def _replace(path: Path, data: bytes) -> bool:
    """Write beside, flush, then swap: who reads sees the old file or the new, never a half."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    return True
