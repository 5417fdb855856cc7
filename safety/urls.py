from django.urls import path

from safety import views
from safety.not_safe import not_safe

urlpatterns = [
    path("help-now/not-safe/", not_safe, name="not_safe"),
    path("safety/", views.alerts, name="safety"),
    path("safety/<int:alert_id>/", views.alert, name="safety_alert"),
    path("safety/<int:alert_id>/step/", views.step, name="safety_step"),
    path("safety/<int:alert_id>/holds/<int:hold_id>/clear/", views.clear, name="safety_clear_hold"),
    path("safety/rota/", views.rota, name="safety_rota"),
    path("safety/rota/<int:shift_id>/end/", views.rota_end, name="safety_rota_end"),
]
