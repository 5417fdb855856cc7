"""Who gets what: every address of the site, as everyone, in one table.

A line at the margin is a class of addresses that answer alike, with the status that each person
gets; the indented lines below it are the addresses, each with its method. Columns:

nobody     not signed in               instr … admin  staff, one role each; `here|there` where a
owner      whose entry it is                          person of another site gets something else
other      another participant         root           a superuser
pending    a participant who has to    no2fa          a coordinator without a second factor
           sign a (renewed) consent    idle           a coordinator after 31 minutes of rest
gone       a participant who left      ended          a former coordinator, still signed in

Cells are HTTP statuses; `in` is a redirect to the sign-in page, `2fa` one to the page that sets up
a second factor. "By cookie": the session cookie opens these, and a token alone is nobody. "By
token": the other way round. "By both": cookie and token get the same.

`{a,b}` stands for one address each.
"""

PEOPLE = (
    "nobody", "owner", "other", "pending", "gone",
    "instr", "rater", "clin", "coord", "stat", "monit", "admin", "root",
    "no2fa", "idle", "ended",
)  # fmt: skip

TABLE = """
== by cookie
                       nobody owner other pending gone  instr rater clin coord stat monit admin root  no2fa idle ended

open to everyone          200   200   200     200  200    200   200  200   200  200   200   200  200    200  200   200
    GET help-now/
    GET offline/
    GET manifest.webmanifest
    GET sw.js
    GET healthz
    GET account/inactive/
    GET account/confirm-email/
    GET account/confirm-email/<key>/
    GET account/password/reset/
    POST account/password/reset/
    GET account/password/reset/done/

says “I am not safe”      403   200   200     200  200    403   403  403   403  403   403   403  403    403  403   403
    POST help-now/not-safe/

no code, whoever asks     404   302   302     302  302    302   302  302   302  302   302   302  302    302  302   302
    GET join/<str:code>/
    POST join/<str:code>/
    GET join/<str:code>/{check,password,pin}/
    POST join/<str:code>/{check,password,pin}/

types a code              200   302   302     302  302    302   302  302   302  302   302   302  302    302  302   302
    GET join/
    POST join/

goes on elsewhere         302   302   302     302  302    302   302  302   302  302   302   302  302    302  302   302
    POST language/
    GET account/password/reset/complete/

to sign in with           200   302   302     302  302    302   302  302   302  302   302   302  302    302  302   302
    GET account/login/
    POST account/login/
    GET account/login/code/
    GET account/signup/

half signed in only        in   302   302     302  302    302   302  302   302  302   302   302  302    302  302   302
    GET account/login/code/confirm/
    GET account/2fa/{authenticate,webauthn/login}/

to sign out                in   200   200     200  200    200   200  200   200  200   200   200  200    200  200   200
    GET account/logout/

back to the sign-in page   in    in    in      in   in     in    in   in    in   in    in    in   in     in   in    in
    POST account/logout/
    GET admin/login/
    GET account/password/reset/confirm/

home of a role             in   302   302     302  302    200   200  200   200  200   200   200  200    2fa   in   403
    GET .

own page                   in   200   200     200  200    403   403  403   403  403   403   403  403    2fa   in   403
    GET today/
    GET unsent/
    GET offline/keep/
    GET me/
    GET join/done/
    GET me/download/
    GET me/reminders/
    GET history/
    GET assessments/
    GET consent/
    GET assessments/<slug:visit>/<slug:instrument>/
    GET assessments/<slug:visit>/<slug:instrument>/<int:number>/
    GET assessments/<slug:visit>/<slug:instrument>/check/
    GET assessments/<slug:visit>/<slug:instrument>/check/waits/
    GET sleep/
    GET log/{start,running}/
    GET check-in/
    GET estimate/
    GET week/
    GET plan/
    GET calendar/

hands a device back        in   302   302     302  302    403   403  403   403  403   403   403  403    2fa   in   403
    POST clinic/stop/

a link nobody made        404   404   404     404  404    404   404  404   404  404   404   404  404    404  404   404
    GET clinic/open/<str:token>/
    POST clinic/open/<str:token>/

after the last question   200   200   200     200  200    200   200  200   200  200   200   200  200    200  200   200
    GET clinic/thanks/

lends a device             in   403   403     403  403    403   403  403 200|404 403   403   403  403    2fa   in   403
    GET clinic/link/<slug:study_id>/

asks for no questions      in   403   403     403  403    403   403  403 400|404 403   403   403  403    2fa   in   403
    POST clinic/link/<slug:study_id>/

stops nobody's notes      404   404   404     404  404    404   404  404   404  404   404   404  404    404  404   404
    GET stop/<str:token>/
    POST stop/<str:token>/

no such calendar          404   404   404     404  404    404   404  404   404  404   404   404  404    404  404   404
    GET calendar/<str:token>.ics

makes a calendar address   in   200   200     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST calendar/

read where one is asked    in   200   200     200  200    200   403  403   403  403   403   403  403    2fa   in   403
    GET exercises/
    GET exercises/<slug:code>/
    GET moving/
    GET when-to-stop/

changes its reminders      in   302   302     302  302    403   403  403   403  403   403   403  403    2fa   in   403
    POST log/running/
    POST me/reminders/
    POST me/reminders/{stop,send-one,no-phones}/

makes up a phone           in   400   400     400  400    403   403  403   403  403   403   403  403    2fa   in   403
    POST me/reminders/phone/

goes on to today           in   302   302     302  302    403   403  403   403  403   403   403  403    2fa   in   403
    GET screening/
    GET note/<str:key>/

answers too little         in   400   400     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST screening/

of instructors             in   403   403     403  403    200   403  403   403  403   403   403  403    2fa   in   403
    GET instructor/
    GET instructor/{proposals,sheet,cover}/
    GET instructor/sheet/<uuid:uuid>/

accepts no proposal        in   403   403     403  403    302   403  403   403  403   403   403  403    2fa   in   403
    POST instructor/proposals/

instructs the owner        in   403   403     403  403 200|404  403   403  403   403  403   403  403    2fa   in   403
    GET instructor/<slug:study_id>/
    GET instructor/<slug:study_id>/{assess,plan,note,contact,pause}/
    GET instructor/<slug:study_id>/sessions/<uuid:uuid>/{sign,photo}/

writes nothing down        in   403   403     403  403 400|404  403   403  403   403  403   403  403    2fa   in   403
    POST instructor/<slug:study_id>/{assess,plan,note,contact,pause}/
    POST instructor/<slug:study_id>/sessions/<uuid:uuid>/sign/

owner is theirs already    in   403   403     403  403 302|404  403   403  403   403  403   403  403    2fa   in   403
    POST instructor/take-on/
    POST instructor/<slug:study_id>/pause/<int:pause_id>/end/

leaves its sheet empty     in   403   403     403  403 400|200  403   403  403   403  403   403  403    2fa   in   403
    POST instructor/sheet/

covers for nobody          in   403   403     403  403    400   403  403   403  403   403   403  403    2fa   in   403
    POST instructor/cover/

ends what is not there     in   403   403     403  403    404   403  403   403  403   403   403  403    2fa   in   403
    POST instructor/cover/<int:cover_id>/end/

stops the study            in   403   403     403  403    403   403  200   403  403   403   200  200    2fa   in   403
    GET safety/pause/

stops it without a word    in   403   403     403  403    403   403  400   403  403   403   400  400    2fa   in   403
    POST safety/pause/

no such pause              in   403   403     403  403    403   403  404   403  403   403   404  404    2fa   in   403
    POST safety/pause/<int:study_pause_id>/end/

watches alerts             in   403   403     403  403    403   403  200   200  403   200   403  403    2fa   in   403
    GET safety/
    GET safety/{events,report}/

the owner's alert          in   403   403     403  403    403   403 200|404 200|404 403 200|404 403  403    2fa   in   403
    GET safety/<int:alert_id>/
    GET safety/events/<int:event_id>/

notes half an event        in   403   403     403  403    403   403  400   400  403   403   403  403    2fa   in   403
    POST safety/events/

assesses half an event     in   403   403     403  403    403   403 400|404 403  403   403   403  403    2fa   in   403
    POST safety/events/<int:event_id>/assess/

takes no step with it      in   403   403     403  403    403   403 302|404 302|404 403 403  403  403    2fa   in   403
    POST safety/events/<int:event_id>/step/

answers without words      in   403   403     403  403    403   403 400|404 403  403   403   403  403    2fa   in   403
    POST safety/<int:alert_id>/step/

clears no hold             in   403   403     403  403    403   403 404 403  403   403   403  403    2fa   in   403
    POST safety/<int:alert_id>/holds/<int:hold_id>/clear/

keeps the rota             in   403   403     403  403    403   403  200   200  403   403   403  403    2fa   in   403
    GET safety/rota/

writes half a line of it   in   403   403     403  403    403   403  400   400  403   403   403  403    2fa   in   403
    POST safety/rota/

no such line               in   403   403     403  403    403   403  404   404  403   403   403  403    2fa   in   403
    POST safety/rota/<int:shift_id>/end/

who comes on a day         in   403   403     403  403    403   403  200   200  403   403   403  403    2fa   in   403
    GET visits/

one's visits               in   403   403     403  403    403   403 200|404 200|404 403 403 403   403    2fa   in   403
    GET visits/<slug:study_id>/
    GET visits/<slug:study_id>/<slug:visit>/

books nothing              in   403   403     403  403    403   403 400|404 400|404 403 403 403   403    2fa   in   403
    POST visits/<slug:study_id>/<slug:visit>/

opens no such visit        in   403   403     403  403    403   403  404   404  403   403   403  403    2fa   in   403
    POST visits/<slug:study_id>/

of raters                  in   403   403     403  403    403   200  403   403  403   403   403  403    2fa   in   403
    GET rater/

of those who read ratings  in   403   403     403  403    403   403  200   200  200   403   403  403    2fa   in   403
    GET rater/agreement/

no such two ratings        in   403   403     403  403    403   404  403   403  403   403   403  403    2fa   in   403
    GET rater/differences/<int:pair_id>/
    POST rater/differences/<int:pair_id>/
    POST rater/differences/<int:pair_id>/confirm/

copies a workout           in   403   403     403  403 200|404  403   403 200|404 403  403   403  403    2fa   in   403
    GET paper/<slug:study_id>/
    GET paper/<slug:study_id>/workout/
    GET paper/<slug:study_id>/workout/<uuid:uuid>/

copies an empty workout    in   403   403     403  403 400|404  403   403 400|404 403  403   403  403    2fa   in   403
    POST paper/<slug:study_id>/workout/
    POST paper/<slug:study_id>/workout/<uuid:uuid>/

copies the rest            in   403   403     403  403    404   403   403 200|404 403  403   403  403    2fa   in   403
    GET paper/<slug:study_id>/{night,check-in}/

copies nothing else        in   403   403     403  403    404   403   403 400|404 403  403   403  403    2fa   in   403
    POST paper/<slug:study_id>/{night,check-in}/

rates the owner            in   403   403     403  403    403 200|404 403  403  403   403   403  403    2fa   in   403
    GET rater/<slug:study_id>/<slug:visit>/
    GET rater/<slug:study_id>/heard/

says nothing of harm       in   403   403     403  403    403 400|404 403  403  403   403   403  403    2fa   in   403
    POST rater/<slug:study_id>/heard/

begins a draft             in   403   403     403  403    403 302|404 403  403  403   403   403  403    2fa   in   403
    POST rater/<slug:study_id>/<slug:visit>/

goes on with no draft      in   403   403     403  403    403 302|404 403  403  403   403   403  403    2fa   in   403
    GET rater/<slug:study_id>/<slug:visit>/{sign,correct,give-back,guess}/
    POST rater/<slug:study_id>/<slug:visit>/{sign,correct,give-back,guess}/

may still be left          in   200   200     200  302    403   403  403   403  403   403   403  403    2fa   in   403
    GET me/leave/
    POST me/leave/

asks to be forgotten       in   302   302     302  302    403   403  403   403  403   403   403  403    2fa   in   403
    POST me/forget/
    POST calendar/revoke/

only after some answers     in   404   404     404  404    403   403  403   403  403   403   403  403    2fa   in   403
    GET assessments/<slug:visit>/<slug:instrument>/<int:number>/{support,waits}/

may be written when open   in   200   200     200  200    403   403  403   403  403   403   403  403    2fa   in   403
    GET sleep/<morning:date>/
    GET check-in/<morning:due>/

nothing to sign now        in   302   302     302  403    403   403  403   403  403   403   403  403    2fa   in   403
    GET consent/read/<int:number>/
    GET consent/{check,choices,sign}/
    POST consent/{check,choices,sign}/

a copy that is not there   in   404   404     404  404    403   403  404   404  403   403   403  403    2fa   in   403
    GET consent/copy/<int:pk>/

a new entry                in   302   302     200  200    403   403  403   403  403   403   403  403    2fa   in   403
    GET log/

saves an entry             in   302   302     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST log/
    POST log/start/
    POST week/
    POST week/pause/
    POST today/{not-today,after-all}/

the owner's entry          in   200   404     404  404    403   403  403   403  403   403   403  403    2fa   in   403
    GET log/<uuid:uuid>/
    GET log/<uuid:uuid>/change/
    GET log/<uuid:uuid>/session/
    GET log/<uuid:uuid>/photo/
    GET log/ready/<uuid:uuid>/

changes the entry          in   302   404     404  404    403   403  403   403  403   403   403  403    2fa   in   403
    POST log/<uuid:uuid>/change/

sends no picture           in   400   404     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST log/<uuid:uuid>/photo/

takes the entry back       in   302   404     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST log/<uuid:uuid>/take-back/
    POST log/<uuid:uuid>/session/
    POST log/<uuid:uuid>/photo/remove/
    POST week/pause/<int:pause_id>/end/

saves a night, an estimate in   302   302     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST sleep/<morning:date>/
    POST check-in/<morning:due>/
    POST estimate/

answers a question         in   302   302     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST assessments/<slug:visit>/<slug:instrument>/<int:number>/

sends too few answers      in   400   400     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST assessments/<slug:visit>/<slug:instrument>/check/

the API's docs             in   200   200     200  200    200   200  200   200  200   200   200  200    2fa   in   403
    GET api/docs/

page of the staff          in   403   403     403  403    200   200  200   200  200   200   200  200    2fa   in   403
    GET styleguide/

own account                in   200   200     200  200    200   200  200   200  200   200   200  200    2fa   in   403
    GET account/{email,password/change,sessions}/

own account, redirects     in   302   302     302  302    302   302  302   302  302   302   302  302    2fa   in   403
    GET account/password/set/
    GET account/2fa/webauthn/keys/<int:pk>/{remove,edit}/

sets up the factor         in   200   200     200  200    200   200  200   200  200   200   200  200    200   in   403
    GET account/reauthenticate/
    GET account/2fa/
    GET account/2fa/webauthn/

asks for the password      in   302   302     302  302    302   302  302   302  302   302   302  302    302   in   403
    GET account/2fa/totp/activate/
    GET account/2fa/recovery-codes/generate/
    GET account/2fa/webauthn/{add,reauthenticate}/

has recovery codes         in   404   404     404  404    404   404  404   404  404   404   404  404    404   in   403
    GET account/2fa/recovery-codes/
    GET account/2fa/recovery-codes/download/

proves the factor          in   302   302     302  302    200   200  200   200  200   200   200  200    302   in   403
    GET account/2fa/reauthenticate/

takes the factor away      in   404   404     404  404    302   302  302   302  302   302   302  302    2fa   in   403
    GET account/2fa/totp/deactivate/

== by cookie
                       nobody owner other pending gone  instr rater clin coord stat monit admin root  no2fa idle ended

the desk                   in   403   403     403  403    403   403  200   200  403   200   200  200    2fa   in   403
    GET admin/
    GET admin/jsi18n/
    GET admin/password_change/done/

leads to the account       in   403   403     403  403    403   403  302   302  403   302   302  302    2fa   in   403
    GET admin/password_change/

signs out from the desk   302   302   302     302  302    302   302   in    in  302    in    in   in    302  302   302
    POST admin/logout/

nothing there              in   403   403     403  403    403   403  404   404  403   404   404  404    2fa   in   403
    GET admin/r/<path:content_type_id>/<path:object_id>/
    GET admin/<url>

searches nothing           in   403   403     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    GET admin/autocomplete/

a room of the desk         in   403   403     403  403    403   403  200   200  403   200   200  200    2fa   in   403
    GET admin/<app_label>/

leads to the change page   in   403   403     403  403    403   403  302   302  403   302   302  302    2fa   in   403
    GET admin/accounts/{auditevent,outgoingmessage,site,staffrole,user}/<path:object_id>/
    GET admin/assessments/{armguess,ratertraining,ratingagreement,response,visit}/<path:object_id>/
    GET admin/data_management/export/<path:object_id>/
    GET admin/enrollment/{consentconversation,consentdocument,consentrecord,datalock,participant,screening,withdrawal}/<path:object_id>/
    GET admin/enrollment/{contact,deviation,deviceissue,erasure,invitation,medication,protocolconfirmation}/<path:object_id>/
    GET admin/estimates/{estimate,estimatorversion}/<path:object_id>/
    GET admin/logging_app/{checkin,sleepnight,workout}/<path:object_id>/
    GET admin/safety/safetyalert/<path:object_id>/
    GET admin/schedule/{fitnessassessment,instructing,pause,prescription}/<path:object_id>/

nobody adds or deletes     in   403   403     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    GET admin/accounts/{auditevent,outgoingmessage,staffrole}/add/
    GET admin/assessments/{armguess,ratingagreement,response,visit}/add/
    GET admin/data_management/export/add/
    GET admin/enrollment/{consentrecord,datalock,participant,screening,withdrawal}/add/
    GET admin/enrollment/erasure/add/
    GET admin/estimates/{estimate,estimatorversion}/add/
    GET admin/logging_app/{checkin,sleepnight,workout}/add/
    GET admin/safety/safetyalert/add/
    GET admin/schedule/{pause,prescription}/add/
    GET admin/accounts/{auditevent,outgoingmessage,site,staffrole,user}/<path:object_id>/delete/
    GET admin/assessments/{armguess,ratertraining,ratingagreement,response,visit}/<path:object_id>/delete/
    GET admin/data_management/export/<path:object_id>/delete/
    GET admin/enrollment/{consentconversation,consentdocument,consentrecord,datalock,participant,screening,withdrawal}/<path:object_id>/delete/
    GET admin/enrollment/{contact,deviation,deviceissue,erasure,invitation,medication,protocolconfirmation}/<path:object_id>/delete/
    GET admin/estimates/{estimate,estimatorversion}/<path:object_id>/delete/
    GET admin/logging_app/{checkin,sleepnight,workout}/<path:object_id>/delete/
    GET admin/safety/safetyalert/<path:object_id>/delete/
    GET admin/schedule/{fitnessassessment,instructing,pause,prescription}/<path:object_id>/delete/

of participants, lists     in   403   403     403  403    403   403  200   200  403   200   403  403    2fa   in   403
    GET admin/assessments/{armguess,ratertraining,ratingagreement,response,visit}/
    GET admin/enrollment/{consentconversation,consentrecord,datalock,participant,screening,withdrawal}/
    GET admin/enrollment/{contact,deviation,deviceissue,medication,protocolconfirmation}/
    GET admin/estimates/{estimate,estimatorversion}/
    GET admin/logging_app/{checkin,sleepnight,workout}/
    GET admin/safety/safetyalert/
    GET admin/schedule/{fitnessassessment,instructing,pause,prescription}/

the owner's rows           in   403   403     403  403    403   403  200|404 200|404 403 200|404 403  403    2fa   in   403
    GET admin/assessments/{armguess,ratertraining,ratingagreement,response,visit}/<path:object_id>/change/
    GET admin/enrollment/{consentconversation,consentrecord,withdrawal}/<path:object_id>/change/
    GET admin/enrollment/{contact,deviation,deviceissue,medication}/<path:object_id>/change/
    GET admin/estimates/estimate/<path:object_id>/change/
    GET admin/logging_app/{checkin,sleepnight,workout}/<path:object_id>/change/
    GET admin/logging_app/workout/<path:object_id>/photo/
    GET admin/safety/safetyalert/<path:object_id>/change/
    GET admin/schedule/{fitnessassessment,instructing,pause,prescription}/<path:object_id>/change/

what happened to the owner in   403   403     403  403    403   403  200|404 200|404 403 200|404 404  404    2fa   in   403
    GET admin/assessments/{armguess,ratertraining,ratingagreement,response,visit}/<path:object_id>/history/
    GET admin/enrollment/{consentconversation,consentrecord,participant,withdrawal}/<path:object_id>/history/
    GET admin/enrollment/{contact,deviation,deviceissue,medication}/<path:object_id>/history/
    GET admin/enrollment/participant/<path:object_id>/change/
    GET admin/estimates/estimate/<path:object_id>/history/
    GET admin/logging_app/{checkin,sleepnight,workout}/<path:object_id>/history/
    GET admin/safety/safetyalert/<path:object_id>/history/
    GET admin/schedule/{fitnessassessment,instructing,prescription}/<path:object_id>/history/

the owner's way in         in   403   403     403  403    403   403  200|404 200|404 403 200|404 404  404    2fa   in   403
    GET admin/enrollment/participant/<path:object_id>/enrolment/
    GET admin/enrollment/screening/<path:object_id>/{change,history}/

the owner's screening      in   403   403     403  403    403   403  200|404 200|404 403 200|404 403  403    2fa   in   403
    GET admin/enrollment/screening/of/<int:participant>/

of the whole study         in   403   403     403  403    403   403  200   200  403   200   403  403    2fa   in   403
    GET admin/enrollment/{datalock,protocolconfirmation}/<path:object_id>/{change,history}/
    GET admin/estimates/estimatorversion/<path:object_id>/change/
    GET admin/estimates/estimatorversion/<path:object_id>/history/

the consent's text         in   403   403     403  403    403   403  200   200  403   200   200  200    2fa   in   403
    GET admin/enrollment/consentdocument/
    GET admin/enrollment/consentdocument/<path:object_id>/{change,history}/

writes the consent's text  in   403   403     403  403    403   403  200   403  403   403   200  200    2fa   in   403
    GET admin/enrollment/consentdocument/add/

reads a text to approve    in   403   403     403  403    403   403  200   200  403   200   200  200    2fa   in   403
    GET admin/enrollment/consentdocument/<path:object_id>/approve/

approves it a second time  in   403   403     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    POST admin/enrollment/consentdocument/<path:object_id>/approve/

tells of the talk          in   403   403     403  403    403   403  200   403  403   403   403  403    2fa   in   403
    GET admin/enrollment/consentconversation/add/

countersigns the owner's   in   403   403     403  403    403   403 200|404 403 403   403   403  403    2fa   in   403
    GET admin/enrollment/consentrecord/<path:object_id>/countersign/
    POST admin/enrollment/consentrecord/<path:object_id>/countersign/

why the owner pauses       in   403   403     403  403    403   403  200|404 403|404 403 403|404 404  404    2fa   in   403
    GET admin/schedule/pause/<path:object_id>/history/

minds the owner's answers  in   403   403     403  403    403   403 200|404 200|404 403 403 403   403    2fa   in   403
    GET admin/assessments/response/<path:object_id>/mind/
    POST admin/assessments/response/<path:object_id>/mind/

assigns instructors        in   403   403     403  403    403   403  403   200  403   403   403  403    2fa   in   403
    GET admin/schedule/instructing/add/

assesses fitness           in   403   403     403  403    403   403  200   403  403   403   403  403    2fa   in   403
    GET admin/schedule/fitnessassessment/add/

enters what happened       in   403   403     403  403    403   403  200   200  403   403   403  403    2fa   in   403
    GET admin/enrollment/{contact,deviation,deviceissue,medication,protocolconfirmation}/add/
    GET admin/assessments/ratertraining/add/

invites people             in   403   403     403  403    403   403  403   200  403   403   403  403    2fa   in   403
    GET admin/enrollment/invitation/
    GET admin/enrollment/invitation/add/
    POST admin/enrollment/invitation/add/

invitations of a site      in   403   403     403  403    403   403  403 200|404 403  403   403  403    2fa   in   403
    GET admin/enrollment/invitation/<path:object_id>/change/
    GET admin/enrollment/invitation/<path:object_id>/take-back/
    GET admin/enrollment/participant/<path:object_id>/procedures/

their history              in   403   403     403  403    403   403  404 200|404 403  404   404  404    2fa   in   403
    GET admin/enrollment/invitation/<path:object_id>/history/

who is to be forgotten     in   403   403     403  403    403   403  403   200  403   200   403  403    2fa   in   403
    GET admin/enrollment/erasure/

of a site, forgotten       in   403   403     403  403    403   403  403 200|404 403 200|404 403  403    2fa   in   403
    GET admin/enrollment/erasure/<path:object_id>/change/

its own history            in   403   403     403  403    403   403  404 200|404 403 200|404 404  404    2fa   in   403
    GET admin/enrollment/erasure/<path:object_id>/history/

who did what               in   403   403     403  403    403   403  403   200  403   200   200  200    2fa   in   403
    GET admin/accounts/auditevent/
    GET admin/data_management/export/
    GET admin/data_management/export/<path:object_id>/{change,history}/

a line about the owner     in   403   403     403  403    403   403  403 200|404 403 200|404 200|404 200 2fa  in   403
    GET admin/accounts/auditevent/<path:object_id>/change/

that line's versions       in   403   403     403  403    403   403  404 200|404 403 200|404 200|404 200 2fa  in   403
    GET admin/accounts/auditevent/<path:object_id>/history/

shows a group              in   403   403     403  403    403   403  200   403  403   403   200  200    2fa   in   403
    GET admin/enrollment/unblinding/add/

who was shown a group      in   403   403     403  403    403   403  200   200  403   200   200  200    2fa   in   403
    GET admin/enrollment/unblinding/

when and why               in   403   403     403  403    403   403  200|404 200|404 403 200|404 200|404 200 2fa in   403
    GET admin/enrollment/unblinding/<path:object_id>/{change,history}/

leads to when and why      in   403   403     403  403    403   403  302   302  403   302   302  302    2fa   in   403
    GET admin/enrollment/unblinding/<path:object_id>/

is not taken back          in   403   403     403  403    403   403  403   403  403   403   403  403    2fa   in   403
    GET admin/enrollment/unblinding/<path:object_id>/delete/

takes the data out         in   403   403     403  403    403   403  403   200  403   403   200  200    2fa   in   403
    GET admin/data_management/export/download/
    POST admin/data_management/export/download/

of administrators          in   403   403     403  403    403   403  403   403  403   403   200  200    2fa   in   403
    GET admin/accounts/{site,staffrole}/
    GET admin/accounts/{site,user}/add/
    GET admin/accounts/{site,staffrole}/<path:object_id>/{change,history}/
    GET admin/accounts/user/<int:pk>/roles/

people                     in   403   403     403  403    403   403  403   200  403   403   200  200    2fa   in   403
    GET admin/accounts/user/
    GET admin/accounts/outgoingmessage/

a message to the owner     in   403   403     403  403    403   403  403 200|404 403  403   200  200    2fa   in   403
    GET admin/accounts/outgoingmessage/<path:object_id>/change/

its history                in   403   403     403  403    403   403  404 200|404 403  404   200  200    2fa   in   403
    GET admin/accounts/outgoingmessage/<path:object_id>/history/

a participant's account    in   403   403     403  403    403   403  403 200|404 403  403   200  200    2fa   in   403
    GET admin/accounts/user/<path:object_id>/change/

its history                in   403   403     403  403    403   403  404 200|404 403  404   200  200    2fa   in   403
    GET admin/accounts/user/<path:object_id>/history/

== by both
                       nobody owner other pending gone  instr rater clin coord stat monit admin root  no2fa idle ended

own data                  401   200   200     200  200    403   403  403   403  403   403   403  403    403  401   403
    GET api/v1/{session,today,workouts,sleep,check-ins}/
    GET api/v1/assessments/<slug:visit>/<slug:instrument>/

writes own data           401   200   200     403  403    403   403  403   403  403   403   403  403    403  401   403
    PUT api/v1/assessments/<slug:visit>/<slug:instrument>/

what is not there yet     401   404   404     404  404    403   403  403   403  403   403   403  403    403  401   403
    GET api/v1/sleep/<morning:date>/
    GET api/v1/check-ins/<morning:due>/

adds own data             401   201   201     403  403    403   403  403   403  403   403   403  403    403  401   403
    PUT api/v1/sleep/<morning:date>/
    PUT api/v1/check-ins/<morning:due>/
    POST api/v1/estimates/

reads the owner's         401   200   404     404  404    403   403  403   403  403   403   403  403    403  401   403
    GET api/v1/workouts/<uuid:uuid>/
    GET api/v1/readiness/<uuid:uuid>/

writes the owner's        401   200   404     403  403    403   403  403   403  403   403   403  403    403  401   403
    PUT api/v1/workouts/<uuid:uuid>/
    PUT api/v1/readiness/<uuid:uuid>/

voids the owner's         401   204   404     403  403    403   403  403   403  403   403   403  403    403  401   403
    DELETE api/v1/workouts/<uuid:uuid>/

about the API             401   200   200     200  200    200   200  200   200  200   200   200  200    403  401   403
    GET api/schema/

== by token
                       nobody owner other pending gone  instr rater clin coord stat monit admin root  no2fa idle ended

what is on offer          200   200   200     200  200    200   200  200   200  200   200   200  200    403  401   403
    GET _allauth/app/v1/config
    GET _allauth/app/v1/auth/webauthn/login

signs in, says what lacks 400   400   400     400  400    400   400  400   400  400   400   400  400    403  401   403
    POST _allauth/app/v1/auth/login
    POST _allauth/app/v1/auth/webauthn/login
    POST _allauth/app/v1/auth/code/request
    POST _allauth/app/v1/auth/password/request
    POST _allauth/app/v1/auth/signup
    GET _allauth/app/v1/auth/email/verify

nothing was begun         409   409   409     409  409    409   409  409   409  409   409   409  409    403  401   403
    POST _allauth/app/v1/auth/code/{confirm,resend}
    GET _allauth/app/v1/auth/password/reset
    POST _allauth/app/v1/auth/password/reset
    POST _allauth/app/v1/auth/email/verify/resend

half signed in only       401   401   401     401  401    401   401  401   401  401   401   401  401    403  401   403
    POST _allauth/app/v1/auth/2fa/authenticate
    GET _allauth/app/v1/auth/webauthn/authenticate

who am I                  401   200   200     200  200    200   200  200   200  200   200   200  200    200  401   403
    GET _allauth/app/v1/auth/session
    GET _allauth/app/v1/auth/webauthn/reauthenticate
    GET _allauth/app/v1/account/authenticators

signs out                 401   401   401     401  401    401   401  401   401  401   401   401  401    401  401   403
    DELETE _allauth/app/v1/auth/session
    GET _allauth/app/v1/account/authenticators/webauthn

proves it is me           401   400   400     400  400    400   400  400   400  400   400   400  400    400  401   403
    POST _allauth/app/v1/auth/reauthenticate
    POST _allauth/app/v1/auth/2fa/reauthenticate

own factor                401   404   404     404  404    200   200  200   200  200   200   200  200    404  401   403
    GET _allauth/app/v1/account/authenticators/totp

own recovery codes        401   404   404     404  404    404   404  404   404  404   404   404  404    404  401   403
    GET _allauth/app/v1/account/authenticators/recovery-codes

own account by token      401   200   200     200  200    200   200  200   200  200   200   200  200    403  401   403
    GET _allauth/app/v1/account/email
    GET _allauth/app/v1/auth/sessions

changes the account       401   400   400     400  400    400   400  400   400  400   400   400  400    403  401   403
    POST _allauth/app/v1/account/password/change
    DELETE _allauth/app/v1/auth/sessions

not in this study         404   404   404     404  404    404   404  404   404  404   404   404  404    404  404   404
    GET _allauth/app/v1/account/phone
    PUT _allauth/app/v1/account/phone
    POST _allauth/app/v1/auth/phone/verify
    POST _allauth/app/v1/auth/phone/verify/resend
    POST _allauth/app/v1/tokens/refresh
"""  # noqa: E501 (a table is read across)
