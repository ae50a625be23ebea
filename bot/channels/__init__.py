"""Vendor protocols: payload -> Inbound, Reply -> payload. One package a vendor."""
