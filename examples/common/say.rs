//! Lines on the standard output.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};

/// Prints a line.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::say::line(format_args!($($text)*))
    };
}

/// Prints a line. A reader that has seen enough (`| head`) is no reason to stop, for files may be still to come; whatever else
/// keeps it from being written ends the program.
pub(crate) fn line(text: Arguments<'_>) {
    match writeln!(stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            // without a standard error the exit code still tells
            let _ = writeln!(stderr(), "error: cannot write to the standard output: {error}");
            std::process::exit(2)
        }
        _ => {}
    }
}
