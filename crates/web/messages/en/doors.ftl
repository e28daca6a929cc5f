# What an operation says, days of delivery, the stop code: words written into pages.

operation-transfer = Transfer
operation-own-transfer = Transfer between own accounts
operation-credential-change = Change to how you approve
payee-filed = Payee filed in writing
payee-saved = Payee you saved
payee-new = Payee not registered
slip-from = From account
slip-fee = Fee
slip-sender = Sender’s name
fee-remitter = { $fee } (paid by you)
fee-payee = { $fee } (paid by the payee)
lead-weeks = { $from } to { $until } weeks
lead-days = { $from } to { $until } days
place-unknown = Unknown device
stop-factor-code = Stop code (printed in our notice emails)
notice-number = Notice number: { $number }
verify-number = Notice number in the email
verify-number-hint = Eight letters and digits at the end of the email.
verify-check = Check that it is ours
verify-unknown = We have sent no notice with this number. Please check the number once more. If it is the same, the email is a fake: open no link and call { $loss_phone }.
