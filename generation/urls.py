"""Addresses of the studio, below `/studio/`, and of its socket."""

from django.urls import path

from generation import (
    views,
    views_compute,
    views_embeddings,
    views_pictures,
    views_queue,
    views_spec,
)
from generation.consumers import JobConsumer

app_name = "generation"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("jobs/new/", views_spec.new_job, name="new_job"),
    path("pictures/", views_pictures.pictures, name="pictures"),
    path("pictures/<slug:sha256>/", views_pictures.picture, name="picture"),
    path("jobs/new/outlook/", views_spec.outlook, name="outlook"),
    path("jobs/<uuid:job_id>/", views.job, name="job"),
    path("jobs/<uuid:job_id>/cancel/", views.cancel, name="cancel_job"),
    path("jobs/<uuid:job_id>/retry/", views.retry, name="retry_job"),
    path("jobs/<uuid:job_id>/embedding/", views_embeddings.make_embedding, name="make_embedding"),
    path("jobs/<uuid:job_id>/pause/", views_queue.pause, name="pause_job"),
    path("jobs/<uuid:job_id>/resume/", views_queue.resume, name="resume_job"),
    path("jobs/<uuid:job_id>/priority/", views_queue.priority, name="job_priority"),
    path("jobs/<uuid:job_id>/move/", views_queue.move, name="move_job"),
    path("jobs/<uuid:job_id>/row/", views_queue.row, name="job_row"),
    path("queue/", views_queue.queue_page, name="queue"),
    path("renders/<uuid:render_id>/image/", views.image, name="render_image"),
    path("renders/<uuid:render_id>/thumb/", views.thumbnail, name="render_thumb"),
    path("renders/<uuid:render_id>/", views_compute.render_trail, name="render"),
    path("workers/", views_compute.workers, name="workers"),
    path("providers/", views_compute.providers, name="providers"),
]
websocket_urlpatterns = [path("ws/jobs/<uuid:job_id>/", JobConsumer.as_asgi())]
