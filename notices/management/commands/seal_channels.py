"""`manage.py seal_channels`: after CHANNEL_KEY was changed, seal secrets and addresses anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notices import workflow


class Command(BaseCommand):
    help = "更换 CHANNEL_KEY 之后，用新钥匙重新加密各渠道的密钥和订阅的地址；成功后可以去掉旧钥匙。"

    def handle(self, *args: Any, **options: Any) -> None:
        done, closed = workflow.seal_channels_anew()
        kept, lost = workflow.seal_subscriptions_anew()
        self.stdout.write(f"已用新钥匙重新加密 {done} 个渠道的密钥、{kept} 个订阅的地址。")
        unopened = [f"渠道 {name}" for name in closed]
        if lost:
            unopened.append(f"{lost} 个订阅的地址")
        if unopened:
            raise CommandError("没有一把钥匙能打开：" + "、".join(unopened))
