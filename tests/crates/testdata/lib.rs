//! Only analysed, never compiled.
