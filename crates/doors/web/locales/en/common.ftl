## Frame
product-name = Guomen
skip-to-content = Skip to content
rooms = Menu
language = Language
close = Close
you-are-here = You are here
sign-out = Sign out
check-a-certificate = Check a certificate
service-promises = Service promises
theme-system = Theme: system
theme-light = Theme: light
theme-dark = Theme: dark

## Finding and keys
find = Find
find-hint = Declaration, lot, plant, officer, rule
find-type = Type a few letters, or pinyin initials.
find-none = Nothing found. Try another word, or the last digits of the number alone.
find-failed = Search does not answer just now. Please try again shortly.
keys = Keyboard
keys-find = Find
keys-down = Next row
keys-up = Previous row
keys-move = move
keys-open = open
keys-help = Show these keys
keys-single = Single keys on (j, k, ?)

## Acts
optional = optional
save = Save
send = Submit
cancel = Cancel
edit = Amend
print = Print
export = Export
look-again = Refresh
working = Working…
confirm-title = Please confirm
confirm-yes = Confirm
confirm-no = Go back
may-do = You may now
may-do-nothing = Nothing here waits for you at present.
may-not = Not possible now

## Lists
filters = Filters
filter = Filter
filter-remove = remove this filter
filter-clear = Clear all
filter-found = { $n } found
pager = Pages
pager-of = { $shown } on this page of { $total }
pager-shown = { $shown } on this page
pager-first = First
pager-previous = Previous
pager-next = Next
pager-end = Last page
progress-rejected = { $n } rejected
progress-finished = Finished

## Words for what is not there
no-data = No data
figure-insufficient = Insufficient
figure-n = n = { $n }
figure-need = n = { $n }, needs { $need }
figure-told = Value { $value }, with { $peers } peers
figure-told-none = No value, with { $peers } peers
legend-value = This unit
legend-interval = 95 % interval
legend-peers = Peers
legend-baseline = Own baseline

## Clocks
clock-left-working-days = { $n ->
    [one] { $n } working day left
   *[other] { $n } working days left
}
clock-left-days = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
clock-left-hours = { $n } h left
clock-left-minutes = { $n } min left
clock-over-working-days = { $n ->
    [one] { $n } working day over
   *[other] { $n } working days over
}
clock-over-days = { $n ->
    [one] { $n } day over
   *[other] { $n } days over
}
clock-over-hours = { $n } h over
clock-over-minutes = { $n } min over
clock-today = Due today
clock-met = Done in time
clock-suspended = Lawfully suspended

## Refusals and errors
refusal-clause = By which clause
refusal-missing = What is missing
refusal-who = Who can do it
refusal-nobody = Nobody meets the conditions at present
refusal-now = What to do now
errors-title = Some answers need correcting

## Drafts on the device
draft-clean = What you enter is kept on this device until the server has signed for it
draft-unsent = Not yet sent
draft-queued = Not yet sent: no signal; it goes out by itself when there is one
draft-sending = Sending…
draft-signed = Signed by the server
draft-refused = Not accepted: correct it as shown and submit again
draft-failed = This device cannot keep the draft: do not close the page

## Timeline, steps, signatures
timeline-override = Override
timeline-gap = Gap in the record
timeline-rule = Rule
timeline-ledger = Ledger no.
step-waiting = not begun
step-now = in progress
step-done = done
step-held = held
step-refused = non-conforming
step-suspended = lawfully suspended
step-skipped = not required
signature-open = To be signed
signature-valid = Signature valid
signature-broken = Signature broken
signature-withdrawn = Withdrawn
signature-authorisation = Authorisation
signature-time = Time
signature-key = Key
seal-qr = Verification QR code
seal-code = Verification code
seal-how = Scan it, or enter the code at
