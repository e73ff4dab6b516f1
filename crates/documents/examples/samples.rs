//! Writes every sample as PDF and, where there is one, as DOCX, for people to look at.

use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use xinxiu_documents::{
    CampaignSummary, Commitment, CreditQueryReport, Document, EnterpriseArchive, MatchingSheet,
    OfficialPaper, PenaltyPassport, Receipt, RectificationForm, SignInSheet, TrainingCertificate,
    TrainingCertificates, TrainingNotice, render_docx, render_pdf,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let folder = PathBuf::from(env::args().nth(1).ok_or("用法：samples 输出目录")?);
    fs::create_dir_all(&folder)?;
    pdf(&folder, "commitment", &Commitment::sample())?;
    pdf(&folder, "commitment-listing", &Commitment::sample_listing())?;
    pdf(&folder, "commitment-blank", &Commitment::sample_blank())?;
    pdf(&folder, "rectification-form", &RectificationForm::sample())?;
    pdf(&folder, "rectification-form-open", &RectificationForm::sample_open())?;
    pdf(&folder, "enterprise-archive", &EnterpriseArchive::sample())?;
    pdf(&folder, "credit-query-report", &CreditQueryReport::sample())?;
    pdf(&folder, "credit-query-report-empty", &CreditQueryReport::sample_empty())?;
    pdf(&folder, "penalty-passport", &PenaltyPassport::sample())?;
    pdf(&folder, "receipt", &Receipt::sample())?;
    pdf(&folder, "receipt-returned", &Receipt::sample_returned())?;
    pdf(&folder, "training-certificate", &TrainingCertificate::sample())?;
    pdf(&folder, "training-certificates", &TrainingCertificates::sample())?;
    pdf(&folder, "sign-in-sheet", &SignInSheet::sample())?;
    pdf(&folder, "matching-sheet", &MatchingSheet::sample())?;
    letter(&folder, "training-notice", &TrainingNotice::sample())?;
    letter(&folder, "campaign-summary", &CampaignSummary::sample())
}

fn letter(folder: &Path, name: &str, document: &impl OfficialPaper) -> Outcome {
    fs::write(folder.join(format!("{name}.docx")), render_docx(document)?)?;
    pdf(folder, name, document)
}

fn pdf(folder: &Path, name: &str, document: &impl Document) -> Outcome {
    let start = Instant::now();
    let file = render_pdf(document)?;
    println!("{name}: {} ms, {} bytes", start.elapsed().as_millis(), file.len());
    fs::write(folder.join(format!("{name}.pdf")), file)?;
    Ok(())
}
