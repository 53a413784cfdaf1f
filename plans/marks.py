"""The mark of a drill: the first word of everything that a drill says (domain, section 4)."""

# Never translated: it is the same sign in every language.
DRILL = "【演练】"


def marked(text: str, is_drill: bool) -> str:
    """The text as a drill says it: the mark stands first, and once. Of what is real, the text."""
    return DRILL + text.replace(DRILL, "") if is_drill else text
