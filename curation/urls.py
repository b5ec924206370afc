"""Addresses of `curation`."""

from django.urls import path

from curation import consumers, views

app_name = "curation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("undo/", views.undo, name="undo"),
    path("counter/", views.counter, name="counter"),
    path("history/", views.history, name="history"),
    path("gates/", views.gates, name="gates"),
    path("<uuid:candidate_id>/", views.candidate, name="candidate"),
    path("<uuid:candidate_id>/decide/", views.decide, name="decide"),
    path("<uuid:candidate_id>/skip/", views.skip, name="skip"),
    path("<uuid:candidate_id>/hold/", views.hold, name="hold"),
    path("<uuid:candidate_id>/image/", views.image, name="image"),
    path("<uuid:candidate_id>/thumb/", views.thumb, name="thumb"),
]
websocket_urlpatterns = [path("ws/review/", consumers.ReviewConsumer.as_asgi())]
