# The image card: ordering, delivery, switching, the list.

apply-title = Order the image card
offer-lead = We will send you a new card in place of the customer card.
offer-what = For transfers you will choose pictures from it. It protects you from false pages that steal numbers. There is no fee.
offer-days = Dates
offer-by = Please order
offer-by-day = by <b>{ $day }</b>
offer-by-why = because delivery takes some weeks
offer-mandatory = Needed from
offer-mandatory-why = From { $era } we cannot accept transfers before you have switched
offer-sample = Sample of the image card: pictures in 5 rows and 10 columns.
offer-sample-plate = { $institution } image card (sample)
offer-go = Order the card
offer-later = Not now
offer-menu = You can order later by the menu “Contract details”, “Order the image card”.
offer-steps = How it goes
offer-step-apply = You order
offer-step-receive = The card arrives
offer-step-switch = You switch to it
offer-until = Your present card works as before until you have switched. Please switch even if you use one-time passwords: the card is needed to stop or exchange them.

apply-step-check = Check the address
apply-step-done = Order accepted
apply-step-post = Delivery ({ $time })
apply-heading = Where we will send it
apply-lead = Please check the address and enter its postcode. The card comes by registered mail.
apply-addressee = Name
postcode = Postcode
postcode-hint = The postcode of the address above: three digits and four digits. We compare it with our records.
postcode-a = Postcode, first 3 digits
postcode-b = Postcode, last 4 digits
apply-wrong = If the name or address is wrong
apply-wrong-next = It cannot be changed here. Please contact your branch ({ $branch }) and order once it has been changed.
apply = Order
apply-menu = You can also order from “Contract details”.
apply-postcode-form = Please enter the postcode as three digits and four digits.
apply-mismatch = The postcode does not fit the registered address. If you have moved, please contact your branch ({ $branch }).
apply-open = We have your order of { $ordered }. The card will come by registered mail between { $from } and about { $until }.
apply-address-new = Your address was changed a short time ago, so we cannot take an order here until { $until }. If it is urgent, please contact your branch ({ $branch }).
apply-not-active = We cannot take an order just now. Please call { $phone }.

applied-title = Order accepted
applied-done = We have your order
applied-mail = The same text is in your notices and comes by mail. The mail has no links.
applied-slip = Your order
applied-registered = By registered mail. If nobody is at home, the post leaves a note.
applied-next = What comes next
applied-next-receive = Please wait until the card is in your hands.
applied-next-switch = Then sign in and choose “Switch to the image card”. It does not switch by arriving.
applied-next-old = Until then, please use your present card.

order-title = Where your card is
order-slip = Your order
order-day = Ordered
order-dispatched = Sent
order-tracking = Registered mail No.
order-tracking-hint = You can follow it on the site of the post
order-address = Sent to
order-switch = Switch to it
order-stage-ordered = Ordered
order-stage-produced = Being made
order-stage-dispatched = Sent
order-stage-delivered = Delivered
order-stage-returned = Returned to us
order-stage-lost = Looking for it
order-stage-rejected = Not accepted
order-stage-expired = Out of date
order-advice-ordered = We have your order and will make the card next.
order-advice-produced = The card is being made and will soon be sent by registered mail.
order-advice-dispatched = It has been sent by registered mail. When you have it, compare the card number and switch.
order-advice-delivered = It has been delivered. <b>Switch to it to use it.</b> If you do not have it, call { $phone }.
order-advice-returned = The card came back to us. Please call { $phone } so that we can check your address. The returned card can no longer be used.
order-advice-lost = We could not confirm its delivery and have made the card useless. A new one is on its way. For details call { $phone }.
order-advice-rejected = There is something we have to check with you. Please call { $phone }.
order-advice-expired = The time for switching has passed and the card can no longer be used. Please order again; there is no fee.

switch-title = Switch to the image card
switch-care = Before you use the image card
switch-care-why = Thieves take money with what they steal from computers and telephones. Please mind the following.
switch-no-photo = No photographs
switch-care-photo = Do not photograph, copy or scan the card. Photographs are often stored on the internet without your noticing.
switch-care-asked = We ask only for the places marked in the drawing. <b>A page or a call that asks for all pictures is false.</b> Stop, and call { $phone }.
switch-care-staff = Neither our staff nor the police will ask you for pictures of the card.
switch-read = I have read this.
switch-care-more = You find more on our website.
switch-place = Where to look
switch-place-before = On your new card, find the pictures at the places{" "}
switch-place-after = {" "}of the drawing.
switch-compare = If the number on your card is not { $number }, do not switch, but call us.
switch-old = Your present card
switch-old-customer = Look at your present customer card and enter the digits under (1) and (2). This keeps out whoever has got hold of the new card only.
switch-old-image-before = Choose below also the pictures at the places{" "}
switch-old-image-after = {" "}of your present image card. This keeps out whoever has got hold of the new card only.
switch-code-link = I do not have my present card (use an activation code)
switch-code = Activation code
switch-code-label = Activation code
switch-code-hint = The code from your branch, or from the letter that came apart from the card.
switch-pick = Pictures
switch-pick-lead = For each mark choose the picture that is on your new card. You can change your choice.
switch = Switch
switch-after = From the next operation on you will use the new card. Your present card will stop working.
switch-hard-to-see = If the pictures are hard to see (choose by name, or switch by telephone)
switch-not-read = Please read the text, then tick the box.
switch-rejected = { $count ->
    [one] Something did not match your cards. Please look at them again. You can try once more.
   *[other] Something did not match your cards. Please look at them again. You can try { $count } more times.
}

switched-title = You have switched
switched-done = Your image card is in use
switched-next-approval = From the next operation on, you approve with the image card.
switched-otp = For operations please go on using your one-time password. The image card is for stopping or exchanging it.
switched-at = Switched
switched-valid = Can be used until
switched-old = Your old card
switched-old-customer = The customer card no longer works. <b>Write down your contract ID</b>, then cut the card up and throw it away.
switched-old-image = The old image card no longer works. Cut the pictures apart and throw it away.
switched-lowered = For a while your transfer limit is lower
switched-lowered-until = Until { $until }. This protects your money should a thief have switched.

overview-title = Your cards and methods
overview-mandatory = From { $day } transfers need the image card
overview-mandatory-next = If you have not ordered yet, please do so soon. Delivery takes some weeks.
overview-order = Card on its way
overview-can-order = A new card that protects you from false pages. There is no fee.
overview-stop = If you lost a card or telephone, or feel deceived, do not hesitate to stop. Operations not yet approved are withdrawn, too.
overview-last = Last sign-in: { $at }
card-since = In use since
card-left = Left
card-left-count = { $count ->
    [one] 1 more operation
   *[other] { $count } more operations
}
card-left-name = Operations left on the card
card-left-hint = When few are left, we send a new card by ourselves
card-state-active = In use
card-state-retiring = To be replaced
card-state-procedures = Procedures only
card-state-locked = Locked
card-state-exhausted = Used up
card-state-revoked = Void
card-advice-retiring = A new card is being prepared. Please use this one until you have switched.
card-advice-procedures = Not for transfers. Use it to switch to the image card and for one-time passwords.
card-advice-locked = Several answers in a row did not match, so this card is locked. Call { $phone } or come to a branch to unlock it.
card-advice-exhausted = There is nothing left to ask. Please switch to the new card. If it has not come, call { $phone }.
card-advice-revoked = We have made it useless as you reported. When the new card comes, please switch to it.
