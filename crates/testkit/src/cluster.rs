//! The private PostgreSQL cluster: started by the first test process that needs it, shared by
//! the others through a lock file in the target folder, stopped by the script it leaves there.
//!
//! A cluster that nobody stopped is reaped when another one starts and it was idle for hours.

use std::{
    env,
    fs::{self, File},
    io::Write,
    net::{TcpListener, TcpStream},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// How the folders of clusters are named in the temporary folder.
const PREFIX: &str = "guomen-test-pg-";
/// After how many idle minutes a forgotten cluster is reaped.
const IDLE_MINUTES: &str = "180";

/// Speed for safety: a scratch cluster need not outlive a power cut.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB \
    -c autovacuum=off -c log_min_messages=fatal";

/// The address of the shared cluster without a database, `postgres://user@127.0.0.1:port`.
/// Starts it when it does not run.
pub(crate) fn address() -> String {
    let shared = target_folder().join("testkit");
    fs::create_dir_all(&shared).expect("the target folder can be written");
    let lock = File::create(shared.join("lock")).expect("a lock file");
    lock.lock().expect("the lock of the test cluster");
    let state = shared.join("cluster");
    if let Some((base, port)) = running(&state) {
        // A touched file tells the reaper that the cluster is in use.
        let _ = fs::write(base.join("used"), "");
        return url(port);
    }
    // What is left of a cluster that was killed goes away before its successor starts.
    if let Some(base) = fs::read_to_string(&state).ok().and_then(|s| s.lines().next().map(PathBuf::from)) {
        stop(&base);
    }
    reap();
    let (base, port) = start();
    fs::write(&state, format!("{}\n{port}\n", base.display())).expect("the state of the test cluster");
    let _ = fs::remove_file(shared.join("stop"));
    std::os::unix::fs::symlink(base.join("stop"), shared.join("stop")).expect("the stop script");
    url(port)
}

fn url(port: u16) -> String {
    format!("postgres://postgres@127.0.0.1:{port}")
}

/// The folder of the running build: the one that cargo marked as a cache.
fn target_folder() -> PathBuf {
    let exe = env::current_exe().expect("the path of this test");
    let marked = exe.ancestors().find(|p| p.join("CACHEDIR.TAG").is_file());
    marked.unwrap_or_else(|| panic!("{} lies in no target folder of cargo", exe.display())).to_owned()
}

/// The cluster of the state file, when its postmaster still answers on its port.
fn running(state: &Path) -> Option<(PathBuf, u16)> {
    let text = fs::read_to_string(state).ok()?;
    let mut lines = text.lines();
    let base = PathBuf::from(lines.next()?);
    let port: u16 = lines.next()?.parse().ok()?;
    // The folder must still be there: another program may have taken the port since.
    base.join("stop").is_file().then_some(())?;
    let at = ([127, 0, 0, 1], port).into();
    TcpStream::connect_timeout(&at, Duration::from_secs(2)).ok()?;
    Some((base, port))
}

fn start() -> (PathBuf, u16) {
    let bin = programs();
    let base = tempfile::Builder::new().prefix(PREFIX).tempdir().expect("a temporary folder").keep();
    let data = base.join("data");
    fs::create_dir(&data).expect("a data folder");
    if is_root() {
        // PostgreSQL refuses to run as root: its folder belongs to the user that Debian's package makes.
        fs::set_permissions(&base, fs::Permissions::from_mode(0o755))
            .expect("a folder that others may enter");
        run(Command::new("chown").arg("postgres:").arg(&data));
    }
    let quoted = data.display().to_string();
    run(command(&bin.join("initdb"))
        .args(["-D", &quoted, "-U", "postgres", "-A", "trust", "-E", "UTF8"])
        .args(["--locale=C", "--no-sync", "--no-instructions"]));
    write_stop(&base, &bin, &data);
    for _ in 0..5 {
        let port = free_port();
        let mut pg_ctl = command(&bin.join("pg_ctl"));
        pg_ctl.args(["-D", &quoted, "-w", "-t", "60", "-l", &data.join("log").display().to_string()]);
        pg_ctl.args(["-o", &format!("-p {port} {SETTINGS}"), "start"]);
        // The server outlives this test, so it must not hold the test's output open.
        pg_ctl.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if pg_ctl.status().is_ok_and(|s| s.success()) {
            return (base, port);
        }
    }
    let log = fs::read_to_string(data.join("log")).unwrap_or_default();
    let _ = Command::new(base.join("stop")).status();
    panic!("the private PostgreSQL cluster did not start:\n{log}");
}

/// Leaves a script that stops this one cluster and removes its folder.
fn write_stop(base: &Path, bin: &Path, data: &Path) {
    let become_owner = if is_root() { "runuser -u postgres -- " } else { "" };
    let script = format!(
        "#!/bin/sh\n# Stops the private test cluster of this folder and removes it.\ncd / || exit 1\n\
         {become_owner}'{}' -D '{}' -m immediate -w stop >/dev/null 2>&1\nrm -rf '{}'\n",
        bin.join("pg_ctl").display(),
        data.display(),
        base.display()
    );
    let path = base.join("stop");
    let mut file = File::create(&path).expect("a stop script");
    file.write_all(script.as_bytes()).expect("a stop script");
    file.set_permissions(fs::Permissions::from_mode(0o755)).expect("a stop script that runs");
    fs::write(base.join("used"), "").expect("a mark of use");
}

/// Stops clusters of ours that nobody used for hours, whatever target folder they came from.
fn reap() {
    let idle = Command::new("find")
        .arg(env::temp_dir())
        .args(["-maxdepth", "2", "-path", &format!("*/{PREFIX}*/used"), "-mmin", &format!("+{IDLE_MINUTES}")])
        .output();
    let Ok(found) = idle else { return };
    for used in String::from_utf8_lossy(&found.stdout).lines() {
        let Some(base) = Path::new(used).parent() else { continue };
        stop(base);
    }
}

/// Runs the stop script of a cluster. A script of somebody else is never run.
fn stop(base: &Path) {
    let ours = |p: &Path| fs::symlink_metadata(p).is_ok_and(|m| m.uid() == own_uid());
    let script = base.join("stop");
    if ours(base) && ours(&script) {
        let _ = Command::new(script).status();
    }
}

/// A program run as the owner of the data.
fn command(program: &Path) -> Command {
    let mut c = if is_root() {
        let mut c = Command::new("runuser");
        c.args(["-u", "postgres", "--"]).arg(program);
        c
    } else {
        Command::new(program)
    };
    // The user of the server may not enter the folder of the build.
    c.current_dir("/");
    c
}

fn run(c: &mut Command) {
    let out = c.stdin(Stdio::null()).output().unwrap_or_else(|e| panic!("{c:?}: {e}"));
    assert!(out.status.success(), "{c:?} failed:\n{}", String::from_utf8_lossy(&out.stderr));
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).and_then(|l| l.local_addr()).expect("a free port").port()
}

fn own_uid() -> u32 {
    fs::metadata("/proc/self").map_or(u32::MAX, |m| m.uid())
}

fn is_root() -> bool {
    own_uid() == 0
}

/// The folder of `initdb` and `pg_ctl`: Debian's newest version, else the search path.
fn programs() -> PathBuf {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .collect();
    versions.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = versions.into_iter().rev().map(|(_, p)| p).chain(env::split_paths(&path));
    folders
        .into_iter()
        .find(|p| p.join("initdb").is_file() && p.join("pg_ctl").is_file())
        .unwrap_or_else(|| panic!("initdb and pg_ctl are not installed: apt-get install postgresql"))
}
