"""`manage.py measure_all`: the figures' times of all incidents, written anew."""

from typing import Any

from django.core.management.base import BaseCommand

from reviews.figures.keeping import measure_all


class Command(BaseCommand):
    help = (
        "Measure all incidents anew for the figures; needed after a change of the holiday table, "
        "of OFFICE_HOURS or TIME_ZONE, which decide what was night."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{measure_all()} incidents measured")
