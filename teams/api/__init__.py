"""The API's doors to people: tokens, the organisation."""
