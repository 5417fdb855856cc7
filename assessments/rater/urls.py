"""The rater's room. Addresses with a fixed word stand before those of a visit."""

from django.urls import path

from assessments.rater import agreeing, views

VISIT = "<slug:study_id>/<slug:visit>/"

urlpatterns = [
    path("", views.index, name="rater"),
    path("agreement/", agreeing.agreement, name="rater_agreement"),
    path("differences/<int:pair_id>/", agreeing.difference, name="rater_difference"),
    path("differences/<int:pair_id>/confirm/", agreeing.confirm, name="rater_confirm"),
    path("<slug:study_id>/heard/", views.heard, name="rater_heard"),
    path(VISIT, views.rate, name="rate"),
    path(f"{VISIT}sign/", views.sign, name="rate_sign"),
    path(f"{VISIT}correct/", views.correct, name="rate_correct"),
    path(f"{VISIT}give-back/", views.give_back, name="rate_give_back"),
    path(f"{VISIT}guess/", views.guess, name="rate_guess"),
]
