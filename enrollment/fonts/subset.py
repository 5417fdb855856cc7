"""Makes the vendored font: `python -m enrollment.fonts.subset NotoSansCJK-Regular.ttc`.

Simplified Chinese of GB 2312, further characters that names are written with, Latin, and the
signs of both; outlines as TrueType, which every reader of PDF draws. The source is Noto Sans CJK
(SIL Open Font License 1.1, see OFL.txt), as Debian's `fonts-noto-cjk` ships it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

TARGET = Path(__file__).with_name("NotoSansSC-subset.ttf")
FACE = "Noto Sans CJK SC"
TOLERANCE = 1.5  # of 1,000 units to the em: finer than a printer's dot at reading size

# Beyond GB 2312, but in people's names (通用规范汉字表, level 3, a choice).
NAMES = (
    "喆堃珺玥琰烨煜煊焱燊翀翊翾芃荻荇菡萁蓥蘅彧忞旻昉昕昶晗晞晟暄曈梓楠榕榛沄沅泓泠洺浛淏淼渼湉"
    "滢潆澍濛灏炀炘焜熠爔玙玘珂珈珩珞珣琎琛琤琦瑀瑄瑜瑭璇璟璎甯皓睿祎禛筠箬绮缦羲翯茗蕴薇覃謇赟轶"
    "遹邈郗郦鑫锟镕镭镛阗隽雯霁霈霖霏韫頔颀颢飏馥骁骐骞鸢麒麟龑龢昇喆偲俣倢僖勍卬叒垚埕堉塽奭妤姮"
    "婳嫄孖孮宬屾峤崟巘庠弢惇愫慜戬揆昺晁晔晢暻曌杲桢桦梃楒槿樾檑欤歆殳汧沚沨泖洢浡浠涟淇渟湜溁溦"
    "溱漪潓澔濠瀚燚爱珉珅珲琪琬琭瑗瑾璐璠璨瓒畯砚碹祺禤稹窈竑笙篪粲綦纾缇翮耔聿芊芮苒苡苓荞莙萱葳"
    "蒨蔻薏虓蜚袆襄訢诩谞豫赪跹辀迩遒郢酆钰铉铎铖锜锴镠闿阊陟霄靓靖鞠韬頫颉飖骎骢鲲鸾麃鼐齐"
)


def characters() -> set[int]:
    """Every code point the font must have."""
    found = {*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, NAMES)}
    found |= {*range(0x2010, 0x2028), *range(0x2030, 0x203B), *range(0x2190, 0x2194)}
    found |= {*range(0x3000, 0x3018), *range(0xFF01, 0xFF5F), 0x20AC, 0x2212, 0x2264, 0x2265}
    found |= {0x2610, 0x2611, 0x2022, 0x00D7, 0x2713, 0xFFE5}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes([high, low]).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def make(source: Path) -> None:
    """Write the subset beside this file."""
    fonts = TTCollection(source).fonts
    font = next(f for f in fonts if f["name"].getDebugName(1) == FACE)
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13],
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"],
    )  # fmt: skip
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    _to_truetype(font)
    font.save(TARGET)


def _to_truetype(font: TTFont) -> None:
    """Quadratic outlines in place of CFF."""
    order, glyphs = font.getGlyphOrder(), font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, outlines
    del font["CFF "]
    font["maxp"].tableVersion = 0x00010000
    for field in (
        "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
        "maxStackElements", "maxSizeOfInstructions",
    ):  # fmt: skip
        setattr(font["maxp"], field, 1 if field == "maxZones" else 0)
    for name in order:
        table[name].recalcBounds(table)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(table[name], "xMin", 0))
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    make(Path(sys.argv[1]))
