"""Addresses of wishes: asked for, confirmed, forgotten."""

from django.urls import path

from catalog.views import wishes

urlpatterns = [
    path("wishes/", wishes.ask, name="wish_ask"),
    path("wishes/<int:pk>/drop/", wishes.drop, name="wish_drop"),
    path("wishes/<str:secret>/", wishes.confirm, name="wish"),
]
