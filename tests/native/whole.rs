//! The whole house from outside: the real binary as the demonstration's server, and as the probe and the load
//! test that call each other through it. What they print as JSON is the judge.

use serde_json::Value;
use std::{
    net::{Ipv4Addr, TcpListener, UdpSocket},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// Where Cargo put the binary.
const TERANGA: &str = env!("CARGO_BIN_EXE_teranga");

/// The server starts in a second; a machine that builds at the same time needs more.
const STARTS: u32 = 600;

/// A demonstration in a folder of its own, gone at the end.
struct Demonstration {
    server: Child,
    folder: PathBuf,
    url: String,
}

impl Demonstration {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("teranga-witness-{}", std::process::id()));
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
        let house = Self { server, folder, url: format!("https://localhost:{port}") };
        let started =
            (0..STARTS).any(|_| house.file("access.json").exists() || nap(Duration::from_millis(100)));
        assert!(started, "the demonstration did not start");
        house
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs a subcommand against it; whether it was content, and its figures.
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
fn a_post_calls_itself_and_a_room_of_six_hears_itself_through_the_whole_house() {
    let house = Demonstration::start();
    let access = house.access();
    probe_hears_both_ways(&house, &access["access"]);
    room_of_six_loses_nothing(&house);
}

fn probe_hears_both_ways(house: &Demonstration, access: &Value) {
    let key = house.file("post.key");
    let probe = |more: &[&str]| {
        house.ask("probe", |command| {
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

fn room_of_six_loses_nothing(house: &Demonstration) {
    let (good, told) = house.ask("loadtest", |command| {
        command.args(["--people", "6", "--seconds", "3", "--access"]).arg(house.file("access.json"));
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

/// The first of some free ports in a row, one a shard.
fn free_udp_ports() -> u16 {
    let free = |port: &u16| (0..8).all(|more| UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port + more)).is_ok());
    (20_000..30_000).step_by(97).find(free).expect("eight free UDP ports in a row")
}

/// Sleeps; never done.
fn nap(span: Duration) -> bool {
    thread::sleep(span);
    false
}
