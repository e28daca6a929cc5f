# Around the screens, and words used on any of them.

skip = Skip to content
sandbox = This is a test environment. No real money or account is involved.
customer-name = { $name }
sign-out = Sign out
text-size = Text size
text-standard = Standard
text-large = Large
language = Language（言語）
help-index = Help
guide = Guide to this page
more = More
contact = { $institution }, { $desk } <b>{ $phone }</b> ({ $hours })
phone-only = { $phone }
plain-product = Approval of banking transactions

error-mark = Error:{" "}
required = required
half-width = (digits)
steps = Steps
step-past = {" "}(done)
reference = Reference
address = Address
yen = {" "}yen
back = Back
back-to-overview = Back to your cards and methods
back-to-sign-in = Back to sign-in
onward = Continue
pages = More pages
pages-newer = Newer
pages-older = Older
form-stale = This page was open for too long, so nothing was accepted. Please enter it once more.
not-me = If this was not you
not-me-call = Somebody else may be using your internet banking. Please call { $loss_phone } at once.

expected = Expected delivery
expected-days = { $from } to about { $until }

card-image = Image card
card-customer = Customer card
token-app = One-time password (app)
token-device = One-time password (device)
card-image-plate = Image card
card-customer-plate = Customer card
card-number = Card No. { $number }
card-number-label = Card number

display-title = Display settings
display-lead = Choose the size of the text and the language, then press Save. Every page will use them.
display-cookie = The settings are kept in this browser for one year. Neither your name nor any number is kept.
display-keep = Save
display-saved = Your settings were saved
