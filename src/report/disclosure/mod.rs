//! No file is written that says what a publisher withheld.

mod arithmetic;
mod cells;
mod checked;
#[cfg(test)]
mod enumeration;
mod nest;
mod protection;
mod publication;
mod suppress;

pub use checked::Checked;
pub use protection::Protection;
pub use publication::Publication;
pub use suppress::Suppressed;
