"""Flows, the engine that runs them, and where conversations are kept."""
