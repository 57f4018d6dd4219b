pub const KNOWN: &str = include_str!("words.txt");
