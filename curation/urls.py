"""Addresses of `curation`."""

from django.urls import path

from curation import consumers
from curation.views import review

app_name = "curation"
urlpatterns = [
    path("", review.queue, name="queue"),
    path("undo/", review.undo, name="undo"),
    path("counter/", review.counter, name="counter"),
    path("history/", review.history, name="history"),
    path("gates/", review.gates, name="gates"),
    path("<uuid:candidate_id>/", review.candidate, name="candidate"),
    path("<uuid:candidate_id>/decide/", review.decide, name="decide"),
    path("<uuid:candidate_id>/skip/", review.skip, name="skip"),
    path("<uuid:candidate_id>/hold/", review.hold, name="hold"),
    path("<uuid:candidate_id>/image/", review.image, name="image"),
    path("<uuid:candidate_id>/thumb/", review.thumb, name="thumb"),
]
websocket_urlpatterns = [path("ws/review/", consumers.ReviewConsumer.as_asgi())]
