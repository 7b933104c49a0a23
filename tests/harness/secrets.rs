//! Looks for a secret in files.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use zip::ZipArchive;

/// The names of the files under `dir` that contain `secret`, plan files unpacked.
pub(crate) fn places(dir: &Path, secret: &str) -> Vec<String> {
    let mut places = Vec::new();
    for entry in fs::read_dir(dir).expect("the directory is ours") {
        let path = entry.expect("the directory is ours").path();
        if path.is_dir() {
            places.extend(self::places(&path, secret));
        } else if contents(&path).iter().any(|content| contains(content, secret.as_bytes())) {
            places.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    places
}

/// A file as it is; a plan file is a zip archive, so also what is packed in it.
fn contents(path: &Path) -> Vec<Vec<u8>> {
    let mut contents = vec![fs::read(path).expect("the file is ours")];
    if let Ok(mut archive) = ZipArchive::new(File::open(path).expect("the file is ours")) {
        for at in 0..archive.len() {
            let mut content = Vec::new();
            let mut member = archive.by_index(at).expect("a plan file is a sound archive");
            member.read_to_end(&mut content).expect("a plan file is a sound archive");
            contents.push(content);
        }
    }
    contents
}

fn contains(content: &[u8], secret: &[u8]) -> bool {
    content.windows(secret.len()).any(|window| window == secret)
}
