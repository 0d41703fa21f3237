"""Messages on their way: queue, worker, batches, retries, and where they go."""
