from django.urls import path

from logging_app.paper import views

urlpatterns = [
    path("<slug:study_id>/", views.paper, name="paper"),
    path("<slug:study_id>/workout/", views.workout, name="paper_workout"),
    path("<slug:study_id>/workout/<uuid:uuid>/", views.workout, name="paper_workout_again"),
    path("<slug:study_id>/night/", views.night, name="paper_night"),
    path("<slug:study_id>/check-in/", views.check_in, name="paper_check_in"),
]
