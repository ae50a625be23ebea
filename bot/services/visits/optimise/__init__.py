"""Better days for supporters: the visits that were booked, made with less travelling.

`plan` says what a day is, `check` when a plan of it may stand, `timing` puts an order of
visits on the clock, `solver` looks for a better plan (PyVRP), `gate` decides whether it
replaces what was booked, `disruption` plans the rest of a day that went wrong, `picture`
draws it. All of them are pure; `records` alone reads from and writes to the database.
"""
