"""The certificate of a completion: one sheet of paper, and what its code proves to anybody."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from drills.training.models import Completion
from plans.documents import sheets

_SHEET = Path(__file__).with_name("certificate.typ")


def pdf(row: Completion, site: str) -> bytes:
    """The certificate on A4; the same completion gives the same bytes. `site` is how browsers
    reach the product."""
    return sheets.draw(_SHEET, content(row, site), dated=row.completed_on)


def pictures(row: Completion, site: str) -> list[bytes]:
    """The same as PNG: for looking at it."""
    return sheets.pictures(_SHEET, content(row, site))


def content(row: Completion, site: str) -> dict[str, Any]:
    """What certificate.typ reads."""
    until = _date(row.valid_until) if row.valid_until else _("一直有效")
    department = f"（{row.person.department}）" if row.person.department else ""
    address = site.rstrip("/") + reverse("training:verify", args=[row.token])
    texts = {
        "title": _("培训合格证书"),
        "name": row.person.name,
        "department": department,
        "said": _("完成应急培训课程，成绩合格。")
        if row.course.needs_quiz
        else _("完成应急培训课程。"),
        "course": row.course.name,
        "facts": [
            [_("完成日期"), _date(row.completed_on)],
            [_("有效期至"), until],
            [_("证书编号"), row.number],
        ],
        "hospital": settings.HOSPITAL_NAME,
        "scan": _("扫码验证真伪"),
    }
    drawing = sheets.qr(address).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return {"texts": sheets.fitted(texts), "qr": drawing}


def masked(name: str) -> str:
    """A name for strangers: its first sign, the rest hidden."""
    return name[:1] + "＊" * max(1, len(name) - 1)


def _date(day: Any) -> str:
    return _("%(year)s年%(month)s月%(day)s日") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }
