"""Printed kits."""
