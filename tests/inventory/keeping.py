"""Supplies for tests, made by the product's own verbs."""

import itertools
from typing import Any

from inventory import workflow
from inventory.models import Item, Place
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
