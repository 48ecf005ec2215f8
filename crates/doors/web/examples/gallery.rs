//! Writes the gallery as static pages, to be opened from disk: `cargo run -p web --example gallery -- OUTDIR`.
use std::path::PathBuf;
use std::{env, fs, io};

use web::look::{Lang, all_assets, asset_url, gallery, public_gallery};

fn main() -> io::Result<()> {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: gallery OUTDIR");
        std::process::exit(2);
    };
    fs::create_dir_all(&folder)?;
    for (name, body) in all_assets() {
        fs::write(folder.join(name), body)?;
    }
    for lang in Lang::ALL {
        for (kind, page) in [("gallery", gallery(lang)), ("public", public_gallery(lang))] {
            let page = all_assets().fold(page.0, |page, (name, _)| page.replace(&asset_url(name), name));
            fs::write(folder.join(format!("{kind}.{}.html", lang.tag())), page)?;
        }
    }
    println!("{}", folder.display());
    Ok(())
}
