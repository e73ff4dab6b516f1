//! A workbook whose sheets another thread unpacks ahead of the reader. To the reader it is an archive in which they were stored
//! as they are, so that its own time goes into their cells alone.

use std::cell::Cell;
use std::io::{BufReader, Error, ErrorKind, Read, Result, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::gate::Gated;
use crate::meter::Metered;
use crate::sniff::read_most;

/// Bytes of a block on its way.
const BLOCK: usize = 64 * 1024;
/// Blocks that wait at most.
const AHEAD: usize = 16;
/// What an archive without the extension for large ones can hold.
const MOST: u64 = u32::MAX as u64;
const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const DEFLATED: u16 = 8;

/// Where what of the archive lies that the reader sees.
pub(crate) struct Layout {
    /// Each from where the one before ends.
    pieces: Vec<(u64, Piece)>,
    length: u64,
}

#[derive(Clone)]
enum Piece {
    /// As it is in the file, at the same place.
    File,
    /// Made for the reader.
    Made(Vec<u8>),
    /// A part, unpacked.
    Part(usize),
}

impl Layout {
    /// The archive with some of its parts unpacked. `None` where that cannot be told in plain words: for what is larger than 4 GB
    /// and for names in foreign letters, which are read as they are.
    pub(crate) fn of<R: Read + Seek>(archive: &mut ZipArchive<R>, parts: &[usize]) -> Option<Self> {
        let mut pieces = vec![(archive.central_directory_start(), Piece::File)];
        let (mut until, mut directory) = (archive.central_directory_start(), Vec::new());
        let count = u16::try_from(archive.len()).ok()?;
        for index in 0..archive.len() {
            let part = archive.by_index_raw(index).ok()?;
            let name = part.name_raw().to_vec();
            let mut entry = Entry {
                crc: part.crc32(),
                packed: part.compressed_size(),
                size: part.size(),
                method: if part.compression() == zip::CompressionMethod::Stored { 0 } else { DEFLATED },
                at: part.header_start(),
                name: &name,
            };
            if !name.is_ascii() {
                return None;
            }
            if parts.contains(&index) {
                (entry.packed, entry.method, entry.at) = (entry.size, 0, until);
                let head = entry.local()?;
                until += head.len() as u64;
                pieces.push((until, Piece::Made(head)));
                until += entry.size;
                pieces.push((until, Piece::Part(index)));
            }
            directory.extend(entry.central()?);
        }
        let size = u32::try_from(directory.len()).ok()?;
        directory.extend(END.to_le_bytes());
        directory.extend([0; 4]);
        directory.extend([count, count].map(u16::to_le_bytes).concat());
        directory.extend([size, u32::try_from(until).ok()?].map(u32::to_le_bytes).concat());
        directory.extend([0; 2]);
        let length = until + directory.len() as u64;
        pieces.push((length, Piece::Made(directory)));
        (length < MOST).then_some(Self { pieces, length })
    }

    /// The piece in which a place lies, and from where it goes.
    fn at(&self, place: u64) -> Option<(u64, u64, &Piece)> {
        let index = self.pieces.partition_point(|(until, _)| *until <= place);
        let from = index.checked_sub(1).map_or(0, |before| self.pieces[before].0);
        self.pieces.get(index).map(|(until, piece)| (from, *until, piece))
    }
}

/// What an archive says of a part.
struct Entry<'a> {
    crc: u32,
    packed: u64,
    size: u64,
    method: u16,
    at: u64,
    name: &'a [u8],
}

impl Entry<'_> {
    /// What both its headers say, from the method to the length of its name.
    fn common(&self) -> Option<Vec<u8>> {
        let mut said = self.method.to_le_bytes().to_vec();
        // No time: nobody asks for it.
        said.extend([0; 4]);
        said.extend(self.crc.to_le_bytes());
        for size in [self.packed, self.size] {
            said.extend(u32::try_from(size).ok()?.to_le_bytes());
        }
        said.extend(u16::try_from(self.name.len()).ok()?.to_le_bytes());
        Some(said)
    }

    fn local(&self) -> Option<Vec<u8>> {
        let mut head = LOCAL.to_le_bytes().to_vec();
        head.extend([20, 0, 0, 0]);
        head.extend(self.common()?);
        head.extend([0; 2]);
        head.extend(self.name);
        Some(head)
    }

    fn central(&self) -> Option<Vec<u8>> {
        let mut head = CENTRAL.to_le_bytes().to_vec();
        head.extend([20, 0, 20, 0, 0, 0]);
        head.extend(self.common()?);
        head.extend([0; 12]);
        head.extend(u32::try_from(self.at).ok()?.to_le_bytes());
        head.extend(self.name);
        Some(head)
    }
}

/// A block of a part, empty at its end, with how many packed bytes it took, or why there is none.
type Block = Result<(Vec<u8>, u64)>;

/// What the reader asks for: the part, and the number of the question, by which its blocks are known.
type Order = (usize, u64);

/// The side of the thread that unpacks.
pub(crate) struct Work {
    orders: Receiver<Order>,
    blocks: SyncSender<(u64, Block)>,
}

impl Work {
    /// Unpacks what is asked for until nobody asks any more.
    pub(crate) fn run(self, file: Gated<'_>) {
        let read = Rc::new(Cell::new(0));
        let file = BufReader::with_capacity(BLOCK, Metered::new(file, &read));
        let mut archive = ZipArchive::new(file);
        let mut next = self.orders.recv().ok();
        while let Some((part, number)) = next {
            let other = match &mut archive {
                Ok(archive) => self.unpack(archive, (part, number), &read),
                Err(error) => self.give(number, Err(Error::new(kind(error), error.to_string()))).and(None),
            };
            next = other.or_else(|| self.orders.recv().ok());
        }
    }

    /// Hands a block over; `None` where the reader is gone. Its orders end then, too.
    fn give(&self, number: u64, block: Block) -> Option<()> {
        self.blocks.send((number, block)).ok()
    }

    /// Gives a part block by block; another order ends it.
    fn unpack<R: Read + Seek>(
        &self,
        archive: &mut ZipArchive<R>,
        (index, number): Order,
        read: &Cell<u64>,
    ) -> Option<Order> {
        let mut part = match archive.by_index(index) {
            Ok(part) => part,
            Err(error) => return self.give(number, Err(Error::new(kind(&error), error))).and(None),
        };
        loop {
            let before = read.get();
            let mut block = vec![0; BLOCK];
            let length = read_most(&mut part, &mut block);
            let ends = matches!(length, Ok(0) | Err(_));
            let given = length.map(|length| {
                block.truncate(length);
                (block, read.get() - before)
            });
            self.give(number, given)?;
            if ends {
                return None;
            }
            if let Ok(other) = self.orders.try_recv() {
                return Some(other);
            }
        }
    }
}

fn kind(error: &ZipError) -> ErrorKind {
    if let ZipError::Io(error) = error { error.kind() } else { ErrorKind::InvalidData }
}

/// The archive as the reader sees it.
pub(crate) struct Unpacked<'g> {
    file: Gated<'g>,
    layout: Layout,
    at: u64,
    orders: Sender<Order>,
    blocks: Receiver<(u64, Block)>,
    /// Questions asked so far.
    number: u64,
    /// The part that comes at present.
    coming: Option<Coming>,
    /// Packed bytes that were read so far.
    read: Rc<Cell<u64>>,
}

/// A part on its way.
struct Coming {
    part: usize,
    /// Where in the part the block begins.
    from: u64,
    block: Vec<u8>,
}

impl<'g> Unpacked<'g> {
    /// The archive, and the work that another thread has to do for it.
    pub(crate) fn new(file: Gated<'g>, layout: Layout, read: &Rc<Cell<u64>>) -> (Self, Work) {
        let (orders, asked) = channel();
        let (given, blocks) = sync_channel(AHEAD);
        let read = Rc::clone(read);
        let unpacked = Self { file, layout, at: 0, orders, blocks, number: 0, coming: None, read };
        (unpacked, Work { orders: asked, blocks: given })
    }

    /// Bytes of a part from a place on.
    fn part(&mut self, part: usize, from: u64, buffer: &mut [u8]) -> Result<usize> {
        let goes_on = self.coming.as_ref().is_some_and(|coming| coming.part == part && coming.from <= from);
        if !goes_on {
            self.number += 1;
            self.orders.send((part, self.number)).map_err(|_| ended())?;
            self.coming = Some(Coming { part, from: 0, block: Vec::new() });
        }
        loop {
            let coming = self.coming.as_ref().ok_or_else(ended)?;
            let skip = usize::try_from(from - coming.from).map_err(Error::other)?;
            if let Some(rest) = coming.block.get(skip..).filter(|rest| !rest.is_empty()) {
                let length = rest.len().min(buffer.len());
                buffer[..length].copy_from_slice(&rest[..length]);
                return Ok(length);
            }
            let from = coming.from + coming.block.len() as u64;
            let block = self.block()?;
            self.coming = Some(Coming { part, from, block });
        }
    }

    /// The next block of the part that was asked for last.
    fn block(&mut self) -> Result<Vec<u8>> {
        loop {
            let (number, given) = self.blocks.recv().map_err(|_| ended())?;
            if number != self.number {
                continue;
            }
            let (block, packed) = given?;
            self.read.set(self.read.get() + packed);
            // It is shorter than the archive says.
            return if block.is_empty() { Err(ended()) } else { Ok(block) };
        }
    }
}

fn ended() -> Error {
    Error::from(ErrorKind::UnexpectedEof)
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let Some((from, until, piece)) = self.layout.at(self.at) else { return Ok(0) };
        let most = usize::try_from(until - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = &mut buffer[..most];
        let length = match piece {
            Piece::File => {
                self.file.seek(SeekFrom::Start(self.at))?;
                let length = self.file.read(buffer)?;
                self.read.set(self.read.get() + length as u64);
                length
            }
            Piece::Made(bytes) => {
                let skip = usize::try_from(self.at - from).map_err(Error::other)?;
                buffer.copy_from_slice(&bytes[skip..skip + most]);
                most
            }
            Piece::Part(part) => {
                let part = *part;
                self.part(part, self.at - from, buffer)?
            }
        };
        self.at += length as u64;
        Ok(length)
    }
}

impl Seek for Unpacked<'_> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.layout.length.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::thread;

    use super::*;
    use crate::gate::{Gate, Shared, Verdict};

    /// Two sheets larger than all blocks that may wait, and two small parts.
    fn archive() -> (Shared, Vec<(String, Vec<u8>)>) {
        let large = |seed: usize| -> Vec<u8> {
            (0..3 * AHEAD * BLOCK + 17).map(|at| u8::try_from((at * seed / 7) % 251).unwrap()).collect()
        };
        let parts = [
            ("[Content_Types].xml", b"<Types/>".to_vec()),
            ("xl/worksheets/sheet1.xml", large(3)),
            ("xl/workbook.xml", b"<workbook/>".to_vec()),
            ("xl/worksheets/sheet2.xml", large(5)),
        ];
        let mut file = tempfile::tempfile().unwrap();
        let mut writer = zip::ZipWriter::new(&mut file);
        for (name, content) in &parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap();
        let parts = parts.map(|(name, content)| (name.to_owned(), content)).to_vec();
        (Shared::new(file).unwrap(), parts)
    }

    fn with<T>(file: &Shared, gate: &Gate, use_it: impl FnOnce(Unpacked<'_>, &Rc<Cell<u64>>) -> T) -> T {
        let layout = Layout::of(&mut ZipArchive::new(file.clone()).unwrap(), &[1, 3]).unwrap();
        let read = Rc::new(Cell::new(0));
        thread::scope(|scope| {
            let (unpacked, work) = Unpacked::new(Gated::new(file.clone(), gate), layout, &read);
            let packed = Gated::new(file.clone(), gate);
            scope.spawn(move || work.run(packed));
            use_it(unpacked, &read)
        })
    }

    fn whole<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        archive.by_name(name).map_err(Error::other)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn every_part_reads_as_it_was_written_in_whatever_order() {
        let (file, parts) = archive();
        let gate = Gate::new(Vec::new());
        with(&file, &gate, |unpacked, read| {
            let mut seen = ZipArchive::new(unpacked).unwrap();
            for index in [0, 1, 2, 3, 3, 1, 0] {
                let (name, content) = &parts[index];
                assert!(whole(&mut seen, name).unwrap() == *content, "{name}");
            }
            // One that is left in the middle for another, and taken up again.
            let mut some = vec![0; 200_000];
            seen.by_name(&parts[1].0).unwrap().read_exact(&mut some).unwrap();
            assert!(some == parts[1].1[..some.len()]);
            assert!(whole(&mut seen, &parts[3].0).unwrap() == parts[3].1);
            assert!(whole(&mut seen, &parts[1].0).unwrap() == parts[1].1);
            assert!(read.get() > 0, "what is read is counted");
        });
    }

    #[test]
    fn what_the_look_refuses_is_not_read() {
        let (file, parts) = archive();
        let range = {
            let mut archive = ZipArchive::new(file.clone()).unwrap();
            let part = archive.by_index_raw(1).unwrap();
            let from = part.data_start().unwrap();
            from..from + part.compressed_size()
        };
        let gate = Gate::new(Vec::from([range]));
        with(&file, &gate, |unpacked, _| {
            let mut seen = ZipArchive::new(unpacked).unwrap();
            assert!(whole(&mut seen, &parts[2].0).unwrap() == parts[2].1, "what needs no look is there");
            gate.end(Verdict::Refused);
            assert_eq!(whole(&mut seen, &parts[1].0).unwrap_err().kind(), ErrorKind::PermissionDenied);
        });
    }

    #[test]
    fn a_part_shorter_than_it_says_ends_in_an_error() {
        let (file, parts) = archive();
        let gate = Gate::new(Vec::new());
        let mut layout = Layout::of(&mut ZipArchive::new(file.clone()).unwrap(), &[1]).unwrap();
        let last = layout.pieces.iter_mut().find(|(_, piece)| matches!(piece, Piece::Part(_))).unwrap();
        let end = last.0;
        let read = Rc::new(Cell::new(0));
        thread::scope(|scope| {
            let (mut unpacked, work) = Unpacked::new(Gated::new(file.clone(), &gate), layout, &read);
            let packed = Gated::new(file.clone(), &gate);
            scope.spawn(move || work.run(packed));
            // As if the part were to go on behind its end.
            let length = parts[1].1.len() as u64;
            unpacked.seek(SeekFrom::Start(end - 1)).unwrap();
            assert_eq!(unpacked.read(&mut [0; 1]).unwrap(), 1);
            assert_eq!(unpacked.part(1, length, &mut [0; 1]).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        });
    }
}
