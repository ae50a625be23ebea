"""The public edge: webhooks, uploads, health and metrics."""
