//! The archive that a workbook is, checked before its cells are read.

use super::faults::unreadable;
use crate::error::Result;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{BufRead, BufReader, Cursor, Read};
use zip::ZipArchive;

/// The most bytes that one part may unfold to.
const MOST_BYTES: u64 = 1 << 30;

/// Fails where the bytes are no archive, or a part of it is no XML from its beginning to its end: the readers of
/// workbooks wait for the end of a table, also where there is none.
pub(super) fn check(file: &str, bytes: &[u8]) -> Result<()> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| unreadable(file, error))?;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| unreadable(file, error))?;
        let name = part.name().map_err(|error| unreadable(file, error))?.to_string();
        if name.ends_with(".xml") || name.ends_with(".rels") {
            let checked = whole(BufReader::new(part.take(MOST_BYTES)));
            checked.map_err(|message| unreadable(file, format!("{name}: {message}")))?;
        }
    }
    Ok(())
}

/// Whether every element is closed where it should be.
fn whole(source: impl BufRead) -> Result<(), String> {
    let mut reader = Reader::from_reader(source);
    let (mut open, mut event) = (0_usize, Vec::new());
    loop {
        event.clear();
        let read = reader.read_event_into(&mut event);
        let position = reader.buffer_position();
        match read {
            Ok(Event::Start(_)) => open += 1,
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            Ok(Event::Eof) if open == 0 => return Ok(()),
            Ok(Event::Eof) => return Err(format!("it ends at byte {position} in the middle of an element")),
            Ok(_) => {}
            Err(error) => return Err(format!("no XML at byte {position}: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_that_ends_in_the_middle_or_closes_otherwise_is_not_whole() {
        assert_eq!(whole("<a><b/>text</a>".as_bytes()), Ok(()));
        for broken in ["<a><b/>", "<a></b></a>", "<a", "<a></a></a>"] {
            assert!(whole(broken.as_bytes()).is_err(), "{broken}");
        }
    }
}
