from django.db import migrations


def open_the_product_to_everybody(apps, schema_editor):
    """Everybody who was here before contact points reads alerts in the product itself."""
    person = apps.get_model("teams", "Person")
    point = apps.get_model("teams", "ContactPoint")
    point.objects.bulk_create(
        point(person_id=pk, kind="in_app", position=1)
        for pk in person.objects.order_by("pk").values_list("pk", flat=True)
    )


class Migration(migrations.Migration):
    dependencies = [("teams", "0002_contacts_and_groups")]

    operations = [
        migrations.RunPython(open_the_product_to_everybody, migrations.RunPython.noop),
    ]
