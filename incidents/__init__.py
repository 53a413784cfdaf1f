"""What is happening: the incident, its state machine, orders, checklists, deadlines."""
