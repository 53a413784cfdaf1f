"""How events of the downtime kits read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("kit.build", _("制作应急包"), _("{name}第 {number} 版，依据预案第 {plan} 版；{because}"))
tell("kit.take", _("取出应急包"), _("{name}第 {number} 版"))
tell("kit.put_away", _("放好应急包"), _("{name}第 {number} 版，{holder}保管，放在{place}"))
tell("kit.stale", _("应急包要换新"), _("{name}：{why}"))
tell("kits.begin", _("制作全部应急包"), _("{cause}"))
tell("kits.stale", _("有应急包要换新"), _("{names}"))
