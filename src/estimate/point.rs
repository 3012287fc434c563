//! A point in parameter space, in the units of the passes.

/// Coefficients of the standardised determinants, variances, and φ = log θ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub beta: Vec<f64>,
    /// υ = sd² per level of nodes, coarsest first; a single 0 where the model has no level.
    pub variances: Vec<f64>,
    /// log θ; without meaning for the Poisson.
    pub phi: f64,
}

/// Value, gradient and Hessian of the Laplace log-likelihood over (β, υ, φ).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Derivatives {
    pub value: f64,
    /// Σ y|x'β + offset|: the size of the terms that the value is the small difference of.
    pub magnitude: f64,
    pub gradient: ndarray::Array1<f64>,
    pub hessian: ndarray::Array2<f64>,
}

impl Derivatives {
    pub(crate) fn is_finite(&self) -> bool {
        self.value.is_finite()
            && self.gradient.iter().all(|g| g.is_finite())
            && self.hessian.iter().all(|h| h.is_finite())
    }
}
