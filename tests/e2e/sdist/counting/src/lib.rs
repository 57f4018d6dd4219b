//! Counts words.

/// Gives the number of words in a text.
pub fn count(text: &str) -> usize {
    text.split_whitespace().count()
}
