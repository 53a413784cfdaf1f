"""The English version of the public page, as the hospital wrote it or in sentences that hold."""

from django.utils.translation import gettext_lazy as _

from notices.surfaces.page import page
from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences


@surface("english", _("英文版"), _("给外籍患者；没有写英文的地方用通用句"), only="en")
def english(say: Sentences) -> Made:
    return page(say)
