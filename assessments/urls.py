from django.urls import include, path

from assessments import api, views

ONE = "assessments/<slug:visit>/<slug:instrument>/"

urlpatterns = [
    path("assessments/", views.index, name="assessments"),
    path(ONE, views.intro, name="assessment"),
    path(f"{ONE}<int:number>/", views.question, name="assessment_question"),
    path(f"{ONE}<int:number>/support/", views.support, name="assessment_support"),
    path(f"{ONE}check/", views.check, name="assessment_check"),
    path("rater/", include("assessments.rater.urls")),
    path(f"api/v1/{ONE}", api.AssessmentView.as_view(), name="api_assessment"),
]
