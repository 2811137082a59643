//! The paths that belong to a data folder but lie outside it, and the rights to what lies inside: only the user of this
//! process may read it.

use std::{
    env, fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The key file of a data folder for which none is configured: the systemd credential `records.key` if there is one
/// (systemd.exec(5), `LoadCredential=`), otherwise `records.key` in a folder beside the data folder, which has the data
/// folder's name with `.keys` behind it.
pub fn default_key_file(data: &Path) -> PathBuf {
    let credential = env::var_os("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(NAME));
    credential.filter(|path| path.is_file()).unwrap_or_else(|| beside(data))
}

fn beside(data: &Path) -> PathBuf {
    let whole = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
    whole.with_file_name(format!("{name}.keys")).join(NAME)
}

/// Takes every right from other users, on a file or on a folder and all that is in it. Symbolic links are not followed.
///
/// # Errors
/// The file system refuses.
pub fn make_private(path: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    let mode = found.permissions().mode();
    if !found.is_symlink() && mode & FOR_OTHERS != 0 {
        fs::set_permissions(path, fs::Permissions::from_mode(mode & !FOR_OTHERS))?;
    }
    if found.is_dir() {
        for entry in fs::read_dir(path)? {
            match make_private(&entry?.path()) {
                // The database's own files, and uploads, may end meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                done => done?,
            }
        }
    }
    Ok(())
}

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// The file system refuses.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(part, path)
}

/// The name of the key file, and of the systemd credential.
const NAME: &str = "records.key";

/// The permission bits of everybody but the owner.
const FOR_OTHERS: u32 = 0o077;
