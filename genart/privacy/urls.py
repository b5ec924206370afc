"""Addresses of a person's own data, below the account."""

from django.urls import path

from genart.privacy import views

app_name = "privacy"
urlpatterns = [
    path("", views.own_data, name="own_data"),
    path("export/", views.ask_export, name="ask_export"),
    path("export/<uuid:request_id>/", views.export, name="export"),
    path("erasure/", views.ask_erasure, name="ask_erasure"),
    path("erasure/cancel/", views.cancel_erasure, name="cancel_erasure"),
]
