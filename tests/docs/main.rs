//! What is said about the project is true: pages, examples on them, and the layers of the code.

#[cfg(feature = "cli")] // it runs `qlint`
mod console;
mod features;
mod layers;
mod pages;
