"""Addresses of what proves where a work comes from."""

from django.urls import path

from catalog.views import provenance

urlpatterns = [
    path("art/<slug:slug>/provenance.json", provenance.graph, name="provenance"),
    path("art/<slug:slug>/bom.json", provenance.bom, name="bom"),
    path("bom.json", provenance.house, name="house_bom"),
]
