"""What an application for easy payment still needs, and why.

provider    what a provider wants, as data
names       whether two names are the same person or business
facts       everything the requirements follow from
needs       the requirements that follow; pure
waiting     whose turn it is, and by when we write again; pure
bringing    bringing requirements and state in line after something changed

Kept apart from `bot.services.payments`, which builds on tickets and registrations, because the
review of papers calls it.
"""
