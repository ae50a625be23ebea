"""A chat that looks like the messenger: a page for the browser and one for the terminal.

Both build real skill payloads and send them to the real webhook; nothing here knows the
dialogue. This room is empty in production.
"""
