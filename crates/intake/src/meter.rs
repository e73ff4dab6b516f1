//! How many bytes of a file have been read.

use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};
use std::rc::Rc;

/// A file that counts what is read of it. Parts that are read twice count twice.
pub(crate) struct Metered<F = File> {
    file: F,
    read: Rc<Cell<u64>>,
}

impl<F> Metered<F> {
    pub(crate) fn new(file: F, read: &Rc<Cell<u64>>) -> Self {
        Self { file, read: Rc::clone(read) }
    }
}

impl<F: Read> Read for Metered<F> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let length = self.file.read(buffer)?;
        self.read.set(self.read.get() + length as u64);
        Ok(length)
    }
}

impl<F: Seek> Seek for Metered<F> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.file.seek(to)
    }
}
