"""How events of supplies read in a timeline."""

from django.utils.translation import gettext_lazy as _

from journal.telling import tell

tell("supply.add", _("登记物资"), _("{what}"))
tell("supply.change", _("修改物资"), _("{changes}"))
tell("supply.drop", _("物资销册"), _("{what}"))
tell("supply.keep", _("物资恢复在册"), _("{what}"))
tell("supply.out_of_service", _("物资停用待修"), _("{what}：{reason}"))
tell("supply.into_service", _("物资恢复可用"), _("{what}：{reason}"))
tell("supply.receive", _("物资入库"), _("{what} {quantity} {unit}，{place}；{reason}"))
tell("supply.write_off", _("物资减少"), _("{what} {kind} {quantity} {unit}：{reason}"))
tell("supply.transfer", _("物资移位"), _("{what} {quantity} {unit}，{origin} → {place}"))
tell("supply.issue", _("发放物资"), _("{lines}；{to}，{purpose}"))
tell("supply.return", _("物资归还"), _("{what}：{outcome}；{who}；{name}，{reason}"))
tell("supply.reserve", _("预留物资"), _("{what} {quantity} {unit}"))
tell("supply.release", _("解除预留"), _("{what}"))
tell("supply.low", _("低于最低库存"), _("{what}只剩 {left} {unit}，最低 {minimum}"))
tell("supply.inspect", _("检查物资"), _("{what}：{passed}；{remark}"))
tell("supply.expiring", _("物资快到期"), _("{what} {batch}，{on}"))
tell("supply.expired", _("物资已过期"), _("{what} {batch}，{on}"))
tell("supply.inspection_due", _("物资该检查了"), _("{what}"))
tell("store.add", _("添加存放地点"), _("{what}"))
tell("store.change", _("修改存放地点"), _("{changes}"))
