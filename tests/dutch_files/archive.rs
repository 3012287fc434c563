//! Archives without compression, taken apart and put together again.

/// The archive with each file changed, its check sums made right.
pub(crate) fn changed(archive: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let files = parts(archive).into_iter().map(|(name, text)| {
        let text = change(&name, text);
        (name, text)
    });
    packed(&files.collect::<Vec<_>>())
}

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    bytes[at..at + width].iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte))
}

/// Names and bytes of the files, in order.
fn parts(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    const LOCAL: &[u8] = b"PK\x03\x04";
    let (mut at, mut files) = (0, Vec::new());
    while archive[at..].starts_with(LOCAL) {
        assert_eq!(number(archive, at + 8, 2), 0, "a compressed file");
        let (size, name, extra) =
            (number(archive, at + 18, 4), number(archive, at + 26, 2), number(archive, at + 28, 2));
        let start = at + 30;
        let text = start + name + extra;
        files.push((
            String::from_utf8(archive[start..start + name].to_vec()).unwrap(),
            archive[text..text + size].to_vec(),
        ));
        at = text + size;
    }
    assert!(!files.is_empty());
    files
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let offset = out.len() as u32;
        let mut head = Vec::new();
        head.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0]); // version, flags, stored, time and date of 1980
        head.extend(check_sum(text).to_le_bytes());
        head.extend((text.len() as u32).to_le_bytes());
        head.extend((text.len() as u32).to_le_bytes());
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(text);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, n) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(n.to_le_bytes());
    out.extend(n.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// CRC-32.
fn check_sum(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, &byte| (0..8).fold(sum ^ u32::from(byte), |sum, _| step(sum)))
}

#[test]
fn an_archive_put_together_again_is_read_alike() {
    for (file, _, read) in crate::readers::FIXTURES.iter().filter(|(file, ..)| is_stored(file)) {
        let bytes = crate::readers::bytes(file);
        let again = changed(&bytes, |_, text| text);
        assert_eq!(read(file, &again).unwrap(), read(file, &bytes).unwrap(), "{file}");
    }
}

pub(crate) fn is_stored(file: &str) -> bool {
    file.ends_with(".xlsx") || file == "scp.ods"
}
