"""What the bot says: one file a flow, listed here."""
