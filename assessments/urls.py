from django.urls import include, path

from assessments import api, views
from assessments.clinic import views as clinic

ONE = "assessments/<slug:visit>/<slug:instrument>/"

urlpatterns = [
    path("assessments/", views.index, name="assessments"),
    path(ONE, views.intro, name="assessment"),
    path(f"{ONE}<int:number>/", views.question, name="assessment_question"),
    path(f"{ONE}<int:number>/support/", views.support, name="assessment_support"),
    path(f"{ONE}<int:number>/waits/", views.question_waits, name="assessment_question_waits"),
    path(f"{ONE}check/", views.check, name="assessment_check"),
    path(f"{ONE}check/waits/", views.check_waits, name="assessment_check_waits"),
    path("clinic/link/<slug:study_id>/", clinic.links, name="clinic_links"),
    path("clinic/open/<str:token>/", clinic.open_link, name="clinic_open"),
    path("clinic/stop/", clinic.stop, name="clinic_stop"),
    path("clinic/thanks/", clinic.thanks, name="clinic_thanks"),
    path("rater/", include("assessments.rater.urls")),
    path("visits/", include("assessments.visits.urls")),
    path(f"api/v1/{ONE}", api.AssessmentView.as_view(), name="api_assessment"),
]
