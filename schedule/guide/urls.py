from django.urls import path

from schedule.guide import views

urlpatterns = [
    path("exercises/", views.exercises, name="exercises"),
    path("exercises/<slug:code>/", views.exercise, name="exercise"),
    path("moving/", views.moving, name="moving"),
    path("when-to-stop/", views.when_to_stop, name="when_to_stop"),
]
