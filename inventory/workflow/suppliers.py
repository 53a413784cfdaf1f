"""Verbs of suppliers and service providers."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Supplier
from inventory.workflow.gate import insist_keeps, refuse, said
from journal.moving import check_version
from journal.recording import record
from teams.workflow.told import apply


@transaction.atomic
def add_supplier(*, by: Any, **facts: Any) -> Supplier:
    """A new supplier or service provider."""
    insist_keeps(by)
    supplier = Supplier()
    _describe(supplier, {"name": "", "hotline": ""} | facts)
    supplier.save()
    record(supplier.stream, "supplier.add", by=by, facts={"what": str(supplier)})
    return supplier


@transaction.atomic
def change_supplier(pk: int, *, by: Any, version: int | None = None, **facts: Any) -> Supplier:
    """Another hotline, a renewed contract; or out of use (`is_active`)."""
    insist_keeps(by)
    supplier = Supplier.objects.select_for_update(no_key=True).get(pk=pk)
    check_version(supplier, version)
    changes = _describe(supplier, facts)
    if changes:
        supplier.version += 1
        supplier.save()
        told = {"what": str(supplier), "changes": changes}
        record(supplier.stream, "supplier.change", by=by, facts=told)
    return supplier


def _describe(supplier: Supplier, facts: dict[str, Any]) -> list[str]:
    for name, sentence in (("name", _("请填写名称。")), ("hotline", _("请填写热线电话。"))):
        if name in facts:
            facts[name] = said(facts[name], name, sentence)
    name = facts.get("name", supplier.name)
    if Supplier.objects.exclude(pk=supplier.pk).filter(name=name).exists():
        refuse("name", _("已经有「%(name)s」。") % {"name": name})
    begins = facts.get("contract_from", supplier.contract_from)
    ends = facts.get("contract_to", supplier.contract_to)
    if begins and ends and ends < begins:
        refuse("contract_to", _("到期日早于开始日。"))
    return apply(supplier, facts)
