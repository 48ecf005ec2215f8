//! Finds the two Noto Sans SC faces that `npm install` brought and hands them to the crate to embed, so that
//! one binary can print without any font on the machine; where they are absent the crate still builds, and
//! whoever makes a `Forms` must bring fonts.

use std::path::{Path, PathBuf};
use std::{env, fs};

const FACES: [&str; 2] = ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"];

fn main() {
    println!("cargo:rerun-if-env-changed=FORMS_FONT_DIR");
    let home = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package folder"));
    let folders = font_folders(&home);
    let found = folders.iter().find(|f| FACES.iter().all(|face| f.join(face).is_file()));
    // Watching a folder that is absent makes cargo run this each time: wanted only until fonts are found.
    for folder in folders.iter().filter(|folder| found.is_none_or(|f| f == *folder)) {
        println!("cargo:rerun-if-changed={}", folder.display());
    }
    let list = match found {
        Some(folder) => FACES
            .iter()
            .map(|face| format!("include_bytes!({:?}),", folder.join(face).display().to_string()))
            .collect::<String>(),
        None => {
            println!("cargo:warning=no Noto Sans SC found (npm install brings it): forms embeds no font");
            String::new()
        }
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the output folder"));
    fs::write(out.join("fonts.rs"), format!("&[{list}]")).expect("the output folder is writable");
}

/// Where the faces may be: the folder named by `FORMS_FONT_DIR`, else `node_modules` of the nearest parents.
fn font_folders(home: &Path) -> Vec<PathBuf> {
    if let Some(dir) = env::var_os("FORMS_FONT_DIR") {
        return vec![PathBuf::from(dir)];
    }
    home.ancestors().take(4).map(|p| p.join("node_modules/@expo-google-fonts/noto-sans-sc")).collect()
}
