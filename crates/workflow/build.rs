//! Tells cargo that new and changed question files are part of the program; the embedding macro only sees
//! files that were there when it last ran.

fn main() {
    println!("cargo::rerun-if-changed=../../questions");
}
