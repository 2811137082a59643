//! Architecture tests: which part of the code may lean on which, how large a part may grow, and how its comments read.
//! A rule that a reviewer would otherwise have to remember stands here as a test, called a wall.
//! Each wall fails with the same three things: its name, why it stands, and every place that goes through it.

mod floors {
    mod circles;
    mod code;
    mod crates;
    mod docs;
    mod layers;
    mod pages;
    mod prose;
    mod purity;
    mod references;
    mod resolve;
    mod sizes;
    mod tree;
    mod unit;
}
