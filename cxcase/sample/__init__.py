"""The sample company and the answer built into it."""
