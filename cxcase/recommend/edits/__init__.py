"""What a person changed in the list of steps, checked cell by cell, and the list as it counts."""
