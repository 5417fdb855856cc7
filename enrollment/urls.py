from django.urls import path

from enrollment.consent import views as consent
from enrollment.join import views as join
from enrollment.screening import views as screening

urlpatterns = [
    path("screening/", screening.own_half, name="screening"),
    path("join/", join.by_hand, name="join_by_hand"),
    path("join/done/", join.done, name="join_done"),
    path("join/<str:code>/", join.welcome, name="join"),
    path("join/<str:code>/check/", join.check, name="join_check"),
    path("join/<str:code>/password/", join.password, name="join_password"),
    path("join/<str:code>/pin/", join.pin, name="join_pin"),
    path("consent/", consent.overview, name="consent"),
    path("consent/read/<int:number>/", consent.read, name="consent_read"),
    path("consent/check/", consent.check, name="consent_check"),
    path("consent/choices/", consent.choices, name="consent_choices"),
    path("consent/sign/", consent.sign, name="consent_sign"),
    path("consent/copy/<int:pk>/", consent.copy, name="consent_copy"),
]
