//! Output that waits aside until it is whole, and can forget the part that was written last.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// A file that is not there yet.
#[derive(Debug)]
pub struct Aside {
    writer: BufWriter<Place>,
}

#[derive(Debug)]
enum Place {
    /// Beside the file that it becomes, so that nothing is copied at the end.
    Beside(NamedTempFile, PathBuf),
    /// To be copied to what is no file that could be replaced: a device or a pipe.
    Before(File, PathBuf),
    Anywhere(File),
}

impl Place {
    fn file(&mut self) -> &mut File {
        match self {
            Self::Beside(file, _) => file.as_file_mut(),
            Self::Before(file, _) | Self::Anywhere(file) => file,
        }
    }
}

impl Write for Place {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Aside {
    /// Output that becomes the file `target`, or without one can be read at the end.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(target: Option<&Path>) -> Result<Self> {
        let place = match target {
            Some(target) if target.metadata().is_ok_and(|target| !target.is_file()) => {
                Place::Before(tempfile::tempfile()?, target.to_owned())
            }
            Some(target) => {
                // What a link leads to is replaced, not the link.
                let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
                let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.unwrap_or_else(|| Path::new("."));
                let file = NamedTempFile::new_in(folder).with_context(|| target.display().to_string())?;
                Place::Beside(file, target)
            }
            None => Place::Anywhere(tempfile::tempfile()?),
        };
        Ok(Self { writer: BufWriter::with_capacity(64 * 1024, place) })
    }

    /// Adds to the end.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    /// The file itself, for what writes files.
    ///
    /// # Errors
    /// What the system says.
    pub fn file(&mut self) -> io::Result<&mut File> {
        self.writer.flush()?;
        Ok(self.writer.get_mut().file())
    }

    /// The end so far.
    ///
    /// # Errors
    /// What the system says.
    pub fn mark(&mut self) -> io::Result<u64> {
        self.file()?.stream_position()
    }

    /// Forgets what was written since `mark`.
    ///
    /// # Errors
    /// What the system says.
    pub fn forget_since(&mut self, mark: u64) -> io::Result<()> {
        let file = self.file()?;
        file.set_len(mark)?;
        file.seek(SeekFrom::Start(mark))?;
        Ok(())
    }

    /// Puts the file in its place; without a place, gives it to be read from its beginning.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(self) -> Result<Option<File>> {
        match self.writer.into_inner().map_err(io::IntoInnerError::into_error)? {
            Place::Beside(file, target) => {
                file.persist(&target).with_context(|| target.display().to_string())?;
                Ok(None)
            }
            Place::Before(mut file, target) => {
                file.rewind()?;
                let device = File::options().write(true).open(&target);
                device
                    .and_then(|mut device| io::copy(&mut file, &mut device))
                    .with_context(|| target.display().to_string())?;
                Ok(None)
            }
            Place::Anywhere(mut file) => {
                file.rewind()?;
                Ok(Some(file))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Aside;

    #[test]
    fn what_is_forgotten_is_not_in_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("答复.jsonl");
        let mut aside = Aside::new(Some(&target)).unwrap();
        aside.write(b"kept\n").unwrap();
        let mark = aside.mark().unwrap();
        aside.write(b"of a refused file\n").unwrap();
        aside.forget_since(mark).unwrap();
        aside.write(b"next\n").unwrap();
        assert!(!target.exists(), "nothing is there before it is whole");
        aside.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "kept\nnext\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_links_stay_what_they_are() {
        use std::os::unix::fs::FileTypeExt;

        let folder = tempfile::tempdir().unwrap();
        let [link, file, null] = [folder.path().join("链接"), folder.path().join("答复"), "/dev/null".into()];
        std::fs::write(&file, "before").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for target in [&link, &null] {
            let mut aside = Aside::new(Some(target)).unwrap();
            aside.write(b"whole\n").unwrap();
            aside.finish().unwrap();
        }
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "whole\n");
        assert!(std::fs::metadata(&null).unwrap().file_type().is_char_device());
    }
}
