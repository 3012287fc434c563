//! Bytes nobody thought of: a table or a typed error with its places, never a panic.

use crate::readers::{FIXTURES, Reader, bytes};
use nestcount::error::Place;
use nestcount::nl::files::PublishedTable;
use nestcount::{Error, ErrorKind, Result};
use proptest::prelude::*;

/// What damage is made of beside random bytes.
const TOKENS: [&[u8]; 24] = [
    b"\"",
    b";",
    b"\n",
    b"\r\n",
    b".",
    b",",
    b"-",
    b"\"\"",
    b"null",
    b"1e999",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"\\u0000",
    b"\xff",
    b"\xc3",
    b"99999999999999999999",
    b"-99997",
    b"NaN",
    b"<",
    b"&",
    b"\0",
];

#[derive(Debug, Clone)]
enum Damage {
    Replace(usize, u8),
    Insert(usize, usize),
    Cut(usize, usize),
    Double(usize, usize),
    End(usize),
}

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let at = || 0..1_000_000_usize;
    let one = prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        6 => (at(), 0..TOKENS.len()).prop_map(|(at, token)| Damage::Insert(at, token)),
        3 => (at(), 1..40_usize).prop_map(|(at, n)| Damage::Cut(at, n)),
        2 => (at(), 1..200_usize).prop_map(|(at, n)| Damage::Double(at, n)),
        1 => at().prop_map(Damage::End),
    ];
    proptest::collection::vec(one, 1..6)
}

fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for one in damage {
        let n = bytes.len();
        let within = |at: usize| at % (n + 1);
        match *one {
            Damage::Replace(at, byte) => {
                bytes.iter_mut().skip(within(at)).take(1).for_each(|old| *old = byte)
            }
            Damage::Insert(at, token) => {
                drop(bytes.splice(within(at)..within(at), TOKENS[token].iter().copied()))
            }
            Damage::Cut(at, length) => drop(bytes.drain(within(at)..(within(at) + length).min(n))),
            Damage::Double(at, length) => {
                let part = bytes[within(at)..(within(at) + length).min(n)].to_vec();
                drop(bytes.splice(within(at)..within(at), part));
            }
            Damage::End(at) => bytes.truncate(within(at)),
        }
    }
    bytes
}

/// A table answers whatever is asked of it; an error is of the one kind, and each of its faults is somewhere.
fn sound(read: Result<PublishedTable>) {
    match read {
        Ok(read) => {
            for name in read.table().names().to_vec() {
                let _ =
                    (read.numbers(&name), read.periods(&name), read.care_forms(&name), read.regions(&name));
                let _ = read.counts(&name, &nestcount::nl::cbs_2017());
                if let Ok(missing) = read.missing(&name) {
                    let rows: Vec<usize> = missing.map(|(row, _)| row).collect();
                    assert!(rows.iter().all(|&row| row < read.table().n_rows()));
                }
            }
        }
        Err(error) => said_where(&error),
    }
}

fn said_where(error: &Error) {
    let ErrorKind::File { faults, .. } = error.kind() else { panic!("{}: {error}", error.code()) };
    assert!(!faults.is_empty() && !error.to_string().is_empty());
    for fault in faults {
        match &fault.place {
            Place::Character { line, column } | Place::Field { line, column, .. } => {
                assert!(*line > 0 && *column > 0)
            }
            Place::Line { line } => assert!(*line > 0),
            Place::Cell { row, column, .. } => assert!(*row > 0 && *column > 0),
            _ => {}
        }
    }
}

fn is_text(file: &str) -> bool {
    file.ends_with(".csv") || file.ends_with(".json")
}

fn fixtures(of: fn(&str) -> bool) -> impl Strategy<Value = (&'static str, Reader)> {
    let all: Vec<_> =
        FIXTURES.iter().filter(|(file, ..)| of(file)).map(|(file, _, read)| (*file, *read)).collect();
    proptest::sample::select(all)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn damaged_texts_are_read_or_refused((file, read) in fixtures(is_text), damage in damage()) {
        let bytes = damaged(bytes(file), &damage);
        let outcome = read(file, &bytes);
        if let Err(error) = &outcome {
            let ErrorKind::File { faults, .. } = error.kind() else { panic!("{error}") };
            let lost = faults.iter().any(|fault| fault.place == Place::File);
            prop_assert!(!lost || error.to_string().contains("no line with the names"), "{}", error);
        }
        sound(outcome);
    }

    #[test]
    fn random_bytes_are_read_or_refused((file, read) in fixtures(|_| true), bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        sound(read(file, &bytes));
    }

    #[test]
    fn random_texts_are_read_or_refused((file, read) in fixtures(is_text), text in "[\";\n\\.,0-9a-c{}\\[\\]: -]{0,200}") {
        sound(read(file, text.as_bytes()));
    }
}

#[cfg(feature = "spreadsheet")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn damaged_archives_are_read_or_refused((file, read) in fixtures(|file| !is_text(file)), damage in damage()) {
        sound(read(file, &damaged(bytes(file), &damage)));
    }

    #[test]
    fn damage_within_an_archive_is_read_or_refused(
        (file, read) in fixtures(crate::archive::is_stored),
        which in 0..10_usize,
        damage in damage(),
    ) {
        let mut at = 0;
        let bytes = crate::archive::changed(&bytes(file), |name, text| {
            at += 1;
            let sheet = name == "content.xml" || name.contains("sheet1.xml");
            if sheet || at == which { damaged(text, &damage) } else { text }
        });
        sound(read(file, &bytes));
    }
}
