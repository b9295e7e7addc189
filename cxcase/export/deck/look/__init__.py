"""What slides stand on: an empty presentation, its layouts, letters and colours."""
