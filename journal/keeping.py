"""Files that people hand in as evidence: looked at, kept on disk under a random name, given out.

Nothing here knows whose a file is. The room that owns it keeps a row with what `keep` gives, asks
its own permission, and gives it out by `send`: always as a download, never shown in the browser.
"""

import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from journal.refusals import Incomplete

OPAQUE = "application/octet-stream"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_ZIPPED = {
    "word/": f"{_OFFICE}.wordprocessingml.document",
    "xl/": f"{_OFFICE}.spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}.presentationml.presentation",
}
# What the content may be, by what puremagic calls it. Archives are kept unopened.
_KNOWN = {
    **{kind: kind for kind in ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")},
    **{kind: kind for kind in ("image/tiff", "image/heic", "application/pdf")},
    "application/msword": "application/msword",
    "application/x-gzip": "application/gzip",
    "application/gzip": "application/gzip",
    "application/x-7z-compressed": "application/x-7z-compressed",
    "application/x-tar": "application/x-tar",
    "application/vnd.rar": "application/vnd.rar",
    "application/x-rar-compressed": "application/vnd.rar",
}
# Text that a browser would run if it ever got the chance.
_RUNS = (b"<html", b"<!doctype", b"<svg", b"<script", b"<?xml", b"#!", b"<?php")
_HEAD = 64 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Kept:
    """A file on disk: the name it came with, its kind by content, its size and SHA-256 as counted
    by this server, and its random path under `DATA_DIR/files`."""

    name: str
    kind: str
    size_bytes: int
    sha256: str
    path: str


@contextmanager
def keep(file: UploadedFile | None, *, field: str = "file") -> Iterator[Kept]:
    """Keep an uploaded file for the time of a verb; if the verb is refused it is gone again.

    Raises `Incomplete` where there is none, where it is empty, larger than
    `settings.FILE_LARGEST`, or of a kind that is not taken. Its name says nothing of its kind.
    """
    if file is None or not file.size:
        raise _refused(field, _("请选择一个文件；空文件不能作凭证。"))
    if file.size > settings.FILE_LARGEST:
        most = settings.FILE_LARGEST // 1024**2
        raise _refused(field, _("文件超过 %(most)s MB，请压缩或分开上传。") % {"most": most})
    kind = kind_of(file)
    if not kind:
        raise _refused(
            field,
            _("这种文件不收。请上传图片、PDF、文本或日志、Word/Excel/PPT 文档，或把它打成压缩包。"),
        )
    kept = _write(file, kind)
    try:
        yield kept
    except BaseException:
        drop(kept)
        raise


def drop(kept: Kept) -> None:
    """No row took the file: it is not left on the disk."""
    (Path(settings.MEDIA_ROOT) / kept.path).unlink(missing_ok=True)


def kind_of(file: Any) -> str:
    """The MIME type by content, "" where it is not taken. Reads from the start and goes back."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(file)
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    for match in sorted(found, key=lambda one: -one.confidence):
        if match.mime_type in _KNOWN:
            return _KNOWN[match.mime_type]
    return "text/plain" if _is_text(head) else ""


def _zipped(file: Any) -> str:
    """A document of an office program, or an archive; macros make a document an archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    finally:
        file.seek(0)
    if "[Content_Types].xml" in names and not any("vbaproject" in name.lower() for name in names):
        for start, kind in _ZIPPED.items():
            if any(name.startswith(start) for name in names):
                return kind
    return "application/zip"


def _is_text(head: bytes) -> bool:
    """Text or a log, in UTF-8 or GB 18030, without what a browser or a shell would run."""
    if b"\0" in head or head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(_RUNS):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # The head may end within a character.
            text = head[: len(head) - 3] if len(head) == _HEAD else head
            text.decode(encoding, errors="strict" if len(head) < _HEAD else "ignore")
        except UnicodeDecodeError:
            continue
        return not any(byte < 9 or 13 < byte < 27 for byte in head)
    return False


def _write(file: UploadedFile, kind: str) -> Kept:
    """Written and flushed to the disk before any row says that it is there."""
    token = secrets.token_hex(20)
    path = PurePosixPath(token[:2], token)
    whole = Path(settings.MEDIA_ROOT) / path
    whole.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    total, digest = 0, hashlib.sha256()
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in file.chunks():
            total += len(chunk)
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Kept(_name(file.name), kind, total, digest.hexdigest(), str(path))


def _name(given: str | None) -> str:
    """The name for people: no path, nothing unprintable, of bearable length."""
    base = (given or "").replace("\\", "/").rsplit("/", 1)[-1]
    said = "".join(sign for sign in base if sign.isprintable()).strip(" .") or "file"
    if len(said) <= _LONGEST_NAME:
        return said
    stem, dot, ending = said.rpartition(".")
    return f"{stem[:150]}{dot}{ending[:40]}" if dot else said[:_LONGEST_NAME]


def send(path: str, *, name: str, kind: str) -> FileResponse:
    """A kept file as a download; the browser may neither show it nor guess what it is.

    Raises Http404 where it is not on the disk.
    """
    try:
        opened = (Path(settings.MEDIA_ROOT) / path).open("rb")
    except OSError as error:
        raise Http404 from error
    answer = FileResponse(opened, content_type=kind or OPAQUE)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _refused(field: str, sentence: str) -> Incomplete:
    return Incomplete(sentence, fields={field: sentence})
