"""An empty DOCX of our own, and how it is written so that the same content gives the same bytes."""

import datetime
import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document as new_file
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE as REL
from docx.oxml import parse_xml

from plans.documents.cleaning import one_line
from plans.documents.content import Document

_HERE = Path(__file__).parent
# Where nothing says otherwise. The zip format knows no time before 1980.
_NO_DAY = datetime.date(2000, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# What the library's template brings along and we have no use for.
_NEEDLESS = ("stylesWithEffects", "webSettings", "customXml", "thumbnail", "numbering", "theme")


def new(document: Document) -> WordFile:
    """A file with our styles, fonts and settings, and the document's properties."""
    file = new_file()
    for owner in (file.part, file.part.package):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.endswith(_NEEDLESS):
                del owner.rels[key]
    for kind, name in ((REL.STYLES, "styles.xml"), (REL.SETTINGS, "settings.xml")):
        part: Any = file.part.part_related_by(kind)
        part._element = parse_xml((_HERE / name).read_bytes())
    fonts: Any = file.part.part_related_by(REL.FONT_TABLE)
    fonts._blob = (_HERE / "fonts.xml").read_bytes()
    _describe(file, document)
    return file


def _describe(file: WordFile, document: Document) -> None:
    day = document.dated or _NO_DAY
    at = datetime.datetime(day.year, day.month, day.day)  # noqa: DTZ001 (the library wants it so)
    known = file.core_properties
    known.title = one_line(document.mark + document.title)[:255]
    known.author = known.last_modified_by = one_line(document.organisation)[:255]
    known.subject = one_line(document.subtitle)[:255]
    known.keywords = known.comments = known.category = ""
    known.language = "zh-CN"
    known.created = known.modified = at
    known.revision = 1


def saved(file: WordFile) -> bytes:
    """The file's bytes; every member of the archive bears the same time, never the clock's."""
    written = io.BytesIO()
    file.save(written)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 3
            archive.writestr(member, source.read(name))
    return out.getvalue()
