# Mails that tell of notices. Lines are joined and broken anew at 64 columns.

mail-subject = [{ $institution }] { $title }
mail-subject-code = [{ $institution }] { $title } (reference { $code })
mail-to = Dear { $name }

mail-row-card = Card
mail-row-card-number = Card number
mail-row-left = Left
mail-row-device = Device
mail-row-at = Time
mail-row-transfer = Amount
mail-row-payee = Payee
mail-row-transfer-day = Day
mail-row-own = Amount
mail-row-own-to = To
mail-row-own-day = Day
mail-row-change = Change
mail-row-method = Approved with
mail-row-approved-at = Approved at
mail-row-code = Reference
mail-left = { $count ->
    [one] one question
   *[other] { $count } questions
}

mail-bank-code = bank { $code }
mail-branch-code = branch { $code }
mail-kind-ordinary = ordinary account
mail-kind-current = current account
mail-kind-savings = savings account
mail-kind-other = account
mail-account = { $kind } ending in { $last }

mail-method-image-card = image card
mail-method-customer-card = customer card
mail-method-none = no card was asked for

mail-change-otp-start = start of a token
mail-change-otp-exchange = exchange of a token
mail-change-otp-stop = stop of a token
mail-change-otp-issue = issue of a token
mail-change-card-switch = switch of the card
mail-change-mail-password-start = start of passwords by mail
mail-change-mail-password-stop = stop of passwords by mail
mail-change-sign-in = change of how you sign in

mail-unknown = If this was not you
    .text =
        Please call at once, and we will stop all transactions:
        { $loss_phone } (24 hours). You find this number on the back
        of your cash card too.
mail-question = If you have a question
    .text =
        Please call { $phone } ({ $hours }).
mail-stop = To stop the service yourself
    .text =
        This code stops internet banking without signing in. It can do nothing else.

        Stop code: { $stop_code }
mail-about = About this mail
    .text =
        Notice number { $notice }. Our mails have no links and no attachments, and we never ask for
        passwords or pictures of your card. You find the notice with the same number under
        "Notices" after signing in.
mail-from =
    { $institution }
    { $desk }

mail-card-ordered = We have your card order
    .text =
        We are making your card and will send it by registered mail to the address we hold.

        Until it arrives, please go on using your present card.
mail-order-rejected = We could not make your card
    .text =
        We could not make the card you ordered. Nothing was charged.

        Please contact your branch.
mail-card-dispatched = Your card is on its way
    .text =
        We have sent your card by registered mail.

        When it arrives, please sign in and switch to it from the menu. It does not become active
        by arriving.
mail-card-returned = Your card came back to us
    .text =
        The card we sent could not be delivered and came back. We have made it unusable.

        Please tell your branch your address. We will then make a new card.
mail-card-lost = We are making you a new card
    .text =
        We cannot tell whether the card we sent has arrived. We have made it unusable and are
        making a new one.

        Should the earlier card still arrive, please cut it up and throw it away.
mail-switch-reminder = Please switch to your new card
    .text =
        It seems that you have not switched to your new card yet.

        If you have it, please sign in and switch to it from the menu. If it has not arrived,
        please call us.
mail-card-switched = You have switched to your new card
    .text =
        From now on please use your new card.

        The earlier card no longer works. Please cut it up and throw it away.
mail-card-revoked = A card was made unusable
    .text =
        The card below was made unusable. Nothing can be approved with it any more.
mail-card-locked = Your card was locked
    .text =
        Several answers in a row did not match, so the card was locked. The transaction was not
        carried out.

        To unlock it, please call us or visit your branch.
mail-card-unlocked = Your card was unlocked
    .text =
        You can use your card again.
mail-card-nearly-used-up = We are sending you a new card
    .text =
        Your present card can be used only a few more times. We are making a new one and will send
        it by registered mail.

        Until it arrives, please go on using your present card.
mail-challenge-abandoned = A question was left unanswered
    .text =
        We asked for places on your card and got no answer. The transaction was not carried out.

        If you stopped it yourself, there is nothing you need to do.
mail-new-device = Sign-in from a new device
    .text =
        Somebody signed in from a device we have not seen before.
mail-signed-in-after-failures = A sign-in after wrong passwords
    .text =
        Somebody signed in after wrong passwords ({ $failures }).
mail-password-changed = Your password was changed
    .text =
        Your login password was changed. Please sign in with the new one from now on.
mail-operation-approved = Transaction approved
    .text =
        The following transaction was approved.
mail-contract-suspended = Internet banking was stopped
    .text =
        We have stopped your internet banking and cancelled what was not yet approved.

        To resume it, please visit your branch with a proof of identity.
mail-contract-resumed = Internet banking works again
    .text =
        You can use internet banking again.
mail-mail-changed = Your mail address was changed
    .text =
        The address we send notices to was changed.

        This mail goes to both the former and the new address.
