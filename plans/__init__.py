"""What should happen: versions of the plan, grades with their targets, checklists."""
