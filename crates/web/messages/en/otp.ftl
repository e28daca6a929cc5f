# One-time passwords: start, exchange, stop, issue, and the choice at sign-in.

otp-title-start = Start one-time passwords
otp-title-exchange = Exchange your token
otp-title-stop = Stop one-time passwords
otp-title-issue = Apply for one-time passwords
otp-title-sign-in = One-time password at sign-in
otp-step-identify = Who you are
otp-step-start = Register your token
otp-step-exchange = Register the new token
otp-step-stop = Confirm the stop
otp-step-issue = Have a token issued
otp-step-activate = Check the number
otp-step-sign-in = Confirm the change
otp-step-card = Check your card
otp-step-result = Result
otp-next = Next
otp-register = Register
otp-execute = Go ahead
otp-change = Change
otp-again = Start again from the beginning
otp-give-up-start = Do not register
otp-give-up-exchange = Do not exchange
otp-give-up-issue = Do not apply
otp-give-up-other = Go back without a change

otp-identify = Who you are
otp-identify-start = Here you start to use one-time passwords. Please enter your contract ID and your login password.
otp-identify-exchange = Here you exchange your token for a new one. Please enter your contract ID and your login password.
otp-identify-stop = Here you stop using one-time passwords. Please enter your contract ID and your login password.
otp-password = Login password
otp-password-hint = The same as when you sign in. You may paste it.
otp-ready = Please have ready
otp-ready-new = The token you are going to use: the app on your phone, or the device
otp-ready-old = The token you have used until now
otp-ready-used = The token you use now
otp-ready-card = Your customer card or image card
otp-ready-which = Only our own app and devices that we gave you can be used.
otp-exchange-care = <b>Please keep the old app until the new token is registered.</b> If the app on the old phone does not open, or the device shows no number, call { $phone }. We will help you to a new token.

otp-mandatory = We recommend one-time passwords for transfers
otp-mandatory-day = For your safety, the numbers of the customer card can no longer be used for transfers from { $day }. Please register a token on this page before then.
otp-serial = Serial number
otp-serial-label = Serial number
otp-serial-hint = In the app it begins with { $prefix }. Small letters will do.
otp-code-now = The number your token shows now.
otp-code-of = The number shown now by the token whose serial ends in { $hint }.
otp-code-old = One-time password of the old token
otp-code-old-hint = The number shown now by the token whose serial ends in { $hint }.
otp-code-new = One-time password of the new token
otp-code-new-hint = The number the new token shows now.
otp-code-empty = Please enter all digits of the number on your token. This did not count as a try.
otp-code-wait = A number did not match, so please wait a moment. You can try again in { $length }. This did not count as a try.
otp-where-device = If you have a device
otp-where-device-hint = The serial is on its back; press the button to see the number
otp-where-app = If you have the app
otp-where-app-hint = The number is in the middle, the serial at the bottom of the screen
otp-login = One-time password at sign-in
otp-login-label = At sign-in
otp-login-hint = We recommend “Ask for it”. Then nobody can sign in who has only stolen your password.
otp-login-yes = Ask for it
otp-login-no = Do not ask for it
otp-login-always = From then on, we ask for a one-time password when you sign in, too.
otp-none-ready = If you do not have a token yet
otp-none-ready-app = If you have a smartphone, please get our app for one-time passwords. It shows its serial number and the number to enter.
otp-none-ready-device = If you do not use a smartphone, we will give you a device. Please ask at your branch or call { $phone }.
otp-stop-effect = After the stop you cannot use this token for transactions or sign-in any more. To use one again, you have to register it anew.
otp-issue-lead = { $count ->
    [one] We send what you need to set up the app to the address below. It is good for one hour.
   *[other] We send what you need to set up the app to the address below. It is good for { $count } hours.
}
otp-mail = Email address of your phone
otp-mail-hint = An address you can read on the phone that will have the app.
otp-start-password = Start password
otp-start-password-hint = Choose 4 to 8 digits. You need them once, when you first open the app. One digit repeated, or digits in a row such as 1234, cannot be used.
otp-start-password-again = Start password, again
otp-start-password-again-hint = Please enter the same digits once more.
otp-activate-lead = Please enter the number shown, so that we know your app works.
otp-sign-in-unwanted = From now on your contract ID and password will be enough to sign in. Please enter the number on your token.

otp-incomplete = Something is missing. Please fill in all fields. This did not count as a try.
otp-refused = What you entered does not match. Please look at your token again and enter a new number.
otp-mail-wrong = Please check the email address. It needs an “@” between its two parts.
otp-start-password-form = Please enter 4 to 8 digits.
otp-start-password-simple = One digit repeated, or digits in a row, are easy to guess. Please choose other digits.
otp-start-password-different = The two entries differ. Please enter the same digits.
otp-not-now = We cannot do this now. Please see below.
otp-restart = For a while after a stop or a loss we take no new registration. Please try again after { $until }.
otp-rejected = { $count ->
    [one] What you entered does not match. Please look at your card again. To correct the serial number or the one-time password, start again from the beginning. You can try once more.
   *[other] What you entered does not match. Please look at your card again. To correct the serial number or the one-time password, start again from the beginning. You can try { $count } more times.
}

otp-card-pictures = Check your image card
otp-card-numbers = Numbers of your customer card
otp-card-numbers-lead = Please enter the numbers printed in the columns (1) and (2) of your customer card.
otp-card-why = We check your card, too, so that nobody can change your token with your password alone. For your safety we do not say which part did not match.

otp-started = One-time passwords are in use
otp-started-next = From now on we ask for a one-time password for transfers and other transactions.
otp-started-sign-in = We ask for one when you sign in, too. Please have your token at hand.
otp-started-card = Your card
otp-started-card-keep = You need the card to exchange or stop the token. <b>Please do not throw it away.</b>
otp-exchanged = Your new token is in use
otp-exchanged-next = From now on only the numbers of the new token are right.
otp-exchanged-old = The old token
otp-exchanged-old-next = The old token can no longer be used. You may delete the app. Please return a device to your branch.
otp-stopped = One-time passwords are stopped
otp-stopped-card = From now on please use your card to approve transactions.
otp-stopped-none = <b>You have no way to approve transfers now.</b> The numbers of the card alone are not enough. To make transfers, please register a token again.
otp-stopped-token = Your token
otp-stopped-token-next = You may delete the app. Please return a device to your branch.
otp-issued = We have sent you an email
otp-issued-to = Sent to: { $mail }
otp-issued-then = What to do next
otp-issued-open = On your phone, open the address in the email.
otp-issued-type = In the app, enter the service ID, the user ID and the start password you have just chosen.
otp-issued-first = Come back to this page, choose “Start” and enter the number in the app.
otp-issued-hours = { $count ->
    [one] The email is good for one hour. If it does not come, check the address and apply again.
   *[other] The email is good for { $count } hours. If it does not come, check the address and apply again.
}
otp-sign-in-changed = Your choice for the sign-in is changed
otp-sign-in-on = From your next sign-in we ask for a one-time password, too.
otp-sign-in-off = From your next sign-in your contract ID and password are enough.
otp-told = You can find this in your log, and we tell you by email if we have your address.
otp-to-sign-in = To the sign-in page

otp-over-expired = The time is over
    .what = Nothing was begun here, or the time is over. Nothing was changed.
    .next = Please start again from the beginning.
otp-over-refused = It could not be done
    .what = What you entered did not match. Nothing was changed.
    .next = Please have your token and your card at hand and start again. If it does not work, call { $phone }.
otp-over-locked = We have stopped this
    .what = Several answers in a row did not match, so we have stopped this for your safety. Nothing was changed.
    .next = To unlock it, call { $phone } or come to your branch. It does not unlock by itself.
otp-over-paused = We cannot do this at the moment
    .what = Several questions in a row were not answered, so we have paused for your safety. Nothing was changed.
    .next = Please try again after { $until }. If it is urgent, call { $phone }.
otp-over-not-now = We cannot do this now
    .what = It does not fit the way you use one-time passwords at present. Nothing was changed.
    .next = This may be because you have started already, have not started yet, or have just stopped. To learn more, call { $phone }.

otp-sign-in-title = Your one-time password
otp-sign-in-lead = To go on signing in, please enter the number on your token.
otp-sign-in-exchange = If you have a new phone, use “Exchange” on the sign-in page, or call us.
otp-sign-in-lost = If you have lost your token, stop your banking first, then call { $loss_phone }.
otp-sign-in-locked = Your one-time password is locked
otp-sign-in-locked-what = Several numbers in a row did not match, so this token can no longer be used. You have not been signed in.
otp-sign-in-locked-next = To unlock it, call { $phone } or come to your branch. It does not unlock by itself.
otp-sign-in-gone = The time to sign in is over
otp-sign-in-gone-what = You have not been signed in, because too much time has passed. Please start again with your contract ID and password.

token-yours = Your token
token-kind = Kind
token-kind-app = App on your phone
token-kind-device = Device
token-state-in-use = In use
token-state-waiting = Not started yet
token-state-locked = Locked
token-advice-waiting = Your app is ready. Choose “Start” and enter its number to use it.
token-advice-locked = Several numbers in a row did not match, so this token can no longer be used. To unlock it, call { $phone } or come to your branch.
token-none = No token is registered yet
token-none-hint = When there is one, its kind and serial number stand here.
token-acts = What you can do
token-at-the-door = You manage your token on the sign-in page
token-at-the-door-next = Sign out, then choose “Start”, “Exchange” or “Stop” on the sign-in page.
token-lost = If you have lost your token
token-lost-next = Please stop your banking first, then call { $loss_phone } at once. We make sure that the token cannot be used.
token-manage = Exchange, stop and more
otp-issue-when = Apply for a token
otp-issue-hint = { $count ->
    [one] We send you an email, good for one hour
   *[other] We send you an email, good for { $count } hours
}
otp-activate-when = Your app is ready
otp-activate-hint = Enter its number to start using it
overview-otp = With a token, you approve by a number that changes each time: that is safer.
card-advice-beside = Please use your one-time password for transactions. You need this card to exchange or stop the token, so please keep it safe.
overview-otp-go = Apply for or start one-time passwords
otp-guide = About one-time passwords
otp-none-ready-open = Open the app (on the phone that is to have it)
