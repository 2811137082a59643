//! What the server asks of its stores: a trait a subject, each with the types that it takes and gives.

pub mod blobs;
