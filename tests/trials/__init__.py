"""Trials: kills, races, broken databases, leaks and hostile texts against the real thing."""
