"""Delivery: queue, worker, batches, retries, and the outlets that messages go to."""
