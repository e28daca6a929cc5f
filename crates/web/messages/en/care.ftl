# Loss, stopping, the log, notices.

loss-title = Lost card, new card
loss-lead = Please do not hesitate to tell us. We replace the card, free of charge.
loss-card = Which card
loss-what = What happened?
loss-lost = Lost or stolen
loss-lost-effect = The card stops working at once.
loss-photographed = Photographed, by you or by somebody else
loss-photographed-effect = The card stops working at once. We replace a card that has been photographed.
loss-phished = I answered a fake page or call
loss-phished-effect = The card stops working at once. Please think about stopping your internet banking, too.
loss-damaged = Torn, dirty or hard to read
loss-damaged-effect = You can go on using it until you switch to the new card.
loss-new = The new card goes to
loss-new-hint = By registered post. If the address is wrong, please send the report first, then call us.
loss-send = Report
loss-more = If somebody may know your password, too
loss-more-next = Please stop not only the card but all of your internet banking.
loss-incomplete = Please choose what happened.
loss-done-title = Report received
loss-done = We have your report
loss-expected = New card
loss-withdrawn = { $count ->
    [one] One transaction whose approval was not finished was cancelled. Please start it again if you need it.
   *[other] { $count } transactions whose approval was not finished were cancelled. Please start again those you need.
}
loss-thanks = Thank you for telling us.
loss-found = If you find the card again, please do not use it but cut it up and throw it away. For details call { $phone }.

stop-title = Stop my banking
stop = Stop internet banking
stop-lead = When in doubt, stop. Stopping alone never costs you money.
stop-effect-sessions = Nobody can sign in any more, from any device.
stop-effect-waiting = Transactions whose approval is not finished are cancelled.
stop-waiting = { $count ->
    [one] There is one now.
   *[other] There are { $count } now.
}
stop-effect-accounts = Direct debits, salary, pension and cash machines work as before.
stop-resume = To start again, please come to a branch with proof of identity. After that you sign in with an initial password that we send you by post.
stop-factor = To show that it is you (any one)
stop-factor-password = Login password
stop-factor-card = Card number of the customer card or the image card
stop-factor-otp = One-time password
stop-proof = What you chose above
stop-proof-hint = One is enough. We do not ask for the pictures or all the numbers of a card.
stop-sure = I know that it stays stopped until I come to a branch.
stop-not = Do not stop
stop-phone = You can stop by telephone, too
stop-phone-next = { $loss_phone } (24 hours). You do not need to know your contract ID.
stop-incomplete = To stop, please tick the box and fill in every field.
stop-mismatch = We could not stop it with what you entered. If it is urgent, call { $loss_phone } at once.
stopped-title = Your stop has been accepted
stopped-lead = Your internet banking has been stopped. Signing in and transactions are no longer possible.
stopped-at = Accepted
stopped-next = What to do next
stopped-call = If money may have been moved, call { $loss_phone } at once.
stopped-book = Check your passbook or a cash machine for transactions you do not know.
stopped-resume = To start again, come to your branch with proof of identity.
stopped-no-letter = If no email comes
stopped-no-letter-next = We also send you an email when it is stopped. If nothing has come after ten minutes, call { $loss_phone }.

log-title = Activity
log-all = See all
log-lead = What was done under your contract, newest first.
log-when = When
log-what = What
log-where = Device
log-outcome = Result
log-empty = Nothing yet
log-empty-hint = Sign-ins and everything else you do will be listed here.
log-suspect-heading = If there is something you do not know
log-suspect = If there is something you do not know, use “Stop my banking” at once or call { $loss_phone }.
log-sign-in = Sign-in
log-sign-out = Sign-out
log-approval = Approval
log-password-change = Change of password
log-card-order = Order of a card
log-card-dispatch = Card sent
log-card-switch = Switch to the image card
log-card-lock = Card locked
log-card-unlock = Card unlocked
log-card-revocation = Card cancelled
log-otp = One-time password
log-contact-change = Change of where notices go
log-suspension = Banking stopped
log-resumption = Banking started again
log-staff-procedure = At a branch or by telephone
place-this = The device you use now
place-known = Device of another sign-in ({ $kind })
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
notices-no-mail = There is no email address for your notices yet. They are important: please call { $phone } to register one.
notices-empty = No notices yet
notices-empty-hint = Whenever something is done, a record stays here.
notices-back = Back to the notices
notice-unread = unread
notice-sent = Sent
verify-heading = How to check that an email is from us
verify-lead = Every email we have sent you is also here.
verify-here = Type the notice number at the end of the email into the field below. If the same notice opens, the email is from us. If not, it is not from us.
verify-code = Emails about transactions carry a check code. Compare it with the one you saw on the page.
verify-link = Our emails have no links and no attachments. If one has, it is a fake. Delete it without opening anything.
verify-call = If in doubt, call { $phone }. There is also a telephone number on the back of your image card or customer card.
