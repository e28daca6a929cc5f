# Loss, stopping, the log, notices.

loss-title = Lost card, new card
loss-lead = Please do not hesitate to tell us. You get a new card, free of charge.
loss-card = Which card
loss-what = What happened?
loss-lost = Lost or stolen
loss-lost-effect = The card stops working at once.
loss-photographed = Photographed, by me or by others
loss-photographed-effect = The card stops working at once. A card that has been photographed is replaced by a new one.
loss-phished = I answered a false page or call
loss-phished-effect = The card stops working at once. Please think about stopping your banking, too.
loss-damaged = Torn, dirty or hard to read
loss-damaged-effect = You can go on using it until you switch to the new one.
loss-new = The new card goes to
loss-new-hint = By registered mail. If the address is wrong, please send the report and call us.
loss-send = Report
loss-more = If your password may be known, too
loss-more-next = Please stop not only the card but your whole internet banking.
loss-incomplete = Please choose what happened.
loss-done-title = Thank you for the report
loss-done = We have your report
loss-expected = New card
loss-withdrawn = { $count ->
    [one] One operation that waited for approval was withdrawn. Please start it again if you need it.
   *[other] { $count } operations that waited for approval were withdrawn. Please start again those you need.
}
loss-thanks = Thank you for telling us.
loss-found = Should the card turn up again, please do not use it but cut it up. For details call { $phone }.

stop-title = Stop my banking
stop = Stop internet banking
stop-lead = When in doubt, stop. Stopping alone never costs you money.
stop-effect-sessions = Nobody can sign in any more, from any device.
stop-effect-waiting = Operations not yet approved are withdrawn.
stop-waiting = { $count ->
    [one] There is one now.
   *[other] There are { $count } now.
}
stop-effect-accounts = Direct debits, salary, pension and cash machines go on as before.
stop-resume = To start again, please come to a branch with an identity document.
stop-factor = To know that it is you (any one)
stop-factor-password = Login password
stop-factor-card = Card number of the customer card or the image card
stop-factor-otp = One-time password
stop-proof = What you chose above
stop-proof-hint = One is enough. We do not ask for pictures or for all numbers of a card.
stop-sure = I know that it stays stopped until I come to a branch.
stop-not = Do not stop
stop-phone = You can stop by telephone, too
stop-phone-next = { $phone } ({ $hours }). You need not know your contract ID.
stop-incomplete = To stop, please tick the box and fill in every field.
stop-mismatch = We could not stop it with what you entered. If it is urgent, call { $phone } at once.
stopped-title = Your stop has been accepted
stopped-lead = If what you entered belongs to a contract, its internet banking is stopped now.
stopped-at = Accepted
stopped-next = What to do next
stopped-call = If money may have been moved, call { $phone } at once.
stopped-book = Look at your passbook or a cash machine for anything you do not know.
stopped-resume = To start again, come to your branch with an identity document.
stopped-no-letter = If no mail comes
stopped-no-letter-next = We also tell you by mail when it is stopped. If nothing has come after ten minutes, call { $phone }.

log-title = Activity
log-all = See all
log-lead = What was done under your contract, newest first.
log-when = When
log-what = What
log-where = Where
log-outcome = Result
log-empty = Nothing yet
log-empty-hint = Sign-ins and procedures will be listed here.
log-suspect-heading = If there is something you do not know
log-suspect = If there is something you do not know, use “Stop my banking” at once or call { $phone }.
log-sign-in = Sign-in
log-sign-out = Log-out
log-approval = Approval
log-password-change = Change of password
log-card-order = Order of a card
log-card-dispatch = Card sent
log-card-switch = Switch to the image card
log-card-lock = Card locked
log-card-unlock = Card unlocked
log-card-revocation = Card made void
log-otp = One-time password
log-contact-change = Change of address for notices
log-suspension = Banking stopped
log-resumption = Banking started again
log-staff-procedure = At a branch or by telephone
place-this = The device you use now
place-known = A device you have used before ({ $kind })
place-new = A new device ({ $kind })
place-staff = Our staff
place-automatic = Automatic
outcome-done = Done
outcome-approved = Approved
outcome-mismatch = No match
outcome-not-done = Not done
outcome-locked = Locked

notices-title = Notices
notices-read = Read notices
notices-unread = { $count } unread
notices-sent-to = Sent to
notices-no-mail = There is no mail address for notices yet. Please call { $phone } to register one.
notices-empty = No notices yet
notices-empty-hint = Whenever something is done, a record stays here.
notices-back = Back to the notices
notice-unread = unread
notice-sent = Sent
verify-heading = Is that mail from us?
verify-lead = Every mail we send is also here.
verify-here = Look for its subject in this list. What is not here is not from us.
verify-code = Mails about operations carry a check code. Compare it with the one you saw on the page.
verify-link = Our mails have no links and no attachments. If one has, it is false. Delete it unopened.
verify-call = If in doubt, call { $phone }. The number is also on the back of your cash card.
