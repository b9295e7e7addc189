"""Evidence on a lift: what counts of it, and what it comes to with the claim."""
