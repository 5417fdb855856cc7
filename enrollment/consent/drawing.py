"""Draws the signed copy. Loaded when one is drawn: its libraries are slow to load."""

from __future__ import annotations

import io

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from enrollment.consent.markdown import to_blocks
from enrollment.consent.pdf import FONT, Page, printable
from enrollment.rules.consent import sections

FAMILY = "NotoSansSC"


class _Copy(FPDF):
    footer_text = ""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FAMILY, size=7)
        self.set_text_color(90)
        self.multi_cell(0, 3.5, f"{self.footer_text} · {self.page_no()}/{{nb}}", align="L")
        self.set_text_color(0)


def draw(page: Page) -> bytes:
    """The copy as PDF/1.x bytes; the same page gives the same bytes."""
    pdf = _Copy(format="A4")
    pdf.set_creation_date(page.made_at)
    pdf.set_lang("zh-Hans" if page.language == "zh-hans" else "en")
    pdf.set_title(printable(page.title))
    pdf.set_margins(22, 20, 22)
    pdf.set_auto_page_break(True, margin=24)
    pdf.add_font(FAMILY, fname=FONT)
    pdf.footer_text = printable(page.footer)
    pdf.add_page()
    wrap = WrapMode.CHAR if page.language == "zh-hans" else WrapMode.WORD
    _write(pdf, page.title, 17, wrap, after=4)
    for part in sections(page.markdown):
        if part.title:
            _write(pdf, part.title, 13, wrap, before=4, after=1.5)
        for block in to_blocks(part.markdown):
            if block.kind == "heading":
                _write(pdf, block.text, 11.5, wrap, before=2, after=1)
            else:
                _write(
                    pdf, block.text, 10, wrap, after=1.8, indent=6 * block.depth, mark=block.mark
                )
    _signature(pdf, page, wrap)
    return bytes(pdf.output())


def _signature(pdf: FPDF, page: Page, wrap: WrapMode) -> None:
    pdf.add_page()
    _write(pdf, page.heading, 14, wrap, after=3)
    _write(pdf, page.statement, 10.5, wrap, after=4)
    _write(pdf, page.signature_label, 9, wrap, after=1)
    if page.signature_png is not None:
        pdf.image(io.BytesIO(page.signature_png), w=70, h=30, keep_aspect_ratio=True)
        pdf.ln(2)
    else:
        _write(pdf, page.signature_typed, 18, wrap, after=3)
    for label, value in page.facts:
        _write(pdf, label, 8.5, wrap)
        _write(pdf, value, 10.5, WrapMode.CHAR, after=2.2)


def _write(
    pdf: FPDF, text: str, size: float, wrap: WrapMode, *, before: float = 0, after: float = 0,
    indent: float = 0, mark: str = "",
) -> None:  # fmt: skip
    """One paragraph; `size` in points, the rest in millimetres."""
    if before:
        pdf.ln(before)
    pdf.set_font(FAMILY, size=size)
    left = pdf.l_margin + indent
    if mark:
        pdf.set_x(left - 5)
        pdf.cell(5, size * 0.55, mark)
    pdf.set_x(left)
    pdf.multi_cell(
        0, size * 0.55, printable(text), align="L", wrapmode=wrap,
        new_x=XPos.LMARGIN, new_y=YPos.NEXT,
    )  # fmt: skip
    if after:
        pdf.ln(after)
