"""`manage.py seed_demo`: a demo hospital for an empty database."""

from typing import Any

from django.core.management.base import BaseCommand

from ops import demo


class Command(BaseCommand):
    help = "为空数据库建立示范医院和示例预案；已有数据时什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("示范医院已建立。" if demo.seed() else "已有数据，未做任何改动。")
