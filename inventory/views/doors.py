"""Which form opens which verb of an item, and what the person is told will happen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory import workflow
from inventory.forms import deeds
from inventory.forms.inspecting import InspectForm
from inventory.models import Item
from inventory.stock import Stock


@dataclass(frozen=True)
class Door:
    """One verb's page. `fits`: may it be done with the item as it is?"""

    label: str | Promise
    form: type[deeds.DeedForm]
    do: Callable[..., Any]
    happens: tuple[str | Promise, ...]
    icon: str
    fits: Callable[[Item, Stock], bool] = lambda item, stock: item.is_active


def _some_there(item: Item, stock: Stock) -> bool:
    return item.is_active and stock.total > 0


def _lend(_pk: int, **facts: Any) -> Any:
    return workflow.lend(**facts)


DOORS: dict[str, Door] = {
    "lend": Door(
        _("领用"),
        deeds.LendForm,
        _lend,
        (_("库存立即减少，先过期的先发。"), _("在「借出」里等待归还。")),
        "hand-helping",
        lambda item, stock: item.is_ready and stock.free > 0,
    ),
    "receive": Door(
        _("入库"), deeds.ReceiveForm, workflow.receive, (_("库存立即增加。"),), "package-plus"
    ),
    "inspect": Door(
        _("检查"),
        InspectForm,
        workflow.inspect,
        (
            _("全部合格：可以领用，下次检查时间顺延一个周期。"),
            _("有一项不合格：停用待修，修好之前不能领用。"),
        ),
        "clipboard-check",
    ),
    "write_off": Door(
        _("登记减少"),
        deeds.WriteOffForm,
        workflow.write_off,
        (_("库存立即减少，原因写入记录，不能撤销。"),),
        "package-minus",
        _some_there,
    ),
    "transfer": Door(
        _("换地点"),
        deeds.TransferForm,
        workflow.transfer,
        (_("总数不变，批号和有效期跟着走。"),),
        "move-right",
        _some_there,
    ),
    "put_out_of_service": Door(
        _("停用待修"),
        deeds.StatusForm,
        workflow.put_out_of_service,
        (_("修好之前不能领用。"),),
        "ban",
        lambda item, stock: item.is_ready,
    ),
    "put_into_service": Door(
        _("恢复可用"),
        deeds.StatusForm,
        workflow.put_into_service,
        (_("马上可以领用。"),),
        "circle-check",
        lambda item, stock: item.is_active and not item.is_ready,
    ),
}
