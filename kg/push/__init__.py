"""The last good build into a store elsewhere: staged, counted, compared, swapped."""
