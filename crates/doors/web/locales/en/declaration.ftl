## Work
work-lede = By deadline, the soonest first; grouped by what you may do.
work-lede-overseer = Your post has no tasks of its own; this waits for the other posts, the soonest first.
work-all = All
work-none = Nothing waits for you
work-none-advice = New declarations appear here as they come.
work-unauthorised = You hold no valid authorisation for: { $duties }. Acts will be refused; ask the quality manager.
number = Number
take-back = Withdraw
work-answer = To be completed by you
work-accept = To accept
work-inspect = To inspect
work-test = To test
work-release = To release
work-sign = To sign
work-returned = With the party for completion
work-underway = Waiting for acceptance

## List
stage = Stage
filter-all = All
lodged-from = Lodged from
lodged-to = Lodged until
lane-later = told after acceptance
export-csv = Export CSV
import-csv = Import CSV
new-declaration = New declaration

## Form
direction = Direction
goods-name = Name of goods
add-line = Add a goods line
drop-line = Drop the last line
goods-value = Value of the goods
goods-value-hint = may stay empty; with it a learned score ranks by expected loss
currency = Currency
currency-hint = three capital letters, such as CNY
country-hint = two capital letters, such as JP
plant-hint = needed for export food
lots-hint = One lot to a line: number, then quantity. Paste from a spreadsheet; empty means one lot.
mode-general = General trade
mode-bonded = Bonded
mode-consolidated = Consolidated
mode-ecommerce = E-commerce
amend-lede = Before acceptance anything but direction, branch and operator may be amended; both versions are kept.
amend-lede-accepted = After acceptance only the papers are corrected, never the goods; a reason is needed.

## Deeds
accept-declaration = Accept
give-notice = Return with notice
send-notice = Return with this notice
answer-notice = Answer the notice
notice-answer = What was mended
answer-hint = Say which papers were handed in; may stay empty when the declaration itself was amended.
amend-first = Amend the declaration first
send-answer = Send the answer
deficiencies = Deficiencies
deficiencies-hint = Tick all of them: they are told once.
notice-remarks = Remarks
remarks-hint = what exactly is missing or wrong
withdraw-hint = Goods that are being inspected cannot be withdrawn before its end.
withdraw-inspecting = An inspection goes on; it cannot be withdrawn before its end.
notice-breach = breach of one-time notice
notice-breach-why = A second notice on a declaration holds, but is counted as a breach of the rule of one notice.
notice-n = Notice { $n }
answered = Answered
answer-by = To be answered by { $day }
amendments = Amendments
revision-n = Revision { $n }
field = Field
was = Was
is-now = Is now
value = Value
clock-laboratory = laboratory time, outside the commitment
clock-expert = expert review, outside the commitment
clock-stood = stood for { $n } working days
accepted-deemed = no notice in time: accepted from its receipt

## Steps
where-it-stands = Where it stands
step-lodged = Lodged
step-accepted = Accepted
step-deemed = by silence
step-returned = with the party
step-release = Release
step-withdrawn = Withdrawn
lots-n = { $n } lots

## File
csv-file = CSV file
csv-hint = UTF-8, at most 2000 rows and 4 MiB, columns as in the template. The same file sent again lodges nothing twice.
csv-template = Download the template
csv-lodged = { $n } lodged
csv-rejected = { $n } rows rejected
csv-row = Row
what-to-mend = What to mend

## Timeline
deed-declaration-lodged = Lodged
deed-declaration-amended = Amended
deed-declaration-withdrawn = Withdrawn
deed-declaration-notice-given = Returned with a deficiency notice
deed-declaration-notice-answered = Notice answered
deed-declaration-accepted = Accepted
deed-declaration-clock-suspended = Clock suspended
tests-due = tests to be done by
deed-declaration-clock-resumed = Clock resumed
deed-targeting-targeted = Lane decided and draw made
deed-targeting-check-added = Check added
deed-competence-act-refused = Refused by the gate of competence
deed-inspection-task-opened = Inspection task opened
deed-inspection-team-assigned = Team assigned
deed-inspection-appointed = Opening appointed
deed-inspection-result-recorded = Inspection recorded
deed-laboratory-sampled = Sample taken
deed-laboratory-custody-passed = Sample handed over
deed-laboratory-test-requested = Tests requested
deed-laboratory-test-resulted = Test result
deed-release-settled = Lot settled
deed-release-hold-lifted = Hold lifted
deed-certificate-drafted = Certificate drafted
deed-certificate-certified = Certificate signed
deed-certificate-withdrawn = Certificate withdrawn
deed-certificate-replaced = Certificate replaced
deed-release-treated = Treatment finished
deed-release-stowed = Container and seal noted
deed-release-lot-removed = Lot removed under supervision
deed-certificate-draft-dropped = Draft certificate dropped
deed-certificate-filled = Certificate filled in
add-check = Add a check
add-check-hint = Say what is suspicious. A check cannot be taken back: what was drawn or added is inspected.
