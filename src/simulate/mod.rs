//! Worlds with known truth: declared, drawn with a seed, and handed over as a table.
//!
//! A [`World`] declares what a table is made of: levels with their numbers of areas and the standard deviations of
//! their effects, determinants with coefficients, an exposure and how counts scatter around their means.
//! [`World::draw`] checks the declaration and returns a [`Simulated`]: the table as a user would have it, and the
//! [`Truth`] behind it.
//!
//! ```
//! use nestcount::simulate::{Determinant, Marginal, World};
//! use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
//!
//! let made = World::new(500)
//!     .level("region", 12, 0.2)
//!     .level("town", 80, 0.1)
//!     .determinant(Determinant::normal("x", 0.3))
//!     .exposure(Marginal::log_normal(900.0, 1.0))
//!     .rate(0.086)
//!     .draw(&mut ChaCha12Rng::seed_from_u64(1))?;
//! assert_eq!(made.table.names(), ["region", "town", "exposure", "count", "x"]);
//! assert_eq!(made.truth.coefficient("x"), Some(0.3));
//! # Ok::<(), nestcount::Error>(())
//! ```
//!
//! [`scp_world`] declares a synthetic country of Dutch neighbourhoods, [`haaglanden_world`] one with a region that knows more
//! about its own.

mod check;
mod columns;
mod determinant;
mod factor;
mod level;
mod marginal;
mod nest;
mod scp;
mod simulated;
mod truth;
mod world;

pub use crate::family::Scatter;
pub use determinant::Determinant;
pub use level::{Codes, DeclaredLevel, Sizes};
pub use marginal::Marginal;
pub use scp::{Haaglanden, HaaglandenVariant, HaaglandenWorld, ScpVariant, haaglanden_world, scp_world};
pub use simulated::Simulated;
pub use truth::{Transform, TrueLevel, TrueTerm, Truth};
pub use world::World;
