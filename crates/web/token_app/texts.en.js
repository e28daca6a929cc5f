// The sentences of the screens. **This** is bold, {name} is filled in.

export default {
  "title": "One-time password",
  "skip": "Skip to the content",
  "sandbox": "This is a test system. It cannot be used for real transactions.",
  "text-size": "Text",
  "text-standard": "Normal",
  "text-large": "Large",
  "help": "Help",
  "back": "Back",
  "home": "To the codes",
  "copied": "Copied.",
  "copy-failed": "Copying did not work. Please read the code from the screen and type it.",
  "call": "Questions: {desk}, {phone} ({hours})",
  "count": "{count} on this device",
  "count-none": "Nothing set up yet",
  "day-and-time": "{day} {monthName}, {hour}:{minute}",
  "and": ", ",

  // A token's card
  "code": "One-time password",
  "changes-in": "A new code comes in {seconds} s.",
  "never-tell": "**Never tell it to anybody, even if you are asked on the telephone.**",
  "soon": "The code changes in {seconds} seconds.",
  "changed": "There is a new code.",
  "copy": "Copy",
  "large": "Show large",
  "close": "Close",
  "serial": "Serial number",
  "closed": "Hidden",
  "show": "Show the code",
  "show-of": " of {name}",
  "shown": "The code of {name} is shown.",
  "about-token": "About this token",
  "registered": "Set up on",
  "standing": "State",
  "standing-unknown": "Not checked yet",
  "standing-not-bound": "Not started at the bank yet",
  "standing-bound": "In use",
  "standing-asked": " (checked {at})",
  "not-bound": "This token is not in use yet. Start it at the bank before you use its codes.",
  "how-to-start": "How to start it",
  "remove": "Remove this token",
  "unusable-code": "The code could not be made. Please open the app again.",

  // Below the list
  "add": "＋ Add a token",
  "keep-title": "Keep this app when you change your phone",
  "keep-issued": "You need its code until you have started on the new phone.",
  "keep-self": "You need its code until the exchange (交換) on the new phone is complete.",

  // The first screen
  "welcome": "Set up your one-time password",
  "welcome-lead":
    "This app shows the 6 digits that {name} asks for when you sign in or make a transaction. " +
    "They change after a short time and work only once.",
  "add-title": "Add a token",
  "add-lead": "This makes one more token of {name} on this device.",
  "add-other":
    "To add a token of another institution, open this app from that institution's own website.",
  "begin-title": "Make this device a token",
  "begin-lead":
    "“Begin” makes a serial number for this device alone. Then register it in Internet banking " +
    "under “Start” (利用開始).",
  "begin": "Begin",
  "issued-begin-title": "Make the first settings",
  "issued-lead":
    "You need the **service ID** and the **user ID** from the mail, and the **start password** " +
    "you chose when you applied.",
  "issued-none":
    "If you have not applied yet, sign in to Internet banking and apply under " +
    "“One-time password” (ワンタイムパスワード申請).",
  "issued-go": "Enter the IDs",
  "new-serial-title": "After a new installation or on a new phone",
  "new-serial-issued":
    "After installing the app again, resetting the device or restoring a backup, the former codes " +
    "cannot be used. Please apply for a new token; it has a **new serial number**.",
  "new-serial-self":
    "After installing the app again, resetting the device or restoring a backup, the former " +
    "codes " +
    "cannot be used. “Begin” gives you a **new serial number**. If your former token still shows " +
    "codes, choose “Exchange” (交換); if not, ask us for a re-issue (再発行).",

  // To the home screen
  "install-title": "First, add the app to your home screen",
  "install-still": "Add the app to your home screen",
  "install-why":
    "Otherwise your device may delete the token when you have not opened it for about a week.",
  "install-ios":
    "Press the share button (a square with an arrow upwards) and choose “Add to Home Screen”. " +
    "**Then open the app by its new icon and press “Begin” there.** " +
    "A token made on the page you see now does not move to the icon.",
  "install-android":
    "In the browser's menu, choose “Add to Home screen” or “Install app”.",
  "install-pc": "In the address bar or menu of the browser, choose “Install app”.",
  "install-now": "Add to the home screen",
  "install-help": "How to add it to the home screen",
  "installed": "Opened by its icon on the home screen.",

  // Service ID
  "issued-title": "First settings",
  "issued-form-lead":
    "Enter the numbers in the mail and the start password you chose when you applied.",
  "service-id": "Service ID",
  "service-id-hint": "8 digits",
  "user-id": "User ID",
  "user-id-hint": "10 digits",
  "start-password": "Start password",
  "start-password-hint": "The 4 to 8 digits you chose when you applied. Used only here.",
  "required": "Required",
  "send": "Send",
  "bad-service-id": "Enter the 8 digits of the service ID.",
  "bad-user-id": "Enter the 10 digits of the user ID.",
  "bad-start-password": "Enter the 4 to 8 digits of the start password.",
  "errors-title": "Please check what you entered",

  // Under way, and the result
  "working": "Setting up",
  "working-lead": "Please wait, and keep this page open.",
  "done-self": "Your serial number is ready",
  "done-issued": "The first settings are done",
  "next-title": "What to do next",
  "next-sign-in": "Open the sign-in page of {name}'s Internet banking.",
  "next-choose-before":
    "Under “One-time password”, choose “Start” (利用開始) and enter your contract ID and login " +
    "password.",
  "next-choose-after": "Sign in and choose “Start” (利用開始) under “One-time password”.",
  "next-type": "Enter the **serial number** below and the **6 digits** shown at that moment.",
  "next-issued": "Sign in and choose “Start using the one-time password” (利用開始).",
  "next-issued-type": "Enter the **6 digits** shown at that moment.",
  "next-until": "Until that is done, go on approving transactions the way you do now.",
  "next-exchange":
    "If you have a former token, choose “Exchange” (交換) instead of “Start”, and enter its " +
    "code too.",
  "copy-serial": "Copy the serial number",
  "open-sign-in": "Open the sign-in page",
  "stored-yes": "This device will not delete the token by itself.",
  "stored-no":
    "This device may delete the token when it runs short of space. Add the app to the home " +
    "screen " +
    "and open it from time to time.",
  "stored-unknown": "This device does not tell whether it will keep the token.",

  // When it does not work
  "trouble-offline-title": "No connection",
  "trouble-offline": "Try again where you have a connection. Nothing will be set up twice.",
  "trouble-later-title": "The service is busy",
  "trouble-later": "Please try again in a little while. Nothing will be set up twice.",
  "retry": "Try again",
  "trouble-password-title": "The settings could not be made",
  "trouble-password":
    "The service ID, the user ID or the start password does not match. " +
    "Please check them and enter them again.",
  "trouble-password-left": "Tries left: {count}.",
  "trouble-password-over":
    "There are no tries left, and these IDs can no longer be used. Please apply again.",
  "trouble-gone-title": "The time for this setting has run out",
  "trouble-gone-self": "Press “Begin” again. You will get a new serial number.",
  "trouble-gone-issued":
    "Please enter the numbers again. If that does not work, apply again in Internet banking.",
  "trouble-impostor-title": "Stopped, because it was not safe",
  "trouble-impostor":
    "We could not make sure that the answer came from {name}. Everything half made was deleted. " +
    "If you are using public Wi-Fi, change to another connection and try again. If it happens " +
    "again, please call us.",
  "trouble-attestation-title": "This app cannot be used here",
  "trouble-attestation": "{name} needs a token that can prove its device. Please call us.",
  "trouble-mode-title": "This is not the way here",
  "trouble-mode":
    "{name} sets up tokens in another way. Please follow the instructions on the first page.",
  "trouble-refused-title": "The settings could not be made",
  "trouble-refused":
    "The app may be out of date. Open it again and retry. If it happens again, please call us.",
  "trouble-store-title": "Nothing could be stored on this device",
  "trouble-store": "Private browsing keeps nothing. Please open the app in an ordinary window.",
  "trouble-old-title": "This browser cannot be used",
  "trouble-old": "Please update the browser, or try another phone.",

  // Half made
  "draft-title": "A setting is not finished",
  "draft":
    "The connection broke while serial number {serial} was set up. You can go on where it stopped.",
  "draft-go": "Go on",
  "draft-drop": "Give up and delete",

  // Gone
  "missing-title": "A token is gone from this device",
  "missing":
    "Nothing is left of serial number {serials}. This happens when the records of the app or the " +
    "browser are deleted, when the device is replaced, or when the app was not opened for long. " +
    "It cannot be brought back.",
  "missing-way-title": "What to do",
  "missing-way-issued":
    "To go on, you need a **re-issue** (再発行). Please call {desk} ({phone}).",
  "missing-way-self":
    "To go on, you need a **re-issue** (再発行). Please call {desk} ({phone}). " +
    "Then press “Begin” here to get a new serial number.",
  "missing-known": "I have read this",
  "ended-title": "A token is no longer valid",
  "ended":
    "Serial number {serial} of {name} was found to be invalid on {at} and was deleted from " +
    "this device.",
  "ended-why":
    "This happens after a loss report or an exchange for another token. If you do not know why, " +
    "call {phone} at once.",
  "noted": "I have read this",

  // Clock
  "clock-right": "Clock of this device: right (checked {at})",
  "clock-corrected":
    "Clock of this device: {off}. Codes are shown by the right time (checked {at})",
  "clock-unknown": "Clock of this device: not checked yet",
  "clock-offline": "Works without a connection",
  "clock-off-title": "The clock of this device is wrong",
  "clock-off":
    "The clock of this device is {off}. This app shows the codes by the right time. Please set " +
    "date and time to automatic in the settings of the device.",
  "clock-ahead": "{time} fast",
  "clock-behind": "{time} slow",
  "clock-minutes": "{minutes} min {seconds} s",
  "clock-seconds": "{seconds} s",
  "clock-doubt-title": "The clock of this device was changed",
  "clock-doubt":
    "It stands earlier than when it was last checked. Open this app where you have a connection, " +
    "and it will find the right time.",

  // Removing
  "remove-title": "Remove a token",
  "remove-warn-title": "A removed token cannot be brought back",
  "remove-exchange":
    "If you use this token, **first exchange it (交換) for the new one**, or stop it (利用中止). " +
    "The exchange asks for a code of this token.",
  "remove-after": "If you need its code after removing it, you will need a re-issue (再発行).",
  "remove-bound": "This token is in use for your transactions with {name}.",
  "remove-check": "The exchange or the stop is done, or this token was never in use.",
  "remove-check-first": "Please make sure, and tick the box.",
  "remove-do": "Remove",
  "removed": "The token was removed.",

  // Help
  "help-title": "Help",
  "help-code-title": "Using the code",
  "help-code":
    "When a page asks for the code, enter the 6 digits in the centre. The number in the ring is " +
    "how many seconds they last. If few are left, wait for the next code.",
  "help-once": "A code works once. If you are asked again, use the next one.",
  "help-others": "If there are several tokens, only the one you ask for shows its code.",
  "help-offline": "The codes need no connection.",
  "help-secret-title": "Never tell the code to anybody",
  "help-secret":
    "No bank clerk will ask for it by telephone or mail. Enter it only on the Internet banking " +
    "page you always use.",
  "help-change-title": "When you change your phone",
  "help-change-issued-1":
    "Sign in with a code of the old phone and cancel the one-time password (利用解除).",
  "help-change-issued-2":
    "Apply for a new token, and make the first settings and the start on the new phone.",
  "help-change-issued-3": "When the new phone works, remove the token from the old one.",
  "help-change-self-1": "Open this app on the new phone and press “Begin”.",
  "help-change-self-2":
    "In Internet banking choose “Exchange” (交換), and enter the old code, the new serial number " +
    "and the new code.",
  "help-change-self-3": "When that is done, remove the token from the old phone.",
  "help-lost-title": "When you have lost the phone",
  "help-lost": "Call {phone} at once, day or night.",
  "help-clock-title": "When a code is refused",
  "help-clock": "Open this app where you have a connection. It checks the clock and corrects it.",
  "help-store-title": "Storage on this device",
};
