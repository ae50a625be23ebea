"""Tables, their invariants, and migrations. Knows nothing of chat, web or time."""
