from django.urls import path, register_converter

from logging_app import api, views
from logging_app.nights import api as nights_api
from logging_app.nights import views as nights
from logging_app.nights.api import MorningConverter

register_converter(MorningConverter, "morning")

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/<uuid:uuid>/", views.entry, name="log_entry"),
    path("log/<uuid:uuid>/change/", views.change, name="log_change"),
    path("log/<uuid:uuid>/take-back/", views.take_back, name="log_take_back"),
    path("history/", views.history, name="history"),
    path("api/v1/workouts/", api.WorkoutList.as_view(), name="api_workouts"),
    path("api/v1/workouts/<uuid:uuid>/", api.WorkoutDetail.as_view(), name="api_workout"),
    path("sleep/", nights.nights, name="nights"),
    path("sleep/<morning:date>/", nights.night, name="night"),
    path("api/v1/sleep/", nights_api.NightList.as_view(), name="api_nights"),
    path("api/v1/sleep/<morning:date>/", nights_api.NightDetail.as_view(), name="api_night"),
]
