from django.urls import path

from assessments.visits import views

urlpatterns = [
    path("", views.day, name="visits"),
    path("<slug:study_id>/", views.person, name="visits_of"),
    path("<slug:study_id>/<slug:visit>/", views.one, name="visit"),
]
