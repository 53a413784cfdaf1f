"""Supplies for tests, made by the product's own verbs."""

import itertools
from decimal import Decimal
from typing import Any

from inventory import workflow
from inventory.models import Fund, Item, Place, Supplier
from tests import make

_number = itertools.count(1)


def keeper():
    return make.person("logistics")


def place(name: str = "") -> Place:
    return workflow.add_place(by=keeper(), name=name or f"库房 {next(_number)}")


def item(stock: int = 0, **facts: Any) -> Item:
    """An item with so many of it in a place of its own."""
    facts = {
        "name": f"手电 {next(_number)}",
        "unit": "个",
        "category": "technical",
        "place": facts.pop("place", None) or place(),
    } | facts
    made = workflow.add_item(by=keeper(), **facts)
    if stock:
        workflow.receive(made.pk, by=keeper(), quantity=stock, place=made.place)
    return made


def lend(made: Item, quantity: int = 1, **facts: Any):
    facts = {"by": keeper(), "purpose": workflow.Purpose("巡检"), "taker": "金师傅"} | facts
    return workflow.lend([workflow.Wanted(made.pk, quantity)], **facts)


def fund(balance: int = 5000, **facts: Any) -> Fund:
    made = workflow.open_fund(by=keeper(), name=f"备用金 {next(_number)}", **facts)
    if balance:
        workflow.deposit(made.pk, by=keeper(), amount=Decimal(balance), reason="年度拨款")
    return made


def payment(amount: int = 2000, kind: str = "expense", of: Fund | None = None, **facts: Any):
    """Money that logistics' head asked for; above 1000 it waits for a second person."""
    facts = {"payee": "金师傅", "purpose": workflow.Purpose("买水")} | facts
    made = of or fund()
    return workflow.pay(made.pk, by=keeper(), kind=kind, amount=Decimal(amount), **facts)


def receipt_keys() -> dict[str, int]:
    """A payment with a receipt that has a file, by their keys."""
    paid = payment(300, kind="advance")
    made = workflow.add_receipt(
        paid.pk,
        by=keeper(),
        number="A1",
        amount=Decimal(100),
        what="饮用水",
        file=make.upload(b"%PDF-1.7\n%x", "a.pdf"),
    )
    file = made.files.get()
    return {"payment_with_receipt": paid.pk, "paid_receipt": made.pk, "receipt_file": file.pk}


def supplier(**facts: Any) -> Supplier:
    facts = {"name": f"服务商 {next(_number)}", "kind": "service", "hotline": "8999"} | facts
    return workflow.add_supplier(by=keeper(), **facts)


def count(of: Item):
    return workflow.start_count(of.place_id, by=keeper())


def inspection(of: Item):
    return workflow.inspect(of.pk, by=keeper(), passed=True)
