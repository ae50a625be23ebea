"""Stand-ins for the outside world: servers on this machine that speak as vendors do."""
