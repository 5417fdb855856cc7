from django.urls import path

from estimates import api, views

urlpatterns = [
    path("estimate/", views.estimate, name="estimate"),
    path("api/v1/estimates/", api.EstimateList.as_view(), name="api_estimates"),
]
