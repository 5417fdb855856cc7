from django.urls import path

from exdep_site.pages import calendar, plan_print, week

urlpatterns = [
    path("today/not-today/", week.not_today, name="not_today"),
    path("today/after-all/", week.after_all, name="today_after_all"),
    path("week/", week.week, name="week"),
    path("week/pause/", week.pause, name="week_pause"),
    path("week/pause/<int:pause_id>/end/", week.end_pause, name="week_pause_end"),
    path("plan/", plan_print.plan, name="plan"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/revoke/", calendar.revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", calendar.file, name="calendar_file"),
]
