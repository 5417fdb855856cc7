"""Addresses below `/instructor/`."""

from django.urls import path

from exdep_site.pages.instructor import (
    assess,
    conduct,
    person,
    prescribe,
    proposals,
    roster,
    supervision,
)

ONE = "<slug:study_id>/"

urlpatterns = [
    path("", roster.roster, name="instructor"),
    path("take-on/", roster.take_on, name="instructor_take_on"),
    path("proposals/", proposals.proposals, name="instructor_proposals"),
    path("sheet/", supervision.sheet, name="instructor_sheet"),
    path("sheet/<uuid:uuid>/", supervision.sheet_done, name="instructor_sheet_done"),
    path("cover/", conduct.cover, name="instructor_cover"),
    path("cover/<int:cover_id>/end/", conduct.end_cover, name="instructor_cover_end"),
    path(ONE, person.person, name="instructor_person"),
    path(f"{ONE}assess/", assess.assess, name="instructor_assess"),
    path(f"{ONE}plan/", prescribe.plan, name="instructor_plan"),
    path(f"{ONE}note/", conduct.note, name="instructor_note"),
    path(f"{ONE}contact/", conduct.contact, name="instructor_contact"),
    path(f"{ONE}pause/", conduct.pause, name="instructor_pause"),
    path(f"{ONE}pause/<int:pause_id>/end/", conduct.end_pause, name="instructor_pause_end"),
    path(f"{ONE}sessions/<uuid:uuid>/photo/", person.photo, name="instructor_photo"),
    path(f"{ONE}sessions/<uuid:uuid>/sign/", supervision.sign, name="instructor_sign"),
]
