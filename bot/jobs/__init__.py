"""The ticker: what happens without a message."""
