//! Drawing: from positions to paths, pictures and the page.

mod escape;
mod frame;
mod page;
mod picture;
