"""The supplies of the demo hospital, through the verbs of their own room."""

import datetime
from decimal import Decimal
from pathlib import Path

import yaml
from django.utils import timezone

import inventory.workflow
from teams.models import Person

_SUPPLIES = Path(__file__).with_name("demo_supplies.yaml")


def stock_up() -> None:
    """Places, items and a first stock of each, in the transaction that seeds the hospital."""
    supplies = yaml.safe_load(_SUPPLIES.read_text(encoding="utf-8"))
    people = {person.username: person for person in Person.objects.all()}
    today = timezone.localdate()
    places = {}
    for name, (where, keeper, phone) in supplies["places"].items():
        places[name] = inventory.workflow.add_place(
            by=None, name=name, where=where, keeper=people[keeper], phone=phone
        )
    for name, (place, category, unit, stock, minimum, *more) in supplies["items"].items():
        facts = dict(more[0]) if more else {}
        batches = facts.pop("batches", {})
        if "last_inspected_on" in facts:
            days_ago = datetime.timedelta(days=facts["last_inspected_on"])
            facts["last_inspected_on"] = today - days_ago
        item = inventory.workflow.add_item(
            by=None,
            name=name,
            unit=unit,
            category=category,
            minimum=minimum,
            place=places[place],
            keeper=places[place].keeper,
            phone=places[place].phone,
            **facts,
        )
        for quantity, days in (*batches.items(), (stock - sum(batches), None)):
            if quantity:
                inventory.workflow.receive(
                    item.pk,
                    by=None,
                    quantity=quantity,
                    place=places[place],
                    expires_on=None if days is None else today + datetime.timedelta(days=days),
                    reason="期初",
                )
    for name, (balance, limit, keeper) in supplies["funds"].items():
        fund = inventory.workflow.open_fund(
            by=None, name=name, two_person_above=Decimal(limit), keeper=people[keeper]
        )
        inventory.workflow.deposit(fund.pk, by=None, amount=Decimal(balance), reason="年度拨款")
    for name, told in supplies["suppliers"].items():
        hotline, contact, answers_for, number, days, minutes = told
        inventory.workflow.add_supplier(
            by=None,
            name=name,
            kind="service",
            hotline=hotline,
            contact=contact,
            answers_for="\n".join(answers_for),
            contract_number=number,
            contract_from=today - datetime.timedelta(days=365 - days),
            contract_to=today + datetime.timedelta(days=days),
            response_minutes=minutes,
        )
