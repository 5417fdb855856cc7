from django.urls import path

from assessments import api, views
from assessments.rater import views as rater

ONE = "assessments/<slug:visit>/<slug:instrument>/"

urlpatterns = [
    path("assessments/", views.index, name="assessments"),
    path(ONE, views.intro, name="assessment"),
    path(f"{ONE}<int:number>/", views.question, name="assessment_question"),
    path(f"{ONE}<int:number>/support/", views.support, name="assessment_support"),
    path(f"{ONE}check/", views.check, name="assessment_check"),
    path("rater/", rater.index, name="rater"),
    path("rater/<slug:study_id>/<slug:visit>/", rater.rate, name="rate"),
    path(f"api/v1/{ONE}", api.AssessmentView.as_view(), name="api_assessment"),
]
