from django.urls import path, register_converter

from logging_app import api, views
from logging_app.checkins import api as check_ins_api
from logging_app.checkins import views as check_ins
from logging_app.nights import api as nights_api
from logging_app.nights import views as nights
from logging_app.nights.api import MorningConverter
from logging_app.photos import views as photos
from logging_app.readiness import api as readiness_api
from logging_app.readiness import views as readiness

register_converter(MorningConverter, "morning")

urlpatterns = [
    path("log/", views.log, name="log"),
    path("log/start/", readiness.start, name="log_start"),
    path("log/running/", readiness.running, name="log_running"),
    path("log/ready/<uuid:uuid>/", readiness.ready, name="log_ready"),
    path("log/<uuid:uuid>/", views.entry, name="log_entry"),
    path("log/<uuid:uuid>/change/", views.change, name="log_change"),
    path("log/<uuid:uuid>/take-back/", views.take_back, name="log_take_back"),
    path("log/<uuid:uuid>/session/", views.session, name="log_session"),
    path("log/<uuid:uuid>/photo/", photos.photo, name="log_photo"),
    path("log/<uuid:uuid>/photo/remove/", photos.remove, name="log_photo_remove"),
    path("history/", views.history, name="history"),
    path("api/v1/workouts/", api.WorkoutList.as_view(), name="api_workouts"),
    path("api/v1/workouts/<uuid:uuid>/", api.WorkoutDetail.as_view(), name="api_workout"),
    path(
        "api/v1/readiness/<uuid:uuid>/",
        readiness_api.ReadinessDetail.as_view(),
        name="api_readiness",
    ),
    path("sleep/", nights.nights, name="nights"),
    path("sleep/<morning:date>/", nights.night, name="night"),
    path("check-in/", check_ins.check_ins, name="check_ins"),
    path("check-in/<morning:due>/", check_ins.check_in, name="check_in"),
    path("api/v1/check-ins/", check_ins_api.CheckInList.as_view(), name="api_check_ins"),
    path(
        "api/v1/check-ins/<morning:due>/",
        check_ins_api.CheckInDetail.as_view(),
        name="api_check_in",
    ),
    path("api/v1/sleep/", nights_api.NightList.as_view(), name="api_nights"),
    path("api/v1/sleep/<morning:date>/", nights_api.NightDetail.as_view(), name="api_night"),
]
