"""A step or programme taken apart: where it can be cut, and what its parts cost and reach."""
