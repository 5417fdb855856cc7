from django.urls import path

from safety import events_views as events
from safety import views
from safety.not_safe import not_safe
from safety.pause_views import study_pause, study_pause_end
from safety.report_views import report

urlpatterns = [
    path("help-now/not-safe/", not_safe, name="not_safe"),
    path("safety/", views.alerts, name="safety"),
    path("safety/<int:alert_id>/", views.alert, name="safety_alert"),
    path("safety/<int:alert_id>/step/", views.step, name="safety_step"),
    path("safety/<int:alert_id>/holds/<int:hold_id>/clear/", views.clear, name="safety_clear_hold"),
    path("safety/rota/", views.rota, name="safety_rota"),
    path("safety/rota/<int:shift_id>/end/", views.rota_end, name="safety_rota_end"),
    path("safety/events/", events.events, name="safety_events"),
    path("safety/events/<int:event_id>/", events.event, name="safety_event"),
    path("safety/events/<int:event_id>/assess/", events.assess, name="safety_event_assess"),
    path("safety/events/<int:event_id>/step/", events.event_step, name="safety_event_step"),
    path("safety/report/", report, name="safety_report"),
    path("safety/pause/", study_pause, name="safety_pause"),
    path("safety/pause/<int:study_pause_id>/end/", study_pause_end, name="safety_pause_end"),
]
