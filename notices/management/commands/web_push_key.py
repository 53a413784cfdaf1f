"""`manage.py web_push_key`: a new key for the channel 浏览器推送."""

from typing import Any

from django.core.management.base import BaseCommand

from notices.channels import web_push


class Command(BaseCommand):
    help = "生成浏览器推送的签名密钥，填到告警渠道「浏览器推送」里；只显示这一次。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(web_push.new_key())
