"""Use cases: the only way that rows change. Called by flows, console and jobs alike."""
