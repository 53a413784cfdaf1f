"""The demo hospital has a fault under review and one archived with measures owed."""

import pytest

from inventory.models import Payment
from reviews import demo
from reviews.models import ActionItem, Review
from tests import make

pytestmark = pytest.mark.django_db


def test_a_newcomer_sees_a_review_and_measures():
    make.hospital()
    demo.tell()
    assert sorted(Review.objects.values_list("state", flat=True)) == ["draft", "received"]
    assert ActionItem.objects.open().count() == 2
    paid, asked = Payment.objects.order_by("pk")
    assert (paid.state, asked.state) == ("settled", "asked")
    assert paid.receipts.get().files.get().kind == "application/pdf"
    called = Review.objects.get(state="draft")
    assert called.participants.filter(answer="coming").count() == 1
    assert called.whys.filter(is_root=True).count() == 1
