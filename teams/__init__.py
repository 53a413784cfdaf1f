"""Who: departments, services, people, response groups."""
