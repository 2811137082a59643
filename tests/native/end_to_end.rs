//! End-to-end test of the real binary: it runs as the demonstration's server, and as the probe and the load test that call
//! each other through it. The test reads the JSON that they print.

use serde_json::Value;
use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Path of the binary.
const TERANGA: &str = env!("CARGO_BIN_EXE_teranga");

/// Number of waits of 100 ms until the server must have started. It needs a second; a machine that compiles needs more.
const START_WAITS: u32 = 600;

/// A running demonstration with a folder of its own, which is removed at the end.
struct Demonstration {
    server: Child,
    folder: PathBuf,
    url: String,
}

impl Demonstration {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("teranga-native-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let port = free_tcp_port();
        let server = Command::new(TERANGA)
            .args(["demo", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--media-port", &free_udp_ports().to_string()])
            .arg("--data")
            .arg(folder.join("data"))
            .arg("--access-file")
            .arg(folder.join("access.json"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let demonstration = Self { server, folder, url: format!("https://localhost:{port}") };
        let started = (0..START_WAITS)
            .any(|_| demonstration.file("access.json").exists() || sleep_briefly(Duration::from_millis(100)));
        assert!(started, "the demonstration did not start");
        demonstration
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs a subcommand against it. Returns true if it succeeded, and its figures.
    fn ask(&self, subcommand: &str, more: impl FnOnce(&mut Command)) -> (bool, Value) {
        let mut command = Command::new(TERANGA);
        command.args([subcommand, &self.url, "--json", "--ca"]).arg(self.file("data/tls/authority.pem"));
        more(&mut command);
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let figures = serde_json::from_slice(&output.stdout).unwrap_or(Value::String(told));
        (output.status.success(), figures)
    }

    fn access(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file("access.json")).unwrap()).unwrap()
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn a_post_calls_itself_and_a_room_of_six_hears_itself() {
    let demonstration = Demonstration::start();
    let access = demonstration.access();
    probe_hears_both_ways(&demonstration, &access["access"]);
    room_of_six_loses_nothing(&demonstration);
}

fn probe_hears_both_ways(demonstration: &Demonstration, access: &Value) {
    let key = demonstration.file("post.key");
    let probe = |more: &[&str]| {
        demonstration.ask("probe", |command| {
            let doctor = &access["doctors"][0];
            command.env("TERANGA_PROBE_PASSWORD", doctor["password"].as_str().unwrap());
            command.args(["--seconds", "3", "--doctor-login", doctor["login"].as_str().unwrap()]);
            command.arg("--device").arg(&key).args(more);
        })
    };
    let code = access["kiosk"][1]["code"].as_str().unwrap();
    let (good, told) = probe(&["--code", code]);
    assert!(good, "just enrolled: {told:#}");
    let (good, told) = probe(&[]);
    assert!(good, "with the key of the first time: {told:#}");
    let participants = told["participants"].as_array().unwrap();
    assert_eq!(participants.len(), 2);
    for stay in participants {
        assert_eq!(stay["voices"][0]["recognised"], true, "{stay:#}");
        assert_eq!(stay["voices"][0]["lost"], 0, "{stay:#}");
        assert!(stay["security"].as_str().unwrap().contains("GCM"), "{stay:#}");
        assert!(stay["first_voice_ms"].as_f64().unwrap() < 5_000.0, "{stay:#}");
    }
}

fn room_of_six_loses_nothing(demonstration: &Demonstration) {
    let (good, told) = demonstration.ask("loadtest", |command| {
        command.args(["--people", "6", "--seconds", "3", "--access"]).arg(demonstration.file("access.json"));
    });
    assert!(good, "{told:#}");
    assert_eq!(told["lost"], 0);
    let people = told["rooms"][0]["participants"].as_array().unwrap();
    assert_eq!(people.len(), 6);
    assert!(people.iter().all(|stay| stay["voices"].as_array().unwrap().len() == 5), "{told:#}");
}

fn free_tcp_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Returns the first of some free ports in a row, one a shard.
fn free_udp_ports() -> u16 {
    let free = |port: &u16| (0..8).all(|more| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port + more)).is_ok());
    (20_000..30_000).step_by(97).find(free).expect("eight free UDP ports in a row")
}

/// Sleeps and returns false, for use as a condition.
fn sleep_briefly(span: Duration) -> bool {
    thread::sleep(span);
    false
}
