"""The sign at a window: paper cannot change, so it says of when it is and where news stand."""

from django.utils.translation import gettext_lazy as _

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences


@surface("sign", _("窗口张贴"), _("打印后贴在窗口，A4 或 A5"))
def sign(say: Sentences) -> Made:
    kinds = (
        *("correction", "planned", "advice", "where", "emergency", "expected"),
        *("contact", "next_update", "published"),
    )
    return say.heading, say.lines(*kinds), {}
