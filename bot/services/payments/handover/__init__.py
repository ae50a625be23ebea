"""Giving applications to a provider as a file, and reading what it sends back.

export      what is complete leaves, in one batch, once; a batch can be taken out again
sheet       the columns of the file
answers     what one row of a file of results says
issued      the codes that came with it
"""

from bot.services.payments.handover.export import Batch, Taken, batches, export, export_again

__all__ = ["Batch", "Taken", "batches", "export", "export_again"]
