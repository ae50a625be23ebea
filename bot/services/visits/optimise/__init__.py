"""Better days for supporters: the visits that were booked, made with less travelling.

Pure, without a database:
plan         what a day of visits is, and what a plan of it is
check        whether a plan may stand; knows nothing of how it was found
timing       an order of visits on the clock
intake       from days as the slot engine keeps them to a problem
model        a problem in the terms of PyVRP
search       looks for a better plan
solver       how it does
gate         whether it replaces what was booked, and who has to be told
disruption   the rest of a day that went wrong
rest         what is left of one supporter's day
groups       whose days are planned together
picture      draws a plan; `map_view` and `svg` help

With the tables:
reading      one day of one group of supporters
waiting_list who could be added to it
publishing   a plan through the ledger: all of it, or nothing
planning     a day by hand, and the next days every night
emergencies  somebody fell ill, a visit takes longer
"""
