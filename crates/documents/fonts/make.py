#!/usr/bin/env python3
"""Cuts the embedded fonts out of Debian's fonts-noto-cjk. Needs fonttools; writes beside itself.

The families are renamed so that a document can never pick up a system font of the same name.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/noto")
HERE = Path(__file__).parent
SC = 2  # index of the simplified-Chinese face in each collection

SYMBOLS = "□■○●◎△▲▽▼◇◆☆★√×÷±≤≥≠≈∞→←↑↓✓※№℃‰§¶•…—–‘’“”·、。〈〉《》「」『』【】〔〕〖〗﹝﹞﹙﹚￥¥"
NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ㎡〇"


def gb2312() -> set[int]:
    """Every character of GB 2312."""
    points = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                points.add(ord(bytes((high, low)).decode("gb2312")))
            except UnicodeDecodeError:
                pass
    return points


def common() -> set[int]:
    """What the main faces cover: Latin, full-width forms, signs and GB 2312."""
    points = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | set(range(0xFF01, 0xFF5F))
    return points | {ord(c) for c in SYMBOLS + NUMBERS} | gb2312()


def ideographs(font: TTFont) -> set[int]:
    """Every ideograph the face has: GBK, the general standard table and the extensions."""
    ranges = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
    return {p for p in font.getBestCmap() if any(low <= p <= high for low, high in ranges)}


def rename(font: TTFont, family: str, style: str) -> None:
    """Gives the cut face its own family name; the copyright and licence records stay."""
    postscript = f"{family.replace(' ', '')}-{style}"
    names = {1: family, 2: style, 3: postscript, 4: f"{family} {style}", 6: postscript, 16: family, 17: style}
    table = font["name"]
    table.names = [n for n in table.names if n.nameID not in names and n.langID == 0x409]
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName = family, f"{family} {style}"


def cut(source: str, family: str, style: str, output: str, rare: bool = False) -> None:
    """Writes one face."""
    font = TTFont(SOURCE / source, fontNumber=SC, recalcTimestamp=False)
    points = ideographs(font) - common() if rare else common()
    options = subset.Options()
    options.layout_features = ["kern", "ccmp"]
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.drop_tables += ["BASE", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    rename(font, family, style)
    font.save(HERE / output)
    print(output, len(font.getBestCmap()), (HERE / output).stat().st_size)


if __name__ == "__main__":
    cut("NotoSerifCJK-Regular.ttc", "Xinxiu Song", "Regular", "song-regular.otf")
    cut("NotoSerifCJK-Bold.ttc", "Xinxiu Song", "Bold", "song-bold.otf")
    cut("NotoSansCJK-Bold.ttc", "Xinxiu Hei", "Bold", "hei-bold.otf")
    cut("NotoSerifCJK-Regular.ttc", "Xinxiu Song Rare", "Regular", "song-rare.otf", rare=True)
