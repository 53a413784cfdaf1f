"""Labels with a QR code: scanned, it opens the page of the item or place."""

import segno
from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe


def code(address: str, *, border: int = 2) -> SafeString:
    """The address as an SVG that takes the size of its box; readable with a scratch on it.

    `border`: its quiet zone in modules; more than two where what is around it may be dark.
    """
    drawn = segno.make(address, error="q", micro=False)
    # Made of numbers and fixed words only, whatever the address says.
    return mark_safe(drawn.svg_inline(border=border, omitsize=True, dark="#000", light="#fff"))  # noqa: S308


def absolute(request: HttpRequest, path: str) -> str:
    """Where a phone finds the page: the product's own address, else that of this request."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL}{path}"
    return request.build_absolute_uri(path)
