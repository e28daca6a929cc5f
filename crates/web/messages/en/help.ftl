# A guide to each page, by the questions asked most often at the counter.

help-index-lead = Please choose a page. On most pages there is a link to the guide beside the heading.
help-call = If this does not help, please call us

help-sign-in = Sign in
    .lead = The page where you enter internet banking, with your contract ID and your password.
    .q1 = What do I need?
    .a1 = Your contract ID (user number) and your login password. The ID is printed on your customer card or in the letter about your contract. The card itself is for transactions.
    .q2 = May I use a password manager?
    .a2 = Please do. Pasting works, too. A manager fills in the password only at the right address, which helps you to spot fake pages.
    .q3 = What happens after several wrong tries?
    .a3 = For your safety you cannot sign in for a while, even with the right password. If it still does not work a little later, call { $phone }. Your card is not locked by this.
    .q4 = What is the on-screen keyboard?
    .a4 = You type with buttons on the page. It helps against viruses that read the keyboard. You do not have to use it.

help-password = Change your password
    .lead = Here you choose a new login password.
    .q1 = What is a good password?
    .a1 = A long one. Three or four unrelated words are easy to remember and hard to guess. Please use one you use nowhere else.
    .q2 = It says “easy to guess”
    .a2 = Words that thieves try first cannot be used, nor anything with your contract ID in it. Rather than one more symbol, add one more word.
    .q3 = Should I change it regularly?
    .a3 = There is no need. Change it at once if somebody may know it.

help-apply = Order the image card
    .lead = Here you order a new card to be sent to your registered address.
    .q1 = Why do you ask for the postcode?
    .a1 = To make sure that the address is right. If the postcode does not match our records, we do not send the card.
    .q2 = My name or address has changed
    .a2 = It cannot be changed here. Please have your branch change it first, then order. For a while after a change of address we take no orders on this page, for your safety.
    .q3 = I cannot sign in. Can I order?
    .a3 = Please call { $phone }. We take your order once we have checked that it is you.
    .q4 = Can I order for my family, too?
    .a4 = Please order for each contract. Each card comes in its own envelope with the name on it.

help-delivery = Delivery of the card
    .lead = From your order until you hold the card.
    .q1 = How does it come?
    .a1 = By registered post; a seal or signature is needed. If nobody is at home, the post office leaves a note.
    .q2 = It is here. What first?
    .a2 = Please check the name and the card number. If the envelope was open, or the number differs from the page, do not switch but call { $phone }.
    .q3 = It has not come by the expected day
    .a3 = Please look at “Where your card is”. If it has not come a week after it was sent, call { $phone }. We cancel that card and send you another.
    .q4 = Can I use it as soon as it is here?
    .a4 = No. <b>Until you have switched, please use your present card.</b>

help-switch = Switch to the image card
    .lead = Here you put the image card that has arrived into use.
    .q1 = In which order?
    .a1 = 1. Read the points and tick the box.<br>2. Answer about your present card.<br>3. Look at the marked places on your new card and choose the same pictures.<br>4. Press Switch.
    .q2 = Why do you need my present card?
    .a2 = So that somebody who steals the new card from your letter box cannot switch to it.
    .q3 = I have lost my present card
    .a3 = You can use an activation code, given to you at a branch or sent in a separate letter. Please call { $phone }.
    .q4 = I cannot see the pictures well
    .a4 = Tick “Show the names of the pictures” and choose by name. Screen readers always read the names. If it is still difficult, please call { $phone }.
    .q5 = What about the old card?
    .a5 = After the switch, write down your contract ID, then cut the card up and throw it away.

help-image-card = Approve a transaction (image card)
    .lead = Before a transfer, this page checks the transaction and that it is you.
    .q1 = What should I look at?
    .a1 = First, <b>whether amount and payee are right</b>. If not, press Stop. If they are, look at the marked places on your card and choose the same pictures.
    .q2 = How do I read rows and columns?
    .a2 = “Row D, column 3” is where the letter D on the left meets the number 3 on top. Columns run from 1 to 9, and 0 comes last.
    .q3 = What is the check code?
    .a3 = It is worked out from the transaction. The email we send afterwards shows the same code. If it differs, the details were changed: please call us.
    .q4 = I need more time
    .a4 = Press the button for more time. The places we ask for stay the same.
    .q5 = I chose the wrong picture
    .a5 = Before you press Approve you can change your choice as often as you like. If it did not match, you are told how many tries are left. For safety we do not say which picture was wrong.

help-customer-card = Approve a transaction (customer card)
    .lead = This page checks a transaction with the numbers printed on your customer card.
    .q1 = Which numbers?
    .a1 = Those in the black columns: in field (1) the digits of column (1), in field (2) those of column (2).
    .q2 = I was asked for all the numbers
    .a2 = <b>That is a fake.</b> Enter nothing and call { $loss_phone } at once.
    .q3 = I have lost the card
    .a3 = Please tell us under “Lost card, new card” after signing in, or call { $loss_phone }. We block it at once.
    .q4 = How long can I use it?
    .a4 = Until you switch to the image card. If there is a date from which the image card is needed, you can use it for transfers until the day before. Please switch early.

help-one-time-password = Approving with a one-time password
    .lead = On this page you confirm a transaction with the number your token shows.
    .q1 = Where do I find the number?
    .a1 = In the app on your phone, or on the device we gave you. Enter it just as you see it.
    .q2 = It says that the number has been used
    .a2 = A number that was used once does for nothing else, not even if it was used to sign in. Wait for the next one. What you do meanwhile does not count as a try.
    .q3 = The numbers keep failing
    .a3 = Set your phone's clock to automatic. A device can be set right by us: please call { $phone }.
    .q4 = I have lost my phone
    .a4 = Stop the service first, then call { $loss_phone }. We make the lost token useless at once.

help-token = Start, exchange or stop a token
    .lead = Here you register the token of your one-time passwords, change it for another, or stop using it.
    .q1 = What do I need?
    .a1 = Your contract ID and login password, the token (the app on your phone, or the device), and your customer card or image card. To exchange a token you need the old one, too.
    .q2 = Where is the serial number?
    .a2 = At the bottom of the screen in the app, on the back of a device. Small letters will do.
    .q3 = I am changing my phone
    .a3 = Get the app on the new phone first, then choose “Exchange”. <b>Please do not delete the old app before you have finished.</b> If the old app does not open, call { $phone }.
    .q4 = It says that something does not match
    .a4 = It may be the serial number, the one-time password or the answer from your card. For your safety we do not say which. Please start again and check them one by one.
    .q5 = What happens when I stop?
    .a5 = The token can no longer be used. The last page tells you whether your card approves again, or whether you need a new token. For a while after the stop we may not take a new registration.

help-locked = When a card is locked
    .lead = When several answers in a row do not match, we stop approvals with that card to protect it.
    .q1 = Has any money moved?
    .a1 = No. The transaction was not done. Your deposits are as before.
    .q2 = Will it work tomorrow?
    .a2 = No. It does not unlock by itself. We unlock it by telephone or at a branch.
    .q3 = It was locked, but I did nothing
    .a3 = Somebody may know your password. Please stop your internet banking first, then call { $loss_phone }.

help-overview = Your cards and methods
    .lead = All your cards and the state they are in.
    .q1 = What does “left” mean?
    .a1 = For safety we avoid asking for the same place again. So a card lasts for a certain number of transactions. When few are left, we send you a new card automatically.
    .q2 = What does “For procedures only” mean?
    .a2 = The card is not used for transfers, but you need it to switch to the image card, and to start, exchange or stop a token. Please keep it safe.
    .q3 = There is something I do not know
    .a3 = Please stop your internet banking at once or call { $loss_phone }.

help-loss = Lost card, new card
    .lead = Tell us here when a card is lost, was seen, or is hard to use.
    .q1 = I photographed it. Will I be blamed?
    .a1 = No. Telling us is the safest thing to do. We replace the card, free of charge.
    .q2 = What happens to the card I report?
    .a2 = It stops working at once. Only a torn or dirty card can be used until you switch to the new one.
    .q3 = Can I make transfers until the new one comes?
    .a3 = With another method, yes. Otherwise please use a branch or a cash machine.
    .q4 = I have found the card again
    .a4 = Please do not use it but cut it up and throw it away. A card that was reported cannot be brought back.

help-stop = Stop my banking
    .lead = Here you stop everything yourself when you may have been tricked.
    .q1 = What does it stop?
    .a1 = Signing in and transactions in internet banking. Direct debits, salary, pension and cash machines work as before.
    .q2 = Can I stop without signing in?
    .a2 = Yes, with your contract ID and either your login password or your stop code. The stop code is in our notice emails. If you know neither, call { $loss_phone }.
    .q3 = I stopped by mistake
    .a3 = It cannot be started again on a page, so that nobody else can do so. Please come to a branch with proof of identity. After that you sign in with an initial password that we send you by post.
    .q4 = Money has already been sent
    .a4 = Stop, then call { $loss_phone } at once. The sooner you call, the better the chance of getting it back. The police give advice at #9110.

help-log = Activity
    .lead = Here you can check when, from which device and what was done.
    .q1 = How often should I look?
    .a1 = Once a month, and whenever an email about a transaction comes.
    .q2 = Is the “device of another sign-in” mine?
    .a2 = It was used before you signed in this time. Please check the time and the kind of device. If it was not you, stop your internet banking at once.
    .q3 = Can I see older entries?
    .a3 = Press “Older” for older entries. For details please call { $phone }.

help-notices = Notices and email
    .lead = Here you can read every notice we sent by email again, in a safe place.
    .q1 = When do you send email?
    .a1 = When you approve a transaction; when a card is made, sent, switched or locked; when somebody signs in from a new device; when your password changes; when internet banking is stopped; and so on.
    .q2 = Is an email really from you?
    .a2 = Type the notice number at the end of the email into the field on this page. If the same notice opens, it is from us. Our emails have no links and no attachments.
    .q3 = I want to change my email address
    .a3 = Please call { $phone }. For safety we tell both the old and the new address.
    .q4 = No email comes
    .a4 = Please check your spam settings. Even without the email you can read the same text on this page.

help-display = Display and reading aloud
    .lead = About the size of the text, the language and screen readers.
    .q1 = How do I make the text larger?
    .a1 = Press “Large” at the top of any page, or use the display settings. The zoom of your browser works, too.
    .q2 = Does it work with a screen reader?
    .a2 = Yes. Every picture has a name. The list for X is read first, then the list for Y.
    .q3 = Does it work with the keyboard alone?
    .a3 = Yes. Tab goes on, the arrow keys choose a picture, Enter approves. “Skip to content” at the start saves time.
    .q4 = I cannot tell the colours apart
    .a4 = Marks differ in letter, shape, frame and colour together. Nothing depends on colour alone.
