"""Numbers of headings and items in the order of GB/T 9704-2012: 一、 （一） 1. （1）."""

_DIGITS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    """1 to 99 in Chinese; figures above."""
    if not 1 <= number <= 99:
        return str(number)
    tens, ones = divmod(number, 10)
    begin = "" if not tens else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return begin + (_DIGITS[ones] if ones else "")


def label(level: int, number: int) -> str:
    """What stands before the `number`th heading of a level (1 is the highest)."""
    if level == 1:
        return f"{chinese(number)}、"
    if level == 2:
        return f"（{chinese(number)}）"
    return f"{number}. " if level == 3 else f"（{number}）"
