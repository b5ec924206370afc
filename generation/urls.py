"""Addresses of `generation`."""

from django.urls import URLPattern

app_name = "generation"
urlpatterns: list[URLPattern] = []
websocket_urlpatterns: list[URLPattern] = []
