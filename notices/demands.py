"""What patient notices demand at the incident's gates (plan, row P14).

At the clean-up it may be waived by name; the archive takes no incident of which patients still read
that something does not work: nobody would mend that afterwards.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import gates
from incidents.gates import Condition
from incidents.models import Incident
from notices.models import Notice, Posting


@gates.demand(gates.ALL_CLEAR)
@gates.demand(gates.CLEANUP)
@gates.demand(gates.CLOSE)
def notices_ratified(incident: Incident) -> list[Condition]:
    """What went out before its approval has been approved, or taken back, by a second person."""
    waiting = Notice.objects.unratified().filter(incident=incident).order_by("number").first()
    if waiting is None:
        return []
    return [
        Condition(
            "notice_ratified",
            _("紧急发布的患者通知已补批"),
            False,
            _("第 %(number)s 版是先发布的，还没有人补批。") % {"number": waiting.number},
            reverse("notices:incident", args=[incident.pk]),
        )
    ]


@gates.demand(gates.CLEANUP)
def signs_taken_down(incident: Incident) -> list[Condition]:
    """No sign hangs any more that says what is not told now; else the places are named."""
    hanging = Posting.objects.outdated().filter(incident=incident).select_related("place")
    names = "、".join(posting.place.name for posting in hanging)
    if not names:
        return []
    return [
        Condition(
            "signs_down",
            _("张贴的告示已取下"),
            False,
            _("还贴着过时的告示：%(places)s") % {"places": names},
            reverse("notices:incident", args=[incident.pk]) + "#signs",
        )
    ]


@gates.demand(gates.CLEANUP)
@gates.demand(gates.CLOSE)
def notices_ended(incident: Incident) -> list[Condition]:
    """Every public notice of the incident has been ended explicitly."""
    public = Notice.objects.filter(incident=incident, state=Notice.State.PUBLISHED).first()
    label = _("患者通知已结束")
    if public is None:
        return [Condition("notice_ended", label, True)]
    return [
        Condition(
            "notice_ended",
            label,
            False,
            _("患者还在看第 %(number)s 版通知，请先结束它。") % {"number": public.number},
            reverse("notices:incident", args=[incident.pk]),
        )
    ]
