from django.urls import path

from enrollment.join import views as join

urlpatterns = [
    path("join/", join.by_hand, name="join_by_hand"),
    path("join/done/", join.done, name="join_done"),
    path("join/<str:code>/", join.welcome, name="join"),
    path("join/<str:code>/check/", join.check, name="join_check"),
    path("join/<str:code>/password/", join.password, name="join_password"),
    path("join/<str:code>/pin/", join.pin, name="join_pin"),
]
