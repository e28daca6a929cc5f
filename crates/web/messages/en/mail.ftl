# Emails that tell of notices. Lines are joined and broken anew at 64 columns.

mail-subject = [{ $institution }] { $title }
mail-subject-code = [{ $institution }] { $title } (check code { $code })
mail-to = Dear { $name }

mail-row-card = Card
mail-row-card-number = Card number
mail-row-left = Uses left
mail-row-device = Device
mail-row-at = Japan time
mail-row-transfer = Amount
mail-row-payee = Payee
mail-row-transfer-day = Date
mail-row-own = Amount
mail-row-own-to = To account
mail-row-own-day = Date
mail-row-change = Change
mail-row-method = Approved with
mail-row-approved-at = Japan time
mail-row-code = Check code
mail-left = { $count ->
    [one] 1 transaction
   *[other] { $count } transactions
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

mail-change-otp-start = start using a token
mail-change-otp-exchange = exchange a token
mail-change-otp-stop = stop using a token
mail-change-otp-issue = issue a token
mail-change-card-switch = switch to the image card
mail-change-mail-password-start = start passwords by email
mail-change-mail-password-stop = stop passwords by email
mail-change-sign-in = change how you sign in

mail-unknown = If this was not you
    .text =
        Please call at once, and we will stop your internet banking:
        { $loss_phone } (24 hours). You also find this number on the back of your image card
        or customer card.
mail-question = If you have a question, or this was not you
    .text =
        Please call { $phone } ({ $hours }). If it is urgent at night or on a holiday, call
        { $loss_phone } (24 hours).
mail-stop = To stop it yourself
    .text =
        On the sign-in page, choose “Stop my banking” and enter your contract ID and this stop
        code. You need not sign in. To start again, please come to a branch.

        Stop code: { $stop_code }
mail-about = About this email
    .text =
        Notice number: { $notice }

        To check that this email is from us, sign in the way you always do and enter this number
        under “Notices”.

        Our emails have no links and no attachments, and we never ask for passwords, or for
        the pictures or numbers of your card.
mail-from =
    { $institution }
    { $desk }

mail-card-ordered = We are making you a new card
    .text =
        We are making you a new card, because you ordered one, reported one lost, or yours is due
        to be replaced. We will send it by registered post to your registered address.

        If your present card still works, please use it until the new card takes its place.
mail-order-rejected = We are not sending your card
    .text =
        The card we were preparing for you will not be sent.

        Please ask your branch for details.
mail-card-dispatched = We have sent your card
    .text =
        We have sent your card by registered post.

        If it is an image card: when it arrives, please sign in and choose “Switch to the image
        card” from the menu. It is not switched just by arriving.

        If it has not come after a week, please call us.
mail-card-returned = Your card came back to us
    .text =
        The card we sent could not be delivered and came back. It can no longer be used.

        Please tell your branch your address. Once it has been checked, we make a new card.
mail-card-lost = We could not confirm the delivery of your card
    .text =
        We could not confirm that the card we sent has arrived, so it can no longer be used. If we
        make you a new card, we tell you in another email.

        Should the earlier card still arrive, please cut it up and throw it away.
mail-switch-reminder = Please switch to your new card
    .text =
        It seems that you have not switched to the image card yet. After a certain time the card
        we sent can no longer be used.

        If you have the card, please sign in and choose “Switch to the image card” from the menu.
        If it has not arrived, please call us.
mail-card-switched = You have switched to your new card
    .text =
        From the next transaction on, please use your new card.

        The earlier card no longer works. If it is a customer card, write down your contract ID
        first. Then cut the card up and throw it away.
mail-card-revoked = A card can no longer be used
    .text =
        The card below can no longer be used to approve transactions. If you have it, please
        cut it up and throw it away.

        If we make you a new card, we tell you in another email.
mail-card-locked = Your card was locked
    .text =
        Several answers in a row did not match, so the card can no longer be used to approve.
        The transaction was not carried out.

        To unlock it, please call us or come to your branch.
mail-card-unlocked = Your card was unlocked
    .text =
        You can use your card again. Please start again with anything that was left unfinished.
mail-card-nearly-used-up = Few uses are left on your card
    .text =
        Your present card can be used only a few more times. When we make you a new card, we tell
        you in another email.

        Until you switch to the new card, please go on using your present one.
mail-challenge-abandoned = An approval was not completed
    .text =
        We asked for places on your card, and the approval ended without a matching answer. The
        transaction was not carried out.

        If you stopped it yourself, there is nothing you need to do.
mail-new-device = Sign-in from a new device
    .text =
        Somebody signed in from a device we have not seen before.

        If it was you, there is nothing you need to do.
mail-signed-in-after-failures = Sign-in after passwords that did not match
    .text =
        Somebody signed in after passwords that did not match (number of tries: { $failures }).

        If it was you, there is nothing you need to do.
mail-password-changed = Your password was changed
    .text =
        Your login password was changed. Please sign in with the new one from now on.
mail-operation-approved = A transaction was approved
    .text =
        The following transaction was approved. Please check the result on the page of the
        transaction.
mail-contract-suspended = Your internet banking was stopped
    .text =
        We have stopped your internet banking. Transactions whose approval was not finished were
        cancelled.

        To start again, please come to your branch with proof of identity.
mail-contract-resumed = Your internet banking was started again
    .text =
        Your internet banking is no longer stopped.

        If we send you an initial password, you can sign in when it has come by post.
mail-mail-changed = Your email address was changed
    .text =
        The email address we send notices to was changed.

        This email goes to both the former and the new address.

mail-method-otp-app = one-time password (app)
mail-method-otp-device = one-time password (device)
mail-row-token = Method
mail-row-serial = Serial number
mail-row-next-serial = New serial number
mail-row-service-id = Service ID
mail-row-user-id = User ID

mail-otp-started = You have started to use one-time passwords
    .text =
        From now on, transfers and other transactions need the number your token shows.

        Please keep your card: it is needed to change or stop your token.

mail-otp-exchanged = You have exchanged your token
    .text =
        From now on, please use the numbers of your new token.

        The numbers of the earlier token no longer work.

mail-otp-stopped = You have stopped using one-time passwords
    .text =
        The numbers of your token no longer work.

        To use one-time passwords again, please start them anew.

mail-otp-locked = Your one-time password was locked
    .text =
        Several numbers in a row did not match, so one-time passwords can no longer be used to
        approve. The transaction was not carried out.

mail-otp-unlocked = Your one-time password was unlocked
    .text =
        You can use your one-time password again. Please start again with anything that was left
        unfinished.

mail-otp-revoked = A token can no longer be used
    .text =
        The token below can no longer be used. Its numbers approve nothing any more.

mail-otp-issued = Your token was issued
    .text =
        Please set it up in the app on your phone. The app asks for the service ID and the user
        ID below, and for the start password you have chosen.

        Open the app from "One-time password" on our website.

mail-otp-issue-dead = Your issued token was withdrawn
    .text =
        The start password did not match several times, or the time for setting it up was over,
        so the issued token was withdrawn. Please have a token issued again.

mail-token-expiring = The battery of your token is near its end
    .text =
        Your device will soon be unable to show numbers. Please ask your branch for a new one.
