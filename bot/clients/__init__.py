"""Outside services. The only place that speaks HTTP."""
