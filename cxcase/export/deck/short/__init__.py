"""The slides that carry a decision alone: what is in reach, the waves, the cash, the gates."""
