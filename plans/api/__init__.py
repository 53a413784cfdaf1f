"""The API's doors to the plan. Nothing here writes."""
