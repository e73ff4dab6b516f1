//! Official letters as word-processor files, for offices that edit them before they go out.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, BorderType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph,
    ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Pic, Run, RunFonts, SpecialIndentType, Table,
    TableAlignmentType, TableCell, TableRow, VAlignType, WidthType,
};
use sha2::{Digest as _, Sha256};

use crate::qr::qr_png;
use crate::{Block, DocumentError, OfficialPaper, Paper};

// Sizes in half points: 三号 for the body, 二号 for the title, as GB/T 9704 asks.
const BODY: usize = 32;
const TITLE: usize = 44;
const SMALL: usize = 21;
// Two characters of 三号, in twentieths of a point.
const INDENT: i32 = 640;
// A4 less the margins of GB/T 9704, in twentieths of a point.
const TEXT_WIDTH: usize = 8844;
/// Side of a QR code in English Metric Units: 30 mm.
const CODE_SIDE: u32 = 1_080_000;
const RED: &str = "C00000";

/// Sets a letter as DOCX in the faces that office machines have; equal letters give equal bytes.
///
/// # Errors
/// [`DocumentError::Docx`] where the file cannot be packed.
pub fn render_docx<P: OfficialPaper>(document: &P) -> Result<Vec<u8>, DocumentError> {
    let paper = document.paper();
    let day = format!("{}T00:00:00Z", document.head().issued_on);
    let mut docx = letter_head(page(&day), &paper);
    for block in &paper.blocks {
        docx = add_block(docx, block)?;
    }
    let mut file = Cursor::new(Vec::new());
    letter_foot(docx, &paper).pack(&mut file).map_err(|error| DocumentError::Docx(error.to_string()))?;
    Ok(file.into_inner())
}

fn page(day: &str) -> Docx {
    let number = Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(text("— ", SMALL, "宋体"))
        .add_page_num(PageNum::new())
        .add_run(text(" —", SMALL, "宋体"));
    Docx::new()
        .created_at(day)
        .updated_at(day)
        .page_size(11906, 16838)
        .page_margin(PageMargin {
            top: 2098,
            bottom: 1984,
            left: 1588,
            right: 1474,
            header: 851,
            footer: 1400,
            gutter: 0,
        })
        .default_fonts(fonts("仿宋"))
        .default_size(BODY)
        .footer(Footer::new().add_paragraph(number))
}

fn letter_head(docx: Docx, paper: &Paper) -> Docx {
    let rule = ParagraphBorders::with_empty().set(
        ParagraphBorder::new(ParagraphBorderPosition::Bottom).val(BorderType::Single).size(12).color(RED),
    );
    let mut reference = centred(text(&paper.reference, BODY, "仿宋"));
    reference.property = reference.property.set_borders(rule);
    let mut docx = docx
        .add_paragraph(centred(text(&paper.header, header_size(&paper.header), "宋体").bold().color(RED)))
        .add_paragraph(reference)
        .add_paragraph(Paragraph::new())
        .add_paragraph(centred(text(&paper.title, TITLE, "宋体").bold()))
        .add_paragraph(Paragraph::new());
    if !paper.addressees.is_empty() {
        docx = docx.add_paragraph(line().add_run(text(&format!("{}：", paper.addressees), BODY, "仿宋")));
    }
    docx
}

/// A long name of an office shrinks into one line, as in the printed letter.
fn header_size(header: &str) -> usize {
    // One character of n half points is ten times n twentieths of a point wide.
    let fitting = TEXT_WIDTH / 10 / header.chars().count().max(1);
    fitting.clamp(BODY, TITLE)
}

fn letter_foot(docx: Docx, paper: &Paper) -> Docx {
    let signed = |words: &str| {
        line()
            .align(AlignmentType::Right)
            .indent(None, None, Some(INDENT), None)
            .add_run(text(words, BODY, "仿宋"))
    };
    // Copies stay with the signature, and the signature in one piece.
    let docx = docx
        .add_paragraph(line().keep_next(true))
        .add_paragraph(signed(&paper.issuer).keep_next(true))
        .add_paragraph(signed(&paper.dated).keep_next(!paper.copies_to.is_empty()));
    if paper.copies_to.is_empty() {
        return docx;
    }
    let copies = format!("抄送：{}", paper.copies_to);
    docx.add_paragraph(line().add_run(text(&copies, 28, "仿宋")))
}

fn add_block(docx: Docx, block: &Block) -> Result<Docx, DocumentError> {
    Ok(match block {
        Block::Heading { text: words } => {
            docx.add_paragraph(indented().keep_next(true).add_run(text(words, BODY, "黑体")))
        }
        Block::Body { text: words } => docx.add_paragraph(indented().add_run(text(words, BODY, "仿宋"))),
        Block::Table { head, rows } => docx.add_table(table(head, rows)),
        Block::Code { link, text: words } => docx
            .add_paragraph(centred(Run::new().add_image(picture(link)?)).keep_next(true))
            .add_paragraph(centred(text(words, SMALL, "仿宋"))),
    })
}

/// A QR code, named by what it leads to so that equal letters give equal bytes.
fn picture(link: &str) -> Result<Pic, DocumentError> {
    let (bytes, width) = qr_png(link)?;
    let name = format!("rIdImage{}", &hex::encode(Sha256::digest(link))[..8]);
    Ok(Pic::new_with_dimensions(bytes, width, width).id(name).size(CODE_SIDE, CODE_SIDE))
}

fn table(head: &[String], rows: &[Vec<String>]) -> Table {
    let widths = column_widths(head.len());
    let mut lines = vec![table_row(head, &widths, true)];
    lines.extend(rows.iter().map(|row| table_row(row, &widths, false)));
    Table::new(lines).align(TableAlignmentType::Center).width(TEXT_WIDTH, WidthType::Dxa).set_grid(widths)
}

/// The first column holds names and gets three shares, the others one each.
fn column_widths(columns: usize) -> Vec<usize> {
    let share = TEXT_WIDTH / (columns + 2).max(1);
    (0..columns).map(|index| if index == 0 { share * 3 } else { share }).collect()
}

fn table_row(cells: &[String], widths: &[usize], head: bool) -> TableRow {
    let cells = cells.iter().zip(widths).enumerate().map(|(index, (words, width))| {
        let run = text(words, SMALL, if head { "黑体" } else { "宋体" });
        let align = match (head, index) {
            (true, _) => AlignmentType::Center,
            (false, 0) => AlignmentType::Left,
            (false, _) => AlignmentType::Right,
        };
        TableCell::new()
            .width(*width, WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(Paragraph::new().align(align).add_run(run))
    });
    TableRow::new(cells.collect()).cant_split()
}

fn fonts(east_asia: &str) -> RunFonts {
    RunFonts::new().east_asia(east_asia).ascii("Times New Roman").hi_ansi("Times New Roman")
}

fn text(words: &str, size: usize, face: &str) -> Run {
    Run::new().add_text(words).size(size).fonts(fonts(face))
}

fn line() -> Paragraph {
    // 28 points between base lines, GB/T 9704.
    Paragraph::new().line_spacing(LineSpacing::new().line_rule(LineSpacingType::Exact).line(560))
}

fn indented() -> Paragraph {
    line().indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

fn centred(run: Run) -> Paragraph {
    Paragraph::new().align(AlignmentType::Center).add_run(run)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::{CampaignSummary, TrainingNotice};

    fn document_xml(file: &[u8]) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut xml = String::new();
        archive.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
        xml
    }

    #[test]
    fn the_letter_holds_every_block() {
        let notice = TrainingNotice::sample();
        let xml = document_xml(&render_docx(&notice).unwrap());
        let paper = notice.paper();
        assert!(xml.contains(&paper.title) && xml.contains(&paper.reference));
        for block in paper.blocks {
            if let Block::Heading { text } | Block::Body { text } = block {
                assert!(xml.contains(&text), "{text} is missing");
            }
        }
    }

    #[test]
    fn the_summary_has_its_table() {
        let xml = document_xml(&render_docx(&CampaignSummary::sample()).unwrap());
        assert!(xml.contains("<w:tbl>") && xml.contains("合计") && xml.contains("82.6%"));
    }

    #[test]
    fn equal_letters_give_equal_bytes() {
        let notice = TrainingNotice::sample();
        assert_eq!(
            document_xml(&render_docx(&notice).unwrap()),
            document_xml(&render_docx(&notice).unwrap())
        );
    }
}
