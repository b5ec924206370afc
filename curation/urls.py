"""Addresses of `curation`."""

from django.urls import URLPattern

app_name = "curation"
urlpatterns: list[URLPattern] = []
websocket_urlpatterns: list[URLPattern] = []
