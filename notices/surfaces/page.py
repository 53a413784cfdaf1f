"""The public page (服务状态): everything that is known, in the order in which patients ask."""

from django.utils.translation import gettext_lazy as _

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences

ORDER = (
    *("correction", "emergency", "planned", "advice", "where", "since", "expected"),
    *("contact", "next_update", "published"),
)


@surface("page", _("公开页"), _("患者在手机上看到的服务状态页"))
def page(say: Sentences) -> Made:
    return say.heading, say.lines(*ORDER), {}
