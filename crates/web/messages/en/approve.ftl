# Approving an operation, and how it ended.

mark-i = X
mark-ro = Y
mark-ha = Z
mark-ni = W
mark-and = and
prompt-legend = { $mark }: the picture in row { $row }, column { $column } of your card
prompt-same = Same as on your card
prompt-place = Row { $row }, col. { $column }
show-names = Show the names of the pictures
matrix-caption = In this order, starting with (1): columns { $names }
matrix-none = none
matrix-hint = { $count ->
    [one] One digit each.
   *[other] { $count } digits each.
}

approve-title = Approve a transaction
approve = Approve
approve-stop = Stop this transaction
approve-stop-hint = If anything is wrong, or this was not you, stop here and call { $loss_phone }.
approve-pictures = Pictures from your card
approve-pictures-before = If all of the above is right, choose the pictures at the places{" "}
approve-pictures-after = {" "}on your image card, then press Approve.
approve-numbers = Numbers from your card
approve-numbers-lead = If all of the above is right, look at your customer card, enter the digits under <b>(1)</b> and <b>(2)</b>, then press Approve.
approve-numbers-two = We only ever ask for the marked places
approve-numbers-false = A page that asks for all the numbers is a fake, and so is any call that asks for numbers. Enter nothing, say nothing, and call { $loss_phone }.
approve-lost-card = I have lost my customer card
approve-other = Use another method ({ $way })

slip-heading = { $operation }: what will happen
slip-first = Amount and payee
slip-rest = Conditions
check-code = Check code
check-code-why = The check code is worked out from everything above. If one letter changes, the code changes.
clock-left = Time left when the page opened: { $length }
clock-until = Please answer <b>by { $at }</b>
clock-extend = { $count ->
    [one] Give me 1 more minute
   *[other] Give me { $count } more minutes
}
clock-extended = You have more time. Please answer by { $at }

answer-incomplete = Something has not been chosen or entered yet. Please answer everything and press the button again. This did not count as a try.
answer-rejected-pictures = { $count ->
    [one] The pictures did not match your card. Please look at it again. You can try once more.
   *[other] The pictures did not match your card. Please look at it again. You can try { $count } more times.
}
answer-rejected-numbers = { $count ->
    [one] The numbers did not match your card. Please look at it again. You can try once more.
   *[other] The numbers did not match your card. Please look at it again. You can try { $count } more times.
}
answer-wait = An answer did not match your card, so we ask you to wait a little. Please try again in { $length }. This did not count as a try.
answer-renewed = The time was up, so we are now asking for other places. Please look at your card again.

ended-yes = Approved
ended-no = Nothing has been done
ended-return = Back to where you came from
ended-approved = Approved
    .title = You have approved the transaction
    .what = { $operation }: approved.
    .next = Please check the result on the page you came from.
ended-attempts = Attempts
    .title = It was not approved
    .what = Several answers in a row did not match your card. { $operation }: not done.
    .next = Please have your card at hand and start again from the page you came from.
ended-declined = Stopped
    .title = You stopped it
    .what = You stopped it. { $operation }: not done.
    .next = If you want to do it after all, start again from the page you came from.
ended-expired = Time
    .title = The time to answer is over
    .what = There was no answer in time. { $operation }: not done.
    .next = Please start again from the page you came from.
ended-replaced = Replaced
    .title = This approval has ended
    .what = Another approval was opened, or the details changed on the way. { $operation }: not done.
    .next = Please go on in the newer page. If you did not open one, call us at once.
ended-void = Void
    .title = This approval has ended
    .what = You were signed out, or the state of your card changed. { $operation }: not done.
    .next = Please sign in again and start from the page you came from.
ended-cancelled = Cancelled
    .title = This approval was cancelled
    .what = It was cancelled on the page you came from. { $operation }: not done.
    .next = To go on, start again from the page you came from.
ended-paused = Paused
    .title = We cannot take approvals at the moment
    .what = Several approvals in a row were not completed, so we have paused them for your safety. { $operation }: not done.
    .next = Please try again after { $until }. If it is urgent, call { $phone }.

locked-badge = The transaction was stopped
locked-image = Your image card is locked
locked-customer = Your customer card is locked
locked-what = { $count } answers in a row did not match, so this card can no longer be used to approve. <b>Nothing has been done.</b> Your deposits and all other services are not affected.
locked-unlock = How to unlock it
locked-other = With another method
locked-other-hint = You can unlock it right here (about one minute)
locked-go = Unlock the card
locked-phone = By telephone
locked-phone-hint = Once we have checked that it is you, by the next working day
locked-counter = At a branch
locked-counter-hint = Please bring your registered seal and proof of identity
locked-not-me = If this was not you
locked-not-me-next = Somebody may know your password. Please stop your banking first.
locked-time = It does not unlock by itself. Please also call us if you have lost the card or cannot see the pictures well. A new card is free of charge.

approve-code = Your one-time password
approve-code-trouble = No token at hand, or the number does not match
approve-code-exchange = If you have a new phone, use "Exchange" on the sign-in page. If you have lost it, stop the service first.
approve-code-clock = If numbers keep failing, set your phone's clock to automatic and try again.
approve-code-secret = We never ask for the number by telephone or mail.
answer-rejected-code = { $count ->
    [one] The one-time password did not match. Please look at your token again. You can try once more.
   *[other] The one-time password did not match. Please look at your token again. You can try { $count } more times.
}
answer-used = This number has been used. Please wait until your token shows the next one. This did not count as a try.
answer-used-wait = This number has been used. Please enter the next one, in { $length }. This did not count as a try.

code-label = One-time password
code-hint = The { $count } digits on your token.
code-period = They change every { $count } seconds.
code-press = Press its button to see them.
code-serial = Take the token whose serial ends in { $hint }.
code-used = The present number has been used. The next one comes in { $length }.
