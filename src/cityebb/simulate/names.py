"""Names of towns that exist nowhere, in Chinese and English, one syllable for one character."""

from __future__ import annotations

# Rare literary characters in an order no place-name has, and syllables no language has put together:
# a simulated town must never be taken for a real one.
_FIRST = {
    "霁": "Vel", "霭": "Quor", "澹": "Zhim", "杳": "Ysk", "泠": "Ulv", "霏": "Fymb",
    "翳": "Oxt", "缈": "Myrz", "蜃": "Thrax", "氤": "Ebz", "暝": "Nubr", "皎": "Gliv",
    "溟": "Womp", "霓": "Prisk", "罔": "Klam", "虚": "Zorv", "幻": "Hyxi", "觞": "Chubr",
    "籁": "Drael", "阒": "Quib", "旻": "Iltu", "岑": "Sprel", "穹": "Auvo", "朔": "Borz",
}  # fmt: skip
_MIDDLE = {
    "鲲": "quo", "鹓": "yvi", "螭": "zux", "麟": "lirr", "夔": "kwe", "蜉": "fub",
    "蟾": "oche", "獬": "xie", "雒": "luv", "貅": "shuz", "狻": "swan", "鹔": "thuu",
    "鸾": "lewa", "鹍": "umk", "蛟": "jov", "鹬": "eyu", "蜩": "tiao", "鹂": "illi",
    "骊": "rizz", "驺": "zowu", "骐": "chiq", "骥": "jix", "鼍": "tuor", "鼋": "yuax",
}  # fmt: skip
_LAST = {
    "汀": "dimth", "墟": "grax", "坞": "wumba", "浔": "sunth", "皋": "gorv", "阙": "quelp",
    "垓": "haith", "壖": "rondu",
}  # fmt: skip


def town_names(order: list[int]) -> tuple[list[str], list[str]]:
    """Return Chinese and English names of the numbers in ``order``; different numbers, different names.

    Parameters
    ----------
    order
        Numbers from 0 to :data:`COUNT` - 1; beyond that, names repeat with a number behind.

    Examples
    --------
    >>> town_names([0])
    (['霁鲲汀'], ['Velquodimth'])
    """
    chinese, english = [], []
    for number in order:
        again, place = divmod(number, COUNT)
        place, last = divmod(place, len(_LAST))
        first, middle = divmod(place, len(_MIDDLE))
        parts = [list(_FIRST.items())[first], list(_MIDDLE.items())[middle], list(_LAST.items())[last]]
        tail = ("", "") if not again else (f"{again + 1}号", f" {again + 1}")
        chinese.append("".join(character for character, _ in parts) + tail[0])
        english.append("".join(syllable for _, syllable in parts) + tail[1])
    return chinese, english


COUNT = len(_FIRST) * len(_MIDDLE) * len(_LAST)
