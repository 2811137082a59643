//! The program: config, app, signal, drain.

fn main() {}
