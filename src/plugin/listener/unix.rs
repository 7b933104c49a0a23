//! A unix socket in a directory for temporary files.

use std::env;
use std::fs::{self, Permissions};
use std::io;
use std::mem::{offset_of, size_of};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use super::SocketOptions;

/// A listening unix socket, whose file goes with it.
#[derive(Debug)]
pub(in crate::plugin) struct Socket {
    listener: UnixListener,
    unlink: Unlink,
}

impl Socket {
    /// Binds a socket under a new name that only this user (and the group asked for) can connect to.
    ///
    /// A directory the client asked for is used or is an error; otherwise `TMPDIR`, or `/tmp` where that cannot hold a socket:
    /// a path has about a hundred bytes, and macOS and CI systems have long temporary directories.
    pub(super) fn bind(options: &SocketOptions) -> io::Result<(Self, String)> {
        let group = options.group.as_deref();
        if let Some(dir) = &options.dir {
            return Self::bind_in(dir, group);
        }
        Self::bind_in(&env::temp_dir(), group).or_else(|_| Self::bind_in(Path::new(FALLBACK_DIR), group))
    }

    pub(super) fn to_tokio(&self) -> io::Result<tokio::net::UnixListener> {
        let listener = self.listener.try_clone()?;
        listener.set_nonblocking(true)?;
        tokio::net::UnixListener::from_std(listener)
    }

    fn bind_in(dir: &Path, group: Option<&str>) -> io::Result<(Self, String)> {
        let mut attempts = 0;
        loop {
            let path = dir.join(format!("plugin{:016x}", fastrand::u64(..)));
            let text = usable(&path)?.to_owned();
            match bind_private(&path) {
                Ok(listener) => {
                    let socket = Self { listener, unlink: Unlink(path) };
                    admit(&socket.unlink.0, group)?;
                    return Ok((socket, text));
                }
                // Somebody else's name; never remove what we did not make.
                Err(e) if e.kind() == io::ErrorKind::AddrInUse && attempts < 16 => attempts += 1,
                Err(e) => return Err(io::Error::new(e.kind(), format!("cannot listen on {}: {e}", path.display()))),
            }
        }
    }
}

/// Removes the socket's file when dropped.
#[derive(Debug)]
struct Unlink(PathBuf);

impl Drop for Unlink {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = fs::remove_file(&self.0);
    }
}

/// The path as text, if the kernel, the handshake line and a shell can all take it.
fn usable(path: &Path) -> io::Result<&str> {
    let refused = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {why}", path.display()));
    let text = path.to_str().ok_or_else(|| refused("not UTF-8"))?;
    if text.len() > MAX_PATH {
        return Err(refused("too long for a socket"));
    }
    // `|` separates the fields of the handshake line, `'` ends the reattach value.
    if text.contains(|c: char| c == '|' || c == '\'' || c.is_control()) {
        return Err(refused("has a character that cannot be passed to Terraform"));
    }
    Ok(text)
}

/// Makes the socket with permissions for this user alone: were they taken away afterwards, others could connect in between.
fn bind_private(path: &Path) -> io::Result<UnixListener> {
    // The mask is the process's, which has one thread when this is called. A file made by another would lose nothing its owner needs.
    const OTHERS: libc::mode_t = 0o077;
    // SAFETY: umask(2) takes a number, gives a number, and cannot fail.
    let before = unsafe { libc::umask(OTHERS) };
    let bound = UnixListener::bind(path);
    // SAFETY: as above.
    unsafe { libc::umask(before) };
    bound
}

/// Connecting needs write permission: for this user alone, or for the group too.
fn admit(path: &Path, group: Option<&str>) -> io::Result<()> {
    let Some(group) = group else { return fs::set_permissions(path, Permissions::from_mode(0o600)) };
    chown(path, None, Some(group_id(group)?))?;
    fs::set_permissions(path, Permissions::from_mode(0o660))
}

/// A group by number or by name.
fn group_id(group: &str) -> io::Result<u32> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let unknown = || io::Error::new(io::ErrorKind::NotFound, format!("unknown group '{group}'"));
    let name = std::ffi::CString::new(group).map_err(|_| unknown())?;
    let mut entry = std::mem::MaybeUninit::<libc::group>::uninit();
    let mut found = std::ptr::null_mut();
    let mut buffer = vec![0; 64 << 10];
    // SAFETY: all pointers are to live memory of the sizes given, and `entry` is read only when `found` says it is set.
    let gid = unsafe {
        let status =
            libc::getgrnam_r(name.as_ptr(), entry.as_mut_ptr(), buffer.as_mut_ptr(), buffer.len(), &raw mut found);
        if status != 0 || found.is_null() {
            return Err(unknown());
        }
        (*found).gr_gid
    };
    Ok(gid)
}

/// Room for a path, without the NUL at its end.
const MAX_PATH: usize = size_of::<libc::sockaddr_un>() - offset_of!(libc::sockaddr_un, sun_path) - 1;

const FALLBACK_DIR: &str = "/tmp";

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn the_socket_is_private_and_goes_away() {
        let dir = tempfile::tempdir().unwrap();
        let options = SocketOptions { dir: Some(dir.path().into()), ..Default::default() };
        let (socket, path) = Socket::bind(&options).unwrap();
        assert!(Path::new(&path).starts_with(dir.path()));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        drop(socket);
        assert!(!Path::new(&path).exists());
    }

    #[test]
    fn the_socket_is_private_from_its_first_moment() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("socket");
        let _listener = bind_private(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o077, 0);
    }

    #[test]
    fn a_group_may_connect_when_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        // The group this process has, which any user may give a file to.
        let own = fs::metadata(dir.path()).unwrap().gid();
        let options =
            SocketOptions { dir: Some(dir.path().into()), group: Some(own.to_string()), ..Default::default() };
        let (_socket, path) = Socket::bind(&options).unwrap();
        let metadata = fs::metadata(&path).unwrap();
        assert_eq!((metadata.mode() & 0o777, metadata.gid()), (0o660, own));
    }

    #[test]
    fn an_unknown_group_is_an_error_and_leaves_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let options =
            SocketOptions { dir: Some(dir.path().into()), group: Some("no such group".into()), ..Default::default() };
        assert_eq!(Socket::bind(&options).unwrap_err().to_string(), "unknown group 'no such group'");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn group_names_are_looked_up() {
        let group = fs::read_to_string("/etc/group").unwrap();
        let (name, id) = group
            .lines()
            .find_map(|line| line.split(':').next().zip(line.split(':').nth(2)))
            .expect("a system has groups");
        assert_eq!(group_id(name).unwrap().to_string(), id);
    }

    #[test]
    fn paths_a_socket_cannot_have_are_refused() {
        for dir in ["/tmp/a|b", "/tmp/it's", "/tmp/new\nline"] {
            assert_eq!(usable(Path::new(dir)).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{dir}");
        }
        assert!(usable(Path::new(&format!("/{}", "x".repeat(MAX_PATH - 1)))).is_ok());
        assert!(usable(Path::new(&format!("/{}", "x".repeat(MAX_PATH)))).is_err());
    }

    #[test]
    fn the_longest_allowed_path_can_be_bound() {
        let dir = tempfile::tempdir().unwrap();
        let room = MAX_PATH - dir.path().as_os_str().len() - 1;
        let path = dir.path().join("x".repeat(room));
        UnixListener::bind(path).unwrap();
        assert!(UnixListener::bind(dir.path().join("x".repeat(room + 1))).is_err());
    }
}
