//! The language of what is handed over, as an option.

use nestcount::report::Language;

#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum InLanguage {
    English,
    Dutch,
}

impl From<InLanguage> for Language {
    fn from(asked: InLanguage) -> Self {
        match asked {
            InLanguage::English => Language::English,
            InLanguage::Dutch => Language::Dutch,
        }
    }
}
