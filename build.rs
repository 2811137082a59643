//! The pages are part of the binary: when they change, it is stale.

fn main() {
    println!("cargo::rerun-if-changed=web/dist");
}
