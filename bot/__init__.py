"""The onboarding bot. Rooms, from the street to the cellar (imports go downwards only).

app, cli          build everything, commands
web, console, simulator, jobs   the edges: Flask and APScheduler live only here
channels          vendor payload -> Inbound, Reply -> vendor payload
dialogue          flows, engine, conversation store
services          use cases: apply, consent, hand over, erase
deps              the collaborators handed down to services and dialogue
outbox            messages to send
clients           the only place that speaks HTTP
nlu               Korean text -> values; pure
config, clock, errors, log
"""
