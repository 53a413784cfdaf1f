"""The floor: a minimal DRF endpoint that inserts one row. Nothing of the product is in it."""

from django.urls import path
from rest_framework import generics, serializers

from bench.models import Row


class RowShape(serializers.ModelSerializer[Row]):
    class Meta:
        model = Row
        fields = ["id", "text", "at"]


class Rows(generics.CreateAPIView[Row]):
    queryset = Row.objects.all()
    serializer_class = RowShape


urlpatterns = [path("rows/", Rows.as_view())]
