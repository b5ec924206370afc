"""Where each address leads."""

from django.contrib import admin
from django.urls import include, path

from genart import health
from genart.accounts.views.entering import admin_sign_in
from genart.api import api
from genart.lib.languages import in_languages

handler404 = "catalog.views.missing.not_found"
handler500 = "genart.unavailable.server_error"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("statusz", health.statusz, name="statusz"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("admin/login/", admin_sign_in, name="admin_sign_in"),
    path("admin/", admin.site.urls),
    in_languages(
        path("accounts/data/", include("genart.privacy.urls")),
        path("accounts/", include("genart.accounts.urls")),
    ),
    path("studio/", include("generation.urls")),
    path("review/", include("curation.urls")),
    path("", include("catalog.urls")),
]
