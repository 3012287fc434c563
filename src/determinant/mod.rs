//! Stub.
use ndarray::Array2;
/// stub
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Recipe;
/// stub
#[derive(Debug, Clone)]
pub struct Design {
    rows: Vec<usize>,
    names: Vec<String>,
    matrix: Array2<f64>,
    recipe: Recipe,
}
#[allow(missing_docs)]
impl Design {
    pub fn stub(names: Vec<String>, matrix: Array2<f64>) -> Self {
        Design {
            rows: (0..matrix.nrows()).collect(),
            names,
            matrix,
            recipe: Recipe,
        }
    }
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }
    pub fn names(&self) -> &[String] {
        &self.names
    }
    pub fn into_matrix(self) -> Array2<f64> {
        self.matrix
    }
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }
}
