"""Printed kits: data in, bytes out. Knows no database, no web server, no clock, no network."""
