"""Addresses of `curation`."""

from django.urls import path

from curation import consumers
from curation.views import files, grid, history, review, stack

app_name = "curation"
urlpatterns = [
    path("", review.queue, name="queue"),
    path("stack/", stack.stack, name="stack"),
    path("grid/", grid.grid, name="grid"),
    path("grid/do/", grid.act, {"mode": "grid"}, name="act"),
    path("grid/undo/", grid.undo, {"mode": "grid"}, name="undo_many"),
    path("stack/do/", grid.act, {"mode": "stack"}, name="act"),
    path("stack/undo/", grid.undo, {"mode": "stack"}, name="undo_many"),
    path("undo/", review.undo, name="undo"),
    path("hold/", review.hold_many, name="hold_many"),
    path("counter/", review.counter, name="counter"),
    path("history/", history.history, name="history"),
    path("gates/", review.gates, name="gates"),
    path("<uuid:candidate_id>/", review.candidate, name="candidate"),
    path("<uuid:candidate_id>/about/", review.rail, name="about"),
    path("<uuid:candidate_id>/decide/", review.decide, name="decide"),
    path("<uuid:candidate_id>/escalate/", review.escalate, name="escalate"),
    path("<uuid:candidate_id>/skip/", review.skip, name="skip"),
    path("<uuid:candidate_id>/hold/", review.hold, name="hold"),
    path("<uuid:candidate_id>/image/", files.image, name="image"),
    path("<uuid:candidate_id>/thumb/", files.thumb, name="thumb"),
]
websocket_urlpatterns = [path("ws/review/", consumers.ReviewConsumer.as_asgi())]
