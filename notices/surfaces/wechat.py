"""The WeChat text: for the hospital's account and for groups; a group's robot takes 2048 bytes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.surfaces.registry import Made, surface
from notices.surfaces.sentences import Sentences

MOST = 2048


@surface("wechat", gettext_lazy("微信文字"), gettext_lazy("公众号推送或微信群里直接粘贴"))
def wechat(say: Sentences) -> Made:
    heading = _("%(hospital)s服务通知") % {"hospital": say.told.hospital}
    kinds = (
        *("affected", "correction", "planned", "advice", "where", "emergency"),
        *("expected", "next_update", "contact"),
    )
    lines = say.lines(*kinds)
    if say.is_closed:
        heading = f"{heading}：{say.heading}"
    size = len("\n".join([heading, *(line.text for line in lines if line.text)]).encode())
    return heading, lines, {"bytes": size, "most": MOST}
