from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0015_words_in_one_piece")]

    operations = [
        migrations.AddField(
            model_name="subscription",
            name="kind",
            field=models.CharField(
                choices=[("email", "邮件"), ("push", "浏览器推送")],
                default="email",
                max_length=5,
                verbose_name="方式",
            ),
        ),
        migrations.AlterModelOptions(
            name="subscription",
            options={
                "ordering": ["pk"],
                "verbose_name": "订阅",
                "verbose_name_plural": "订阅",
            },
        ),
    ]
