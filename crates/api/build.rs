//! Chooses which web app goes into the binary: the one that was built here (`ui/build`), else the one that a release brought
//! along (`ui/dist`), else none. It never builds the app and never asks the network, so `cargo build` alone always works.

#![allow(clippy::print_stdout, reason = "it is how a build script speaks to cargo")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where a build script may write"));
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui");
    let folders = [ui.join("build"), ui.join("dist")];
    println!("cargo::rerun-if-changed=build.rs");
    for folder in &folders {
        // Cargo can watch only what is there; a folder that is missing would be taken as changed at every build. Where none
        // can be made, as in a read-only checkout, that is all that is lost.
        if let Err(error) = fs::create_dir_all(folder) {
            println!("cargo::warning={}: {error}", folder.display());
        }
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    let none = out.join("no-app");
    fs::create_dir_all(&none)?;
    let chosen = folders.into_iter().find(|folder| folder.join("index.html").is_file()).unwrap_or(none);
    let chosen = chosen.canonicalize()?;
    let embedding =
        format!("#[derive(rust_embed::Embed)]\n#[folder = {:?}]\nstruct Built;\n", chosen.display().to_string());
    fs::write(out.join("app.rs"), embedding)
}
