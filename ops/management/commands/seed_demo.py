"""`manage.py seed_demo`: a demo hospital for an empty database."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ops import demo


class Command(BaseCommand):
    help = "为空数据库建立示范医院和示例预案；已有数据时什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        made = demo.seed(story=settings.DEMO_STORY)
        self.stdout.write("示范医院已建立。" if made else "已有数据，未做任何改动。")
