"""Pages of people, groups and duty."""
