from django.urls import path

from logging_app import api, views

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/<uuid:uuid>/", views.entry, name="log_entry"),
    path("log/<uuid:uuid>/change/", views.change, name="log_change"),
    path("log/<uuid:uuid>/take-back/", views.take_back, name="log_take_back"),
    path("history/", views.history, name="history"),
    path("api/v1/workouts/", api.WorkoutList.as_view(), name="api_workouts"),
    path("api/v1/workouts/<uuid:uuid>/", api.WorkoutDetail.as_view(), name="api_workout"),
]
