"""The tracking plan: from YAML to the model that everything else works with."""
