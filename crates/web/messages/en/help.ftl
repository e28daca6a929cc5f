# A guide to each page, by the questions asked most often at the counter.

help-index-lead = Please choose a page. On every page there is a link to its guide beside the heading.
help-call = If this does not help, please call us

help-sign-in = Sign in
    .lead = The door to internet banking, with your contract ID and your password.
    .q1 = What do I need?
    .a1 = Your contract ID and your login password. The ID is printed on your customer card and in the letter about your contract. The card itself is needed for operations.
    .q2 = May I use a password manager?
    .a2 = Please do. Pasting works, too. A manager fills in only at the right address, which helps against false pages.
    .q3 = What happens after several wrong tries?
    .a3 = For a while we accept no sign-in. Please try again after the time shown. Your card is not locked by this.
    .q4 = What is the on-screen keyboard?
    .a4 = You type with buttons on the page. It is a precaution against viruses that watch the keyboard. You need not use it.

help-password = Change your password
    .lead = Here you get a new login password.
    .q1 = What is a good password?
    .a1 = A long one. Three or four unrelated words are easy to remember and hard to guess. Please use one you use nowhere else.
    .q2 = It says “easy to guess”
    .a2 = Words that thieves try first, and those made from your name or numbers, cannot be used. Rather than one more sign, add one more word.
    .q3 = Should I change it regularly?
    .a3 = There is no need. Change it at once if somebody may know it.

help-apply = Order the image card
    .lead = Here you have a new card sent to your registered address.
    .q1 = Why do you ask for the postcode?
    .a1 = To be sure that the address is right. If it does not fit our records, we send no card.
    .q2 = My name or address has changed
    .a2 = It cannot be changed here. Please have your branch change it first. After a change of address we take no orders on this page for a while, for your safety.
    .q3 = I cannot sign in. Can I order?
    .a3 = Please call { $phone }. We take your order once we know that it is you.
    .q4 = Can I order for my family, too?
    .a4 = Please order for each contract. Each card comes in an envelope of its own, with a name on it.

help-delivery = Delivery of the card
    .lead = From your order until you hold the card.
    .q1 = How does it come?
    .a1 = By registered mail, against a seal or signature. If nobody is at home, the post leaves a note.
    .q2 = It is here. What first?
    .a2 = Please check the name and the card number. If the envelope was open, or the number differs from the page, do not switch but call { $phone }.
    .q3 = It has not come in time
    .a3 = Please look at “Where your card is”. If it has not come a week after it was sent, call { $phone }. We make that card useless and send another.
    .q4 = Can I use it as soon as it is here?
    .a4 = No. <b>Until you have switched, please use your present card.</b>

help-switch = Switch to the image card
    .lead = Here you make the card that has arrived ready for use.
    .q1 = In which order?
    .a1 = 1. Read the text and tick the box.<br>2. Answer about your present card.<br>3. Look at the marked places on your new card and choose the same pictures.<br>4. Press Switch.
    .q2 = Why do you need my present card?
    .a2 = So that nobody who steals the new card from your letter box can switch to it.
    .q3 = I have lost my present card
    .a3 = You can use an activation code from a branch or from a separate letter. Please call { $phone }.
    .q4 = I cannot see the pictures well
    .a4 = Tick “Show the names of the pictures” and choose by name. Screen readers always read the names. If it is still difficult, we switch for you by telephone.
    .q5 = What about the old card?
    .a5 = After the switch, write down your contract ID, then cut the card up and throw it away.

help-image-card = Approve an operation (image card)
    .lead = Before a transfer this page makes sure of the operation and of you.
    .q1 = What should I look at?
    .a1 = First, <b>whether amount and payee are right</b>. If not, press Stop. If they are, look at the marked places on your card and choose the same pictures.
    .q2 = How do I read rows and columns?
    .a2 = “Row D, column 3” is where the letter D on the left meets the number 3 on top. Columns run from 1 to 9, and 0 comes last.
    .q3 = What is the check code?
    .a3 = It is worked out from the operation. The mail we send afterwards shows the same code. If it differs, the contents were changed: please call us.
    .q4 = I need more time
    .a4 = Press the button for more time. The places stay the same.
    .q5 = I chose the wrong picture
    .a5 = Before you press Approve you can change your choice as often as you like. Afterwards you are told how many tries are left. For safety we do not say which picture was wrong.

help-customer-card = Approve an operation (customer card)
    .lead = This page makes sure of an operation with the numbers printed on your customer card.
    .q1 = Which numbers?
    .a1 = Those in the black columns: in field (1) the digits of column (1), in field (2) those of column (2).
    .q2 = I was asked for all numbers
    .a2 = <b>That page is false.</b> Enter nothing and call { $phone } at once.
    .q3 = I have lost the card
    .a3 = Please tell us under “Lost card, new card” after signing in, or call { $phone }. We make it useless at once.
    .q4 = How long can I use it?
    .a4 = Until the image card becomes compulsory. Please switch before that day.

help-locked = When a card is locked
    .lead = When several answers in a row do not match, we lock the card to protect it.
    .q1 = Has any money moved?
    .a1 = No. The operation was not done. Your deposits are as before.
    .q2 = Will it work tomorrow?
    .a2 = No. It does not unlock by itself, but with another method, by telephone or at a branch.
    .q3 = It was locked, though I did nothing
    .a3 = Somebody may know your password. Please stop your banking first, then call { $phone }.

help-overview = Your cards and methods
    .lead = All your cards and how they stand.
    .q1 = What does “left” mean?
    .a1 = A place of the card is not asked again once it was asked. So a card lasts for a number of operations. When few are left, we send a new card by ourselves.
    .q2 = What does “Procedures only” mean?
    .a2 = The card cannot be used for transfers, but for switching and for stopping other methods. Keep it until you have switched.
    .q3 = There is something I do not know
    .a3 = Please stop your banking at once or call { $phone }.

help-loss = Lost card, new card
    .lead = Tell us here when a card is lost, was seen, or is hard to use.
    .q1 = I photographed it. Will I be blamed?
    .a1 = No. Telling us is the safest thing to do. You get a new card, free of charge.
    .q2 = What becomes of the card?
    .a2 = It stops working at once. Only a torn or dirty card goes on working until you switch.
    .q3 = Can I make transfers until the new one comes?
    .a3 = With another method, yes. Otherwise please use a branch or a cash machine.
    .q4 = The card has turned up
    .a4 = Please do not use it but cut it up. A reported card cannot be brought back.

help-stop = Stop my banking
    .lead = Here you stop everything yourself when you feel deceived.
    .q1 = What does it stop?
    .a1 = Sign-in and operations of internet banking. Direct debits, salary, pension and cash machines go on as before.
    .q2 = Can I stop without signing in?
    .a2 = Yes, with your contract ID and any one thing such as your password or a card number. If you know none, call { $phone }.
    .q3 = I stopped by mistake
    .a3 = It cannot be started again on a page, so that nobody else can do so. Please come to a branch with an identity document.
    .q4 = Money has already been sent
    .a4 = Stop, then call { $phone } at once. The sooner, the better the chance to get it back. The police give advice at #9110.

help-log = Activity
    .lead = See for yourself when, where and what was done.
    .q1 = How often should I look?
    .a1 = Once a month, and whenever a mail about an operation comes.
    .q2 = Is the “new device” mine?
    .a2 = A new telephone or a reinstalled browser is shown so. If you know of neither, stop your banking at once.
    .q3 = How long is it kept?
    .a3 = This page shows a certain time. For anything older please ask at a branch.

help-notices = Notices and mail
    .lead = Here you read every notice again, in a safe place.
    .q1 = When do you send mail?
    .a1 = When an operation is accepted, a card is ordered, sent or switched, somebody signs in from a new device, or banking is stopped.
    .q2 = Is a mail really from you?
    .a2 = If its subject is on this page, it is. Our mails have no links and no attachments.
    .q3 = I want to change my mail address
    .a3 = Please call { $phone }. For safety we tell both the old and the new address.
    .q4 = No mail comes
    .a4 = Please look at your spam settings. Everything is also on this page.

help-display = Display and reading aloud
    .lead = About the size of the text, the language and screen readers.
    .q1 = How do I make the text larger?
    .a1 = Press “Large” on top of any page, or use the display settings. The zoom of your browser works as well.
    .q2 = Does it work with a screen reader?
    .a2 = Yes. Every picture has a name. The list for X is read first, then the list for Y.
    .q3 = Does it work with the keyboard alone?
    .a3 = Yes. Tab goes on, the arrow keys choose a picture, Enter approves. “Skip to content” at the start saves time.
    .q4 = I cannot tell the colours apart
    .a4 = Marks differ in letter, shape, frame and colour together. Nothing depends on colour alone.
