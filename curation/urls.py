"""Addresses of `curation`."""

from django.urls import path

from curation import consumers
from curation.views import (
    brands,
    claims,
    criteria,
    dashboard,
    files,
    gates,
    grid,
    history,
    review,
    stack,
)

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
    path("gates/", gates.gates, name="gates"),
    path("gates/<int:gate_id>/promote/", gates.promote, name="promote_gate"),
    path("gates/<int:gate_id>/suspend/", gates.suspend, name="suspend_gate"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("brands/", brands.index, name="brands"),
    path("brands/<slug:slug>/", brands.brand, name="brand"),
    path("brands/<slug:slug>/refit/", brands.refit, name="refit"),
    path("brands/<slug:slug>/adoption/", brands.adoption, name="adoption"),
    path("brands/<slug:slug>/heads/<int:version>/", brands.activate, name="activate_head"),
    path("brands/<slug:slug>/criteria/new/", criteria.new_criterion, name="new_criterion"),
    path("brands/<slug:slug>/criteria/<int:pk>/", criteria.criterion, name="criterion"),
    path(
        "brands/<slug:slug>/criteria/<int:pk>/do/",
        criteria.change_criterion,
        name="change_criterion",
    ),
    path("brands/<slug:slug>/criteria/<int:pk>/add/", criteria.add_picture, name="add_picture"),
    path(
        "brands/<slug:slug>/criteria/<int:pk>/remove/",
        criteria.remove_picture,
        name="remove_picture",
    ),
    path("brands/pictures/<str:kind>/<int:pk>/", criteria.picture, name="criterion_picture"),
    path("claims/", claims.index, name="claims"),
    path("claims/new/", claims.new_claim, name="new_claim"),
    path("claims/<uuid:claim_id>/", claims.claim, name="claim"),
    path("claims/<uuid:claim_id>/list.csv", claims.claim_csv, name="claim_csv"),
    path("claims/<uuid:claim_id>/lift/", claims.lift, name="lift_claim"),
    path("<uuid:candidate_id>/", review.candidate, name="candidate"),
    path("<uuid:candidate_id>/about/", review.rail, name="about"),
    path("<uuid:candidate_id>/decide/", review.decide, name="decide"),
    path("<uuid:candidate_id>/escalate/", review.escalate, name="escalate"),
    path("<uuid:candidate_id>/skip/", review.skip, name="skip"),
    path("<uuid:candidate_id>/hold/", review.hold, name="hold"),
    path("<uuid:candidate_id>/image/", files.image, name="image"),
    path("<uuid:candidate_id>/found/<int:flag_id>/", files.found, name="found"),
    path("<uuid:candidate_id>/thumb/", files.thumb, name="thumb"),
]
websocket_urlpatterns = [path("ws/review/", consumers.ReviewConsumer.as_asgi())]
