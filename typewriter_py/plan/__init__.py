"""The tracking plan: from YAML to the model that all other parts work with."""
