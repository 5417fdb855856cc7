"""Addresses of reminders. Those in a message are neutral: they may stand on a lock screen."""

from django.urls import path

from exdep_site.pages import reminders

urlpatterns = [
    path("me/reminders/", reminders.reminders, name="reminders"),
    path("me/reminders/stop/", reminders.stop, name="reminders_stop"),
    path("me/reminders/send-one/", reminders.send_one, name="reminders_send_one"),
    path("me/reminders/phone/", reminders.add_phone, name="reminders_add_phone"),
    path("me/reminders/no-phones/", reminders.remove_phones, name="reminders_no_phones"),
    path("note/<str:key>/", reminders.note, name="note"),
    path("stop/<str:token>/", reminders.stop_by_link, name="stop_reminders"),
]
