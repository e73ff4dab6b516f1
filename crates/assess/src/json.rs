//! A line as JSON, as serde writes it, in a fraction of the time: keys and codes need no escaping, and hardly
//! any text does.

use anyhow::Result;
use jiff::civil::Date;
use xinxiu_domain::date::digits;
use xinxiu_domain::lanes::{self, control, equal};
use xinxiu_domain::penalty::Reason;
use xinxiu_intake::Problem;

use crate::line::Line;

impl<T: AsRef<str>> Line<'_, T> {
    /// Puts the line as one JSON object, with its line end, at the end of a buffer.
    ///
    /// # Errors
    /// None in practice: every text can be written.
    pub fn write_json(&self, out: &mut Vec<u8>) -> Result<()> {
        text(out, "{\"source\":{\"file\":", self.source.file)?;
        text(out, ",\"sheet\":", self.source.sheet)?;
        raw(out, ",\"row\":");
        raw(out, itoa::Buffer::new().format(self.source.row));
        raw(out, "},\"uscc\":");
        match self.uscc {
            Some(uscc) => code(out, "", uscc.as_str()),
            None => raw(out, "null"),
        }
        text(out, ",\"enterprise\":", self.enterprise)?;
        text(out, ",\"decision_number\":", self.decision_number.as_str())?;
        day(out, ",\"decision_date\":", Some(self.decision_date));
        text(out, ",\"edition\":", self.edition)?;
        code(out, ",\"lane\":", self.lane.code());
        code(out, ",\"class\":", self.class.code());
        day(out, ",\"min_until\":", self.min_until);
        day(out, ",\"max_until\":", self.max_until);
        code(out, ",\"verdict\":", self.verdict.code());
        day(out, ",\"repairable_from\":", self.repairable_from);
        list(out, ",\"materials\":", self.materials, |out, material| {
            code(out, "", material.code());
            Ok(())
        })?;
        list(out, ",\"reasons\":", self.reasons, reason)?;
        list(out, ",\"questions\":", self.questions, |out, question| text(out, "", question.as_ref()))?;
        list(out, ",\"problems\":", self.problems, problem)?;
        raw(out, "}\n");
        Ok(())
    }
}

fn reason<T: AsRef<str>>(out: &mut Vec<u8>, reason: &Reason<T>) -> Result<()> {
    text(out, "{\"rule\":", reason.rule.as_ref())?;
    text(out, ",\"field\":", reason.field.as_ref())?;
    text(out, ",\"matched\":", reason.matched.as_ref())?;
    text(out, ",\"source\":", reason.source.as_ref())?;
    code(out, ",\"certainty\":", reason.certainty.code());
    text(out, ",\"note\":", reason.note.as_ref())?;
    raw(out, "}");
    Ok(())
}

fn problem(out: &mut Vec<u8>, problem: &Problem) -> Result<()> {
    text(out, "{\"field\":", problem.field)?;
    text(out, ",\"value\":", &problem.value)?;
    code(out, ",\"code\":", problem.code.code());
    text(out, ",\"message\":", &problem.message)?;
    raw(out, "}");
    Ok(())
}

fn list<T>(
    out: &mut Vec<u8>,
    key: &str,
    values: &[T],
    write: impl Fn(&mut Vec<u8>, &T) -> Result<()>,
) -> Result<()> {
    raw(out, key);
    for (place, value) in values.iter().enumerate() {
        out.push(if place == 0 { b'[' } else { b',' });
        write(out, value)?;
    }
    raw(out, if values.is_empty() { "[]" } else { "]" });
    Ok(())
}

#[inline]
fn raw(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// A value that never needs escaping.
#[inline]
fn code(out: &mut Vec<u8>, key: &str, code: &str) {
    raw(out, key);
    out.push(b'"');
    raw(out, code);
    out.push(b'"');
}

#[inline]
fn text(out: &mut Vec<u8>, key: &str, text: &str) -> Result<()> {
    raw(out, key);
    if lanes::any(text, b' ', |lanes| control(lanes) | equal(lanes, b'"') | equal(lanes, b'\\')) {
        serde_json::to_writer(out, text)?;
        return Ok(());
    }
    code(out, "", text);
    Ok(())
}

fn day(out: &mut Vec<u8>, key: &str, day: Option<Date>) {
    raw(out, key);
    let Some(day) = day else { return raw(out, "null") };
    let Some(digits) = digits(day) else { return code(out, "", &day.to_string()) };
    out.push(b'"');
    out.extend_from_slice(&digits);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use xinxiu_intake::{Options, Outcome, Seen, read_file};
    use xinxiu_policy::{EditionChoice, Rules};

    use crate::Line;

    #[test]
    fn every_line_is_what_serde_writes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("名\"单\\.csv");
        let list = "企业名称,统一社会信用代码,处罚文号,处罚决定日期,处罚机关,处罚内容,处罚类别\n\
            示例一（虚构）有限公司,91320613MA1T00013G,通示罚〔2022〕1号,2022-01-05,示例市场监督管理局,\"罚款\"\"元\"\"\",罚款\n\
            \"示例\"\"二\u{7f}\",91320612MA1T00021W,\"通示罚\\[2022]2号\",2021-12-31,示例生态环境局,责令停产停业\t整改,1\n\
            示例一（虚构）有限公司,91320613MA1T00013G,通示罚〔2022〕1号,2022-01-05,示例市场监督管理局,情节严重的,\n\
            示例三,,通示罚〔2022〕3号,2023-01-05,示例局,不予吊销,警告\n";
        std::fs::write(&path, list).unwrap();
        let rules = Rules::embedded().unwrap();
        let day = date(2022, 6, 14);
        let mut lines = 0;
        read_file(&path, &Options::new(day), &mut Seen::new(), &mut |outcome, _| {
            let Outcome::Penalty(row) = outcome else { panic!("{outcome:?}") };
            let answer = rules.assess(&row.facts, day, &EditionChoice::Auto).unwrap();
            let line = Line::kept(&row, &answer);
            let mut ours = Vec::new();
            line.write_json(&mut ours).unwrap();
            let serde = format!("{}\n", serde_json::to_string(&line).unwrap());
            assert_eq!(String::from_utf8(ours).unwrap(), serde);
            lines += 1;
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(lines, 4);
    }
}
