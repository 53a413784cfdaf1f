"""The one table of the floor. Its settings install this app; the product's do not."""

from django.db import models


class Row(models.Model):
    text = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bench"
        managed = False
        db_table = "bench_row"
