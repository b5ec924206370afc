"""Addresses of the studio, below `/studio/`, and of its socket."""

from django.urls import path

from generation import views
from generation.consumers import JobConsumer

app_name = "generation"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("jobs/new/", views.new_job, name="new_job"),
    path("jobs/<uuid:job_id>/", views.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", views.cancel, name="cancel_job"),
    path("jobs/<uuid:job_id>/retry/", views.retry, name="retry_job"),
    path("renders/<uuid:render_id>/image/", views.image, name="render_image"),
    path("renders/<uuid:render_id>/thumb/", views.thumbnail, name="render_thumb"),
    path("workers/", views.workers, name="workers"),
]
websocket_urlpatterns = [path("ws/jobs/<uuid:job_id>/", JobConsumer.as_asgi())]
