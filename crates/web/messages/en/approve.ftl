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
matrix-caption = From (1) on, the columns { $names }
matrix-none = none
matrix-hint = { $count ->
    [one] One digit each.
   *[other] { $count } digits each.
}

approve-title = Approve an operation
approve = Approve
approve-stop = Stop this operation
approve-stop-hint = If anything is wrong, or this was not you, stop here and call { $phone }.
approve-pictures = Pictures from your card
approve-pictures-before = If the above is right, choose the pictures at the places{" "}
approve-pictures-after = {" "}of your image card, then press Approve.
approve-numbers = Numbers from your card
approve-numbers-lead = If the above is right, look at your customer card, enter the digits under <b>(1)</b> and <b>(2)</b>, then press Approve.
approve-numbers-two = We only ever ask for the marked places
approve-numbers-false = A page or a call that asks for all numbers is false. Enter nothing and call { $phone }.
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

answer-incomplete = Something has not been chosen or entered yet. Please answer everything and go on. This was not counted as a try.
answer-rejected-pictures = { $count ->
    [one] The pictures did not match your card. Please look at it again. You can try once more.
   *[other] The pictures did not match your card. Please look at it again. You can try { $count } more times.
}
answer-rejected-numbers = { $count ->
    [one] The numbers did not match your card. Please look at it again. You can try once more.
   *[other] The numbers did not match your card. Please look at it again. You can try { $count } more times.
}
answer-wait = After several answers we ask you to wait a little. Please go on in { $length }. This was not counted as a try.
answer-renewed = The time was up, so we ask for other places now. Please look at your card again.

ended-yes = Approved
ended-no = Nothing has been done
ended-return = Back to where you came from
ended-approved = Approved
    .title = You have approved it
    .what = { $operation }: approved.
    .next = Please look at the result on the page you came from.
ended-attempts = Attempts
    .title = It could not be approved
    .what = Several answers did not match your card. { $operation }: not done.
    .next = Please have your card at hand and start again from the page you came from.
ended-declined = Stopped
    .title = You have stopped it
    .what = You stopped it. { $operation }: not done.
    .next = To do it after all, start again from the page you came from.
ended-expired = Time
    .title = The time for an answer has passed
    .what = There was no answer in time. { $operation }: not done.
    .next = Please start again from the page you came from.
ended-replaced = Replaced
    .title = This approval has ended
    .what = Another approval was opened, or the contents changed on the way. { $operation }: not done.
    .next = Please go on in the newer page. If you know nothing of it, call us at once.
ended-void = Void
    .title = This approval has ended
    .what = Your session ended, or your card changed its state. { $operation }: not done.
    .next = Please sign in again and start from the page you came from.
ended-cancelled = Cancelled
    .title = This approval was cancelled
    .what = It was cancelled on the page you came from. { $operation }: not done.
    .next = To go on, start again from the page you came from.
ended-paused = Paused
    .title = We cannot take an approval just now
    .what = Several approvals were left unanswered, so for safety we pause. { $operation }: not done.
    .next = Please try again after { $until }. If it is urgent, call { $phone }.

locked-badge = The operation was stopped
locked-image = Your image card is locked
locked-customer = Your customer card is locked
locked-what = { $count } answers in a row did not match, so this card is locked. <b>Nothing has been done.</b> Your deposits and everything else are as before.
locked-unlock = How to unlock it
locked-other = With another method
locked-other-hint = At once, from this page (about one minute)
locked-go = Unlock the card
locked-phone = By telephone
locked-phone-hint = Once we know that it is you, by the next working day
locked-counter = At a branch
locked-counter-hint = Please bring your seal and an identity document
locked-not-me = If this was not you
locked-not-me-next = Somebody may know your password. Please stop your banking first.
locked-time = It does not unlock by itself. Call us, too, if you have lost the card or cannot see the pictures well. A new card is free of charge.
